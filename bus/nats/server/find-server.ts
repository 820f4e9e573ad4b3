/**
 * Where there is a nats-server to start that will do: named by $JOBCHART_NATS_SERVER, on PATH, or
 * unpacked into the checkout's cache by `npm test`.
 */
import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { BusError } from "../../bus-error.ts";
import { isNewEnough, versionMin } from "../server-version.ts";

const cache = fileURLToPath(new URL("../../../.cache/nats/bin", import.meta.url));

const howToGetOne =
  `put one (${versionMin} or newer, https://nats.io/download) on PATH, or name it in ` +
  "$JOBCHART_NATS_SERVER";

/**
 * The program's path. Fails with BusError, saying how to get one: `missing` when there is none,
 * `foreign` when there are only such as are too old.
 */
export function findServer(): string {
  const named = process.env["JOBCHART_NATS_SERVER"] ?? "";
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), cache];
  const programs = folders
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, "nats-server"))
    .filter(isExecutable);
  const found = (named === "" ? programs : [named]).map(
    (program) => [program, versionOf(program)] as const,
  );
  const [usable] = found.find(([, version]) => version !== "" && isNewEnough(version)) ?? [];
  if (usable !== undefined) return usable;
  const others = found.map(
    ([program, version]) => `${program} ${version === "" ? "does not run" : `is ${version}`}`,
  );
  throw new BusError(
    found.some(([, version]) => version !== "") ? "foreign" : "missing",
    `no nats-server found that will do: ${others.join(", ") || "none on PATH"}; ${howToGetOne}`,
  );
}

const versions = new Map<string, string>();

/** What the program says of itself, `2.15.1`; empty when it says nothing. */
function versionOf(program: string): string {
  const known = versions.get(program);
  if (known !== undefined) return known;
  const { stdout } = spawnSync(program, ["--version"], { encoding: "utf8", timeout: 5_000 });
  const version = /\d+\.\d+\.\d+\S*/.exec(stdout ?? "")?.[0] ?? "";
  versions.set(program, version);
  return version;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
