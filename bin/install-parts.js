/* Installs Debian packages into the system. Plain JavaScript for any Node since 20. */
import { spawnSync } from "node:child_process";

/** What is shown of what apt-get says when it fails. */
const linesMax = 6;

/** Whether this is Debian, or one of its children. */
export function canInstall() {
  return spawnSync("apt-get", ["--version"]).status === 0;
}

/** Says what went wrong, and what to do about it; undefined when all went well. */
export function install(packages) {
  const names = packages.join(" ");
  if (!canInstall()) {
    return `setup: there is no apt-get here. Install what has them in this system (in Debian: ${names}).`;
  }
  const isRoot = process.getuid?.() === 0;
  const sudo = spawnSync("sudo", ["--version"]).status === 0;
  if (!isRoot && !sudo) {
    return `setup: only root may. Run this as root: apt-get install ${names}`;
  }
  console.log(`setup: apt-get install ${names}`);
  const options = ["-y", "-q", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=60"];
  const command = ["install", ...options, ...packages];
  const first = aptGet(command, isRoot);
  if (first.status === 0) return undefined;
  // The lists of packages are old, or there are none yet, as in most containers.
  const update = aptGet(["update", "-q"], isRoot);
  const second = aptGet(command, isRoot);
  if (second.status === 0) return undefined;
  const said = `${update.stderr}${second.stderr}`.trim().split("\n");
  const more = said.length > linesMax ? [`… and ${said.length - linesMax} lines more`] : [];
  return [
    ...said.slice(0, linesMax),
    ...more,
    `setup: 'apt-get install ${names}' failed. Try it by hand to see more.`,
  ].join("\n");
}

function aptGet(words, isRoot) {
  const asRoot = isRoot ? [] : ["sudo", ...(process.stdin.isTTY ? [] : ["-n"])];
  const [program, ...rest] = [...asRoot, "apt-get", ...words];
  const { status, stderr } = spawnSync(program, rest, {
    encoding: "utf8",
    stdio: ["inherit", "ignore", "pipe"],
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  });
  return { status, stderr: stderr ?? "" };
}
