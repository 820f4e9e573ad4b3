/*
 * Unpacks Debian packages into a folder, without touching the system and without being root. Plain
 * JavaScript for any Node since 20. apt gets its own lists and archives there; what it knows of
 * the system is only read, so that of the libraries only those come that the system lacks.
 */
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";

/** How long the mirrors may take to answer: without a network, `npm test` waits no longer. */
const answerMsMax = 20_000;
/** And how long all may take once they have. */
const allMsMax = 180_000;

/** After a failure it is tried again only then: most often there is no network. */
const retryMs = 24 * 60 * 60 * 1_000;

/**
 * Puts the commands into `folder`/bin. `wanted` is a list of {commands, packages}; the smaller the
 * earlier. Says nothing when it fails, since those who want to know run `npm run setup`.
 */
export function unpack(folder, wanted) {
  const failed = join(folder, "failed");
  if (process.platform !== "linux" || isFresh(failed)) return;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, "bin"), { recursive: true });
  const apt = join(folder, "apt");
  try {
    prepare(apt);
    run(answerMsMax, "apt-get", [...aptOptions(apt), "update"]);
    if (!readdirSync(join(apt, "lists")).some((name) => name.includes("_Packages"))) {
      throw new Error("apt-get update: no mirror answered");
    }
    const until = Date.now() + allMsMax;
    for (const { commands, packages } of wanted) {
      console.log(`setup: unpacking ${packages.join(", ")} into .cache, for the tests, once …`);
      fetch(folder, packages, until);
      for (const command of commands) wrap(folder, command);
    }
  } catch (error) {
    writeFileSync(failed, String(error));
  } finally {
    rmSync(apt, { recursive: true, force: true });
  }
}

function isFresh(file) {
  return existsSync(file) && Date.now() - statSync(file).mtimeMs < retryMs;
}

function prepare(apt) {
  for (const path of ["lists/partial", "archives/partial"]) {
    mkdirSync(join(apt, path), { recursive: true });
  }
  writeFileSync(join(apt, "apt.conf"), configuration(apt));
}

function aptOptions(apt) {
  return ["-q", "-c", join(apt, "apt.conf")];
}

/** The packages, and of what they need that which the system has not. */
function fetch(folder, packages, until) {
  const apt = join(folder, "apt");
  const root = join(folder, "root");
  const install = ["install", "-y", "--download-only", "--reinstall", "--no-install-recommends"];
  run(until - Date.now(), "apt-get", [...aptOptions(apt), ...install, ...packages]);
  const archives = join(apt, "archives");
  for (const name of readdirSync(archives).filter((name) => name.endsWith(".deb"))) {
    run(until - Date.now(), "dpkg-deb", ["-x", join(archives, name), root]);
    rmSync(join(archives, name));
  }
  rmSync(join(root, "usr/share"), { recursive: true, force: true });
  linkSystemLibraries(root);
}

/** The system's sources, but none of its hooks: those would write outside of our folder. */
function configuration(apt) {
  return `#clear APT::Update;
#clear DPkg;
Dir::State::lists "${apt}/lists";
Dir::Cache "${apt}";
Dir::Cache::archives "archives";
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
Debug::NoLocking "true";
APT::Sandbox::User "root";
Acquire::Languages "none";
Acquire::Retries "0";
`;
}

function run(ms, program, words) {
  const timeout = Math.max(ms, 1);
  const { status, stderr, error } = spawnSync(program, words, { encoding: "utf8", timeout });
  if (status !== 0) throw new Error(`${program} ${words.join(" ")}: ${error ?? stderr}`);
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
