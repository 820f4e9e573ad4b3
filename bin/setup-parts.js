/*
 * Gets the real parts that some tests want beside Node: a NATS server, Spin, a C compiler for what
 * it makes (which it calls gcc itself), QEMU's storage daemon, and Python. Nothing is done for what
 * is there. Plain JavaScript for any Node since 20.
 *
 * Before `npm test`: unpacks them into .cache where apt can be asked, and else leaves their tests
 * to be skipped. With CI=true, or as `npm run setup`: installs them by apt-get, but for the NATS
 * server, which most systems have too old a one of; and fails when something is missing then.
 */
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { fetchNats } from "./fetch-nats.js";
import { canInstall, install } from "./install-parts.js";
import { unpack } from "./unpack-parts.js";

/** Which Debian packages have the commands, the smallest first. QEMU's daemon has moved from the one to the other. */
const parts = [
  { commands: ["qemu-storage-daemon"], packages: ["qemu-system-common", "qemu-utils"] },
  { commands: ["spin"], packages: ["spin"] },
  { commands: ["cc", "gcc"], packages: ["gcc", "libc6-dev"] },
  { commands: ["python3"], packages: ["python3"] },
];

const folder = fileURLToPath(new URL("../.cache/parts", import.meta.url));
const natsFolder = fileURLToPath(new URL("../.cache/nats", import.meta.url));
const onPath = (process.env.PATH ?? "").split(delimiter).filter((path) => path !== "");
const isAsked = process.argv.includes("--system");

const isToBe = isAsked || process.env.CI === "true";
const noNats = fetchNats(natsFolder, { isAsked: isToBe });
if (noNats) {
  console.error(noNats);
  if (isToBe) process.exitCode = 1;
}

const missing = missingFrom(onPath);
if (missing.length === 0) {
  if (isAsked) console.log(`setup: ${namesOf(parts)} are all there`);
} else if (isAsked || (process.env.CI === "true" && canInstall())) {
  const trouble = install(missing.flatMap(({ packages }) => packages)) ?? leftOut();
  if (trouble) {
    console.error(`setup: could not install ${namesOf(missing)}\n${trouble}`);
    process.exitCode = 1;
  }
} else if (missingFrom([...onPath, join(folder, "bin")]).length > 0) {
  unpack(folder, missing);
}

/** The parts of which a command is in none of the folders. */
function missingFrom(folders) {
  const isThere = (command) => folders.some((path) => isExecutable(join(path, command)));
  return parts.filter(({ commands }) => !commands.every(isThere));
}

function namesOf(some) {
  return some.map(({ commands: [name] }) => name).join(", ");
}

function leftOut() {
  const left = missingFrom(onPath);
  return left.length > 0 ? `setup: ${namesOf(left)} came with no package onto PATH` : undefined;
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
