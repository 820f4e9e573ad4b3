/** The ledger: it reads nothing but the next commit of its group, and remembers what it answered. */
import { describe, expect, test } from "vitest";
import { CommitError } from "./commit.ts";
import type { Input } from "./input.ts";
import { Ledger, requestDigest } from "./ledger.ts";
import { Story } from "./story.ts";

const story = Story.of({ id: "a", can: ["commit"] }).play("claimed a", "finished a", "committed a");
const { gid } = story.group;

function written(): readonly string[] {
  const ledger = new Ledger(gid);
  return story.steps.map(({ input, decision }) => {
    const entry = ledger.write(input, decision.events);
    ledger.accept(entry, decision.next);
    return entry.text;
  });
}

const texts = written();

function reading(...list: readonly (string | undefined)[]): Ledger {
  const ledger = new Ledger(gid);
  for (const text of list) ledger.read(text ?? "");
  return ledger;
}

function errorOf(...list: readonly (string | undefined)[]): string {
  try {
    reading(...list);
  } catch (error) {
    if (error instanceof CommitError) return `${error.code} ${error.message}`;
    throw error;
  }
  throw new Error("it was read");
}

describe("reading", () => {
  test("what was written gives the group as it was at each rev", () => {
    const ledger = new Ledger(gid);
    for (const [index, text] of texts.entries()) {
      expect(ledger.read(text).rev).toBe(index + 1);
      expect(ledger.group).toEqual(story.steps[index]?.decision.next);
    }
    expect(ledger.rev).toBe(4);
  });

  test("stops at a gap and does not renumber", () => {
    const found = errorOf(texts[0], texts[2]);
    expect(found).toBe(`corrupt group ${gid} rev 2: found rev 3`);
  });

  test("stops at a commit that comes twice", () => {
    expect(errorOf(texts[0], texts[0])).toBe(`corrupt group ${gid} rev 2: found rev 1`);
  });

  test("stops at a commit of another group", () => {
    const foreign = texts[0]?.replace(`"gid":"${gid}"`, '"gid":"g2"');
    expect(errorOf(foreign)).toBe(`corrupt group ${gid} rev 1: found a commit of group g2`);
  });

  test("stops where a byte of the commit before was changed", () => {
    const changed = texts[0]?.replace("user@host", "user@gost");
    expect(errorOf(changed, texts[1])).toContain("rev 2: the chain is broken: found prev");
  });

  test("stops at a first commit that claims to follow another", () => {
    const linked = texts[0]?.replace("}]}", '}],"prev":"00"}');
    expect(errorOf(linked)).toContain(
      "rev 1: the chain is broken: found prev 00, expected nothing",
    );
  });

  test("keeps what it has when the next is refused", () => {
    const ledger = reading(texts[0]);
    const before = ledger.group;
    expect(() => ledger.read("{")).toThrow("not JSON");
    expect([ledger.rev, ledger.group]).toEqual([1, before]);
    expect(ledger.read(texts[1] ?? "").rev).toBe(2);
  });
});

describe("an answer", () => {
  test("is remembered by the command's id, whether read or written", () => {
    const ledger = reading(...texts);
    const [, claimed] = story.steps;
    expect(claimed && ledger.answered("c2")).toEqual({
      rev: 2,
      digest: claimed && requestDigest(claimed.input),
    });
    expect(ledger.answered("c9")).toBeUndefined();
  });
});

describe("a request's digest", () => {
  const asked: Input = { id: "c1", by: "a@b", at: 1, verb: "pause", uid: "g-1" };

  test("is the same whoever asks, whenever, under whatever id", () => {
    expect(requestDigest({ ...asked, id: "c2", by: "c@d", at: 2 })).toBe(requestDigest(asked));
    expect(requestDigest(asked)).toMatch(/^[0-9a-f]{16}$/);
  });

  test("does not say which trace it is part of", () => {
    const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    expect(requestDigest({ ...asked, traceparent })).toBe(requestDigest(asked));
  });

  test("of a creation does not say whose worker would take it", () => {
    const create = { id: "c1", by: "a@b", at: 1, verb: "create", completion: "grouped" } as const;
    const claim = { session: "s", worker: "w", host: "h" };
    const alone = requestDigest({ ...create, jobs: [] });
    expect(requestDigest({ ...create, jobs: [], claim })).toBe(alone);
  });

  test("is another for another body, note included", () => {
    const others: readonly Input[] = [
      { ...asked, uid: "g-2" },
      { ...asked, verb: "resume" },
      { ...asked, note: "now" },
    ];
    const digests = [asked, ...others].map(requestDigest);
    expect(new Set(digests).size).toBe(4);
  });

  test("of a creation does not depend on what drivers declare", () => {
    const [creation] = story.steps;
    if (creation?.input.verb !== "create") throw new Error("the story does not begin so");
    const shape = { can: [], place: "host", recover: "fail" } as const;
    const jobs = creation.input.jobs.map((draft) => Object.assign({}, draft, { shape }));
    expect(requestDigest({ ...creation.input, jobs })).toBe(requestDigest(creation.input));
  });
});
