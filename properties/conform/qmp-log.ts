/** QMP logs told by hand, and judged: for the tests. */
import { linesOf } from "./lines.ts";
import { judgeQmp, type QmpOptions } from "./qmp.ts";
import type { Verdict } from "./verdict.ts";

export async function judge(
  lines: readonly (string | object)[],
  { lineBytesMax, ...options }: QmpOptions & { lineBytesMax?: number } = {},
): Promise<Verdict> {
  const text = lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line)));
  async function* bytes(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(text.join("\n"));
  }
  return judgeQmp(options)(linesOf(bytes(), lineBytesMax));
}

export function is(id: string, ...statuses: readonly string[]): readonly object[] {
  return statuses.map((status) => ({ event: "JOB_STATUS_CHANGE", data: { id, status } }));
}

export const ask = (execute: string, args: object = {}, id?: unknown): object => ({
  execute,
  arguments: args,
  ...(id === undefined ? {} : { id }),
});
export const ok = (id?: unknown): object => ({ return: {}, ...(id === undefined ? {} : { id }) });
export const no = (desc: string, id?: unknown): object => ({
  error: { class: "GenericError", desc },
  ...(id === undefined ? {} : { id }),
});
export const greeting = (major: number, minor: number): object => ({
  QMP: { version: { qemu: { major, minor, micro: 0 } }, capabilities: [] },
});
export const shown = (...rows: readonly object[]): readonly object[] => [
  ask("query-jobs"),
  { return: rows },
];
export const timed = (t: number, msg: object): object => ({ t, dir: "event", msg });
export const backup = (id: string): readonly object[] => [
  ask("blockdev-backup", { "job-id": id }),
  ...is(id, "created", "running"),
  ok(),
];
export const conforms = { verdict: "conforms" };
