/**
 * The tables' sites: every cell of `transitions` and `verbs` added or taken away, and every status
 * taken out of the lists that the checks and the classes of statuses are made of.
 */
import { statuses, transitions, verbs, type Status } from "../../machines/status.ts";
import type { Site } from "./site.ts";
import { at, tokensOf } from "./tokens.ts";

/** Cells are changed by a line at the end of the file, when the tables have been made. */
function cellSites(
  source: string,
  table: string,
  rows: Readonly<Record<string, readonly Status[]>>,
): readonly Site[] {
  return Object.entries(rows).flatMap(([row, cells]) =>
    statuses.map((status) => {
      const has = cells.includes(status);
      const changed = has ? cells.filter((cell) => cell !== status) : [...cells, status];
      const text = `\nObject.assign(${table}, ${JSON.stringify({ [row]: changed })});\n`;
      return {
        id: `status.ts:${table} ${row} → ${status} ${has ? "removed" : "added"}`,
        file: "status.ts",
        edit: { start: source.length, end: source.length, text },
      };
    }),
  );
}

export function tableSites(source: string): readonly Site[] {
  return [...cellSites(source, "transitions", transitions), ...cellSites(source, "verbs", verbs)];
}

/** Statuses listed two or more in `from(…)`, `[…].includes` and `new Set([…])`, each left out. */
export function listSites(file: string, source: string): readonly Site[] {
  const tokens = tokensOf(source);
  const named: ReadonlySet<string> = new Set(statuses.map((status) => `"${status}"`));
  return tokens.flatMap(({ text, mate }, open): readonly Site[] => {
    if (mate === undefined || mate < open || mate - open < 4) return [];
    const isList = text === "(" ? at(tokens, open - 1).text === "from" : text === "[";
    const isAsked =
      text === "(" || at(tokens, mate + 1).text === "." || at(tokens, open - 2).text === "Set";
    if (!isList || !isAsked) return [];
    const members = tokens.slice(open + 1, mate).filter((token) => named.has(token.text));
    return members.map(({ start, end, text: status }) => {
      const list = source.slice(tokens[open]?.end, at(tokens, mate).start).replaceAll(/\s+/g, " ");
      const id = `${file}:${list.trim()} without ${status}`;
      return { id, file, edit: { start, end, text: `"no status"` } };
    });
  });
}
