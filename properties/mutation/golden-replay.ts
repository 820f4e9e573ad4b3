/**
 * The golden logs, asked again: what was asked is rebuilt from each commit, and today's lifecycle
 * must record exactly the facts that the release did which wrote them.
 */
import { readFileSync } from "node:fs";
import { canonical } from "../../machines/json.ts";
import { Ledger } from "../../machines/ledger.ts";
import { decide } from "../../machines/lifecycle.ts";
import { rebuiltInput } from "../conform/rebuilt-input.ts";

/** Throws at the first commit whose facts nothing that can have been asked leads to. */
export function replayGolden(release: string): void {
  const log = readFileSync(new URL(`../golden/${release}.jsonl`, import.meta.url), "utf8");
  const [, ...texts] = log.trimEnd().split("\n");
  const ledgers = new Map<string, Ledger>();
  for (const text of texts) {
    const { gid } = JSON.parse(text) as { readonly gid: string };
    const ledger = ledgers.get(gid) ?? new Ledger(gid);
    ledgers.set(gid, ledger);
    const { group } = ledger;
    const commit = ledger.read(text);
    const by = commit.events[0]?.set?.by ?? commit.cause.by;
    const inputs = rebuiltInput(group, { ...commit, cause: { ...commit.cause, by } })?.inputs ?? [];
    const recorded = canonical(commit.events);
    if (inputs.some((input) => canonical(decide(group, input).events) === recorded)) continue;
    throw new Error(`${gid} rev ${commit.rev}: '${commit.cause.verb}' is now recorded otherwise`);
  }
}
