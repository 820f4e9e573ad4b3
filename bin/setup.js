/*
 * Installs what is missing, before `npm start` and `npm test`. Plain JavaScript for any Node since
 * 20. A stamp inside node_modules says which lockfile was installed: when it is this one, nothing
 * is done, and no network is needed.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = new URL("../", import.meta.url);
const stampFile = new URL("node_modules/.jobchart-setup", root);
const lockfile = readFileSync(new URL("package-lock.json", root));
const stamp = createHash("sha256").update(lockfile).digest("hex");

if (stampOf() !== stamp) install();

function stampOf() {
  try {
    return readFileSync(stampFile, "utf8");
  } catch {
    return "";
  }
}

function install() {
  console.log("setup: installing what package-lock.json names, once; this takes a while …");
  const { status, stdout, stderr } = spawnSync(
    process.platform === "win32" ? "npm.cmd" : "npm",
    ["ci", "--no-audit", "--no-fund", "--loglevel=error"],
    { cwd: fileURLToPath(root), encoding: "utf8", shell: process.platform === "win32" },
  );
  if (status === 0) {
    writeFileSync(stampFile, stamp);
    console.log("setup: done");
    return;
  }
  console.error(`setup: 'npm ci' failed\n${(stderr || stdout || "npm was not found").trim()}`);
  console.error(
    isOffline(stderr)
      ? "setup: the registry cannot be reached. Try again with a network; later runs need none."
      : "setup: run 'npm ci' in this folder to see more.",
  );
  process.exitCode = 1;
}

function isOffline(text) {
  return /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|ENOTCACHED|network/.test(
    text || "",
  );
}
