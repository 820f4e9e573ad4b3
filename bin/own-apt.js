/*
 * An apt of our own: it gets its lists and archives in a folder, without touching the system and
 * without being root. What it knows of the system is only read. Plain JavaScript for any Node
 * since 20.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** How long the mirrors may take to answer: without a network, `npm test` waits no longer. */
const answerMsMax = 20_000;

/** After a failure it is tried again only then: most often there is no network. */
const retryMs = 24 * 60 * 60 * 1_000;

/** Whether the file that notes a failure says that it was lately. */
export function failedLately(file) {
  return existsSync(file) && Date.now() - statSync(file).mtimeMs < retryMs;
}

/**
 * Runs `work` with an apt whose lists are up to date; it is gone afterwards. `apt.folder`: its
 * own; `apt.get(words, ms)`: runs apt-get there. `source`: the only line of its sources; absent:
 * the system's. Fails when no mirror answers.
 */
export function withApt(folder, source, work) {
  for (const path of ["lists/partial", "archives/partial", "none"]) {
    mkdirSync(join(folder, path), { recursive: true });
  }
  const own = source === undefined ? "" : sourcesIn(folder);
  writeFileSync(join(folder, "sources.list"), `${source ?? ""}\n`);
  writeFileSync(join(folder, "apt.conf"), configuration(folder) + own);
  const options = ["-q", "-c", join(folder, "apt.conf")];
  const get = (words, ms) => run(ms, "apt-get", [...options, ...words], folder);
  try {
    get(["update"], answerMsMax);
    if (!readdirSync(join(folder, "lists")).some((name) => name.includes("_Packages"))) {
      throw new Error("apt-get update: no mirror answered");
    }
    return work({ folder, get });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs a program; fails when it does, or takes longer than `ms`. */
export function run(ms, program, words, cwd) {
  const timeout = Math.max(ms, 1);
  const { status, stderr, error } = spawnSync(program, words, { encoding: "utf8", timeout, cwd });
  if (status !== 0) throw new Error(`${program} ${words.join(" ")}: ${error ?? stderr}`);
}

/** The system's sources, but none of its hooks: those would write outside of our folder. */
function configuration(folder) {
  return `#clear APT::Update;
#clear DPkg;
Dir::State::lists "${folder}/lists";
Dir::Cache "${folder}";
Dir::Cache::archives "archives";
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
Debug::NoLocking "true";
APT::Sandbox::User "root";
Acquire::Languages "none";
Acquire::Retries "0";
`;
}

function sourcesIn(folder) {
  return `Dir::Etc::sourcelist "${folder}/sources.list";
Dir::Etc::sourceparts "${folder}/none";
`;
}
