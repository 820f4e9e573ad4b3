/**
 * Exported logs made to measure, for tests of their judge: stories written down as the ledger
 * writes them, and changed afterwards by somebody who can, or cannot, mend the chain.
 */
import { digestOf, encode, type Commit } from "../../machines/commit.ts";
import { Ledger } from "../../machines/ledger.ts";
import { capabilities } from "../../machines/record.ts";
import { Story } from "../../machines/story.ts";
import type { Line } from "./verdict.ts";

const labels = { tier: "gold" };
const require = { gpu: "a100" };
const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

/** Two jobs that finish together, one of them parked for a while, one lost and taken over. */
export function pairStory(): Story {
  const story = new Story();
  story.create(
    ["a", "b"].map((id) => ({ id, can: capabilities, speed: 5, labels, require })),
    { name: "nightly", traceparent },
  );
  story.play("claimed a b");
  story.tell("a", "progress", { progress: { current: 5, total: 9 }, cursor: { at: 5 } });
  story.play("pause a", "paused a", "set-speed a", "resume a", "resumed a", "lost b", "claimed b");
  story.tell("b", "change", { change: { mode: "fast" } });
  story.tell("a", "finished", { progress: { current: 9, total: 9 }, result: { files: 3 } });
  story.play("finished b", "prepared a b", "committed a b");
  return story.play("cleaned a").tell("b", "step-failed").play("cleaned b");
}

/** A mirror that is cancelled, and what has become of its sibling. */
export function mirrorStory(): Story {
  const story = new Story(undefined, "gbbbbbbbbbbbbbbbb");
  const can = capabilities;
  story.create([
    { id: "m", can, autoDismiss: false },
    { id: "n", can, onError: "stop" },
  ]);
  story.play("claimed m n", "ready m", "complete m", "complete m", "io-error n", "paused n");
  story.play("resume n", "resumed n", "cancel m", "failed n");
  return story.tell("m", "failed", { cancelled: true }).play("aborted m n", "cleaned m n");
}

/** The commits that a story leaves, in order. */
export function commitsOf(story: Story): readonly Commit[] {
  const ledger = new Ledger(story.group.gid);
  const commits: Commit[] = [];
  for (const { input, decision } of story.steps) {
    if (decision.events.length === 0) continue;
    const written = ledger.write(input, decision.events);
    ledger.accept(written, decision.next);
    commits.push(written.commit);
  }
  return commits;
}

/** The commits with the chain as if they had been written so: what no digest can show. */
export function rechained(commits: readonly Commit[]): readonly Commit[] {
  const heads = new Map<string, string>();
  return commits.map(({ prev: _prev, ...commit }) => {
    const prev = heads.get(commit.gid);
    const linked = prev === undefined ? commit : { ...commit, prev };
    heads.set(commit.gid, digestOf(encode(linked)));
    return linked;
  });
}

/** The lines of an export; `announced`: how many commits its head line speaks of. */
export function exported(
  commits: readonly (Commit | string)[],
  announced: number | undefined = commits.length,
): readonly string[] {
  const head = { format: "jobchart-log", version: 1, bus: "memory:", commits: announced };
  const texts = commits.map((commit) => (typeof commit === "string" ? commit : encode(commit)));
  return [JSON.stringify(head), ...texts];
}

/** The texts as lines of a file. */
export async function* linesFrom(texts: Iterable<string>): AsyncGenerator<Line> {
  let number = 0;
  for (const text of texts) {
    number += 1;
    yield { number, text, isCut: false };
  }
}
