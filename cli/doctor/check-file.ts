/** The check of the bus file: who may read it, what SQLite says of it, and how large it is. */
import { statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { messageOf } from "../usage-error.ts";
import { sizeText } from "../units.ts";
import type { Finding } from "./finding.ts";

const others = 0o077;
const walBytesMax = 256 * 1024 ** 2;

export interface FileCheck {
  readonly path: string;
  readonly sizeBytes: number;
  readonly findings: readonly Finding[];
}

/** The file of a `file:` URL; undefined for a bus that is none. */
export function checkFile(url: string): FileCheck | undefined {
  if (!url.startsWith("file:")) return undefined;
  const path = url.slice("file:".length);
  const { mode, size } = statSync(path);
  const walBytes = statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0;
  const findings: Finding[] = integrityFindings(path).map((text) => ({
    level: "corrupt",
    about: path,
    text,
    advice: "stop what uses it, keep a copy, and go on with a backup",
  }));
  if ((mode & others) !== 0) {
    findings.push({
      level: "problem",
      about: path,
      text: `others than its owner may read it (mode ${(mode & 0o777).toString(8)})`,
      advice: `chmod 600 ${path}`,
    });
  }
  if (walBytes > walBytesMax) {
    findings.push({
      level: "problem",
      about: `${path}-wal`,
      text: `has grown to ${sizeText(walBytes)}`,
      advice: "a reader never ends: look for a process that is stopped",
    });
  }
  return { path, sizeBytes: size + walBytes, findings };
}

/** What SQLite finds wrong, at most ten things. */
function integrityFindings(path: string): readonly string[] {
  try {
    using database = new DatabaseSync(path, { readOnly: true });
    const rows = database.prepare("PRAGMA integrity_check(10)").all();
    return rows.map((row) => String(row["integrity_check"])).filter((text) => text !== "ok");
  } catch (error) {
    return [`SQLite cannot check it: ${messageOf(error)}`];
  }
}
