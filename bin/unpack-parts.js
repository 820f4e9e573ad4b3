/*
 * Unpacks Debian packages into a folder, without touching the system and without being root: of
 * the libraries only those come that the system lacks. Plain JavaScript for any Node since 20.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { failedLately, run, withApt } from "./own-apt.js";

/** How long all may take once the mirrors have answered. */
const allMsMax = 180_000;

/**
 * Puts the commands into `folder`/bin. `wanted` is a list of {commands, packages}; the smaller the
 * earlier. Says nothing when it fails, since those who want to know run `npm run setup`.
 */
export function unpack(folder, wanted) {
  const failed = join(folder, "failed");
  if (process.platform !== "linux" || failedLately(failed)) return;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, "bin"), { recursive: true });
  try {
    withApt(join(folder, "apt"), undefined, (apt) => {
      const until = Date.now() + allMsMax;
      for (const { commands, packages } of wanted) {
        console.log(`setup: unpacking ${packages.join(", ")} into .cache, for the tests, once …`);
        fetch(folder, apt, { packages, until });
        for (const command of commands) wrap(folder, command);
      }
    });
  } catch (error) {
    writeFileSync(failed, String(error));
  }
}

/** The packages, and of what they need that which the system has not. */
function fetch(folder, apt, { packages, until }) {
  const root = join(folder, "root");
  const install = ["install", "-y", "--download-only", "--reinstall", "--no-install-recommends"];
  apt.get([...install, ...packages], until - Date.now());
  const archives = join(apt.folder, "archives");
  for (const name of readdirSync(archives).filter((name) => name.endsWith(".deb"))) {
    run(until - Date.now(), "dpkg-deb", ["-x", join(archives, name), root]);
    rmSync(join(archives, name));
  }
  rmSync(join(root, "usr/share"), { recursive: true, force: true });
  linkSystemLibraries(root);
}

/** A compiler looks for the C library below its root: there it finds the system's own. */
function linkSystemLibraries(root) {
  const { stdout } = spawnSync("dpkg", ["-L", "libc6", "libgcc-s1"], { encoding: "utf8" });
  for (const file of (stdout ?? "").split("\n")) {
    if (!/^(\/usr)?\/lib\w*\/([^/]+\/)?[^/]+\.so\.\d+$/.test(file)) continue;
    if (existsSync(join(root, file))) continue;
    mkdirSync(dirname(join(root, file)), { recursive: true });
    symlinkSync(file, join(root, file));
  }
}

/** Puts a script into `bin` that runs the command with all that came along. */
function wrap(folder, command) {
  const root = join(folder, "root");
  const program = command === "cc" ? "gcc" : command;
  if (!existsSync(join(root, "usr/bin", program))) throw new Error(`no package brought ${program}`);
  const libraries = ["usr/lib", "lib"].flatMap((path) => librariesIn(root, path));
  const sysroot = program === "gcc" ? '--sysroot="$root" ' : "";
  const script = `#!/bin/sh
root=$(cd "$(dirname "$0")/../root" && pwd)
export PATH="$root/../bin:$PATH:$root/usr/bin"
export LD_LIBRARY_PATH="${libraries.map((path) => `$root/${path}`).join(":")}"
exec "$root/usr/bin/${program}" ${sysroot}"$@"
`;
  writeFileSync(join(folder, "bin", command), script, { mode: 0o755 });
}

/** `usr/lib`, and below it what is for one kind of processor: `usr/lib/x86_64-linux-gnu`. */
function librariesIn(root, path) {
  if (!existsSync(join(root, path))) return [];
  const triplets = readdirSync(join(root, path)).filter((name) => name.includes("-linux-"));
  return [path].concat(triplets.map((name) => `${path}/${name}`));
}
