/*
 * Gets a nats-server for the tests, where there is none that is new enough, into a folder: Debian's
 * own, of a suite newer than most machines', which runs on older ones too. And the one of the
 * machine's own suite where that is too old, for the test that refuses it. Nothing is installed.
 * Plain JavaScript for any Node since 20.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { canInstall } from "./install-parts.js";
import { failedLately, run, withApt } from "./own-apt.js";

/** The suite of Debian whose nats-server is taken. */
const suite = "forky";
const keyrings = ["gpg", "pgp"].map((end) => `/usr/share/keyrings/debian-archive-keyring.${end}`);

/** How long the package, 6 MB, may take. */
const packageMsMax = 60_000;

const howToGetOne =
  "put a nats-server, 2.11 or newer (https://nats.io/download), on PATH, or name it in " +
  "$JOBCHART_NATS_SERVER";

/**
 * Puts it into `folder`/bin, and an old one into `folder`/old. `isAsked`: tries again what failed
 * lately. Says what went wrong, in one line; undefined when there is one, or nothing was tried.
 */
export function fetchNats(folder, { isAsked }) {
  const server = join(folder, "bin/nats-server");
  const named = process.env.JOBCHART_NATS_SERVER ?? "";
  if (named !== "" && !isNewEnough(versionOf(named))) {
    return `setup: $JOBCHART_NATS_SERVER names ${named}, which is no nats-server since 2.11`;
  }
  const path = (process.env.PATH ?? "").split(delimiter).filter((each) => each !== "");
  const others = named === "" ? [...path.map((each) => join(each, "nats-server")), server] : [];
  const isThere = named !== "" || others.some((file) => isNewEnough(versionOf(file)));
  const isComplete = existsSync(join(folder, "old/looked-for"));
  if (isThere && isComplete) return undefined;
  const failed = join(folder, "failed");
  if (!isAsked && failedLately(failed)) return undefined;
  mkdirSync(folder, { recursive: true });
  rmSync(failed, { force: true });
  const trouble = isThere ? undefined : attempt(() => fetchNew(folder));
  const older = isComplete ? undefined : attempt(() => fetchOwn(folder));
  if (trouble ?? older) writeFileSync(failed, [trouble, older].filter(Boolean).join("\n"));
  if (isThere || isNewEnough(versionOf(server))) return undefined;
  return `setup: no nats-server could be fetched (${reasonIn(trouble ?? "")}); ${howToGetOne}`;
}

function fetchNew(folder) {
  const keyring = keyrings.find((file) => existsSync(file));
  if (keyring === undefined) throw new Error("Debian's archive keyring is not there");
  const source = `deb [signed-by=${keyring}] ${mirror()} ${suite} main`;
  console.log("setup: fetching a nats-server into .cache, for the tests, once …");
  place(folder, source);
}

/** The one of the machine's own suite, whichever it is. */
function fetchOwn(folder) {
  place(folder, undefined);
  mkdirSync(join(folder, "old"), { recursive: true });
  writeFileSync(join(folder, "old/looked-for"), "");
}

/** Fetches the package, and puts its program where one of its age belongs. */
function place(folder, source) {
  withApt(join(folder, "apt"), source, (apt) => {
    apt.get(["download", "nats-server"], packageMsMax);
    const name = readdirSync(apt.folder).find((each) => each.endsWith(".deb"));
    if (name === undefined) throw new Error("apt-get download: brought no package");
    run(packageMsMax, "dpkg-deb", ["-x", join(apt.folder, name), join(apt.folder, "root")]);
    const program = ["usr/sbin", "usr/bin"]
      .map((path) => join(apt.folder, "root", path, "nats-server"))
      .find((file) => existsSync(file));
    const version = program === undefined ? undefined : versionOf(program);
    if (version === undefined) throw new Error(`${name}: its nats-server does not run here`);
    const target = join(folder, isNewEnough(version) ? "bin" : "old");
    mkdirSync(target, { recursive: true });
    renameSync(program, join(target, "nats-server"));
  });
}

/** The mirror that the machine itself has Debian from. */
function mirror() {
  const format = ["--format", "$(REPO_URI)", "Created-By: Packages"];
  const { stdout } = spawnSync("apt-get", ["indextargets", ...format], { encoding: "utf8" });
  const found = (stdout ?? "").split("\n").find((uri) => /\/debian\/?$/.test(uri));
  if (found === undefined) throw new Error("no mirror of Debian is among this system's sources");
  return found;
}

/** `2.15.1`; undefined when there is none there that runs. */
function versionOf(file) {
  if (!existsSync(file)) return undefined;
  const { stdout } = spawnSync(file, ["--version"], { encoding: "utf8", timeout: 10_000 });
  return /\d+\.\d+\.\d+/.exec(stdout ?? "")?.[0];
}

function isNewEnough(version) {
  const [major = 0, minor = 0] = (version ?? "").split(".").map(Number);
  return major > 2 || (major === 2 && minor >= 11);
}

/** What went wrong; undefined when nothing did. */
function attempt(work) {
  try {
    if (!canInstall()) throw new Error("there is no apt-get here");
    work();
    return undefined;
  } catch (error) {
    return error.message;
  }
}

/** Of what apt-get said, the line that says why. */
function reasonIn(trouble) {
  return /E: .*/.exec(trouble)?.[0] ?? trouble.trim().split("\n")[0];
}
