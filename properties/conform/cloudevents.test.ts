import { describe, expect, test } from "vitest";
import { encode } from "../../machines/commit.ts";
import { Story } from "../../machines/story.ts";
import { CloudEventFeed, type CloudEvent } from "./cloud-event-feed.ts";
import { judgeCloudEvents } from "./cloudevents.ts";
import { commitsOf, linesFrom, mirrorStory, pairStory } from "./own-log.ts";

function feedOf(...stories: readonly Story[]): readonly CloudEvent[] {
  const feed = new CloudEventFeed();
  return stories.flatMap(commitsOf).flatMap((commit, index) => {
    const { gid, rev } = commit;
    return feed.eventsOf({ position: index + 1, gid, rev, text: encode(commit) }, commit);
  });
}

function judge(events: readonly unknown[]) {
  const texts = events.map((event) => (typeof event === "string" ? event : JSON.stringify(event)));
  return judgeCloudEvents(linesFrom(texts));
}

const pair = feedOf(pairStory());
const both = feedOf(pairStory(), mirrorStory());

/** The index of the event in which the job becomes that. */
function indexOf(job: string, to: string, events: readonly CloudEvent[] = pair): number {
  const index = events.findIndex(
    ({ subject, type }) => subject === job && type === `jobchart.job.${to}`,
  );
  if (index === -1) throw new Error(`${job} never becomes ${to}`);
  return index;
}

/** The events as if there were no sequence, and each came from another's hand. */
function unnumbered(events: readonly CloudEvent[]): readonly object[] {
  return events.map(({ sequence: _sequence, ...event }) => event);
}

/** The event, of another status. */
function saying(event: CloudEvent | undefined, data: object): object {
  return { ...event, data: { ...event?.data, ...data } };
}

describe("what we write", () => {
  test("is CloudEvents 1.0, an event for every status change, counted from 1 in every group", () => {
    expect(pair[0]).toMatchObject({
      specversion: "1.0",
      id: "gaaaaaaaaaaaaaaaa/1.0",
      source: "/jobchart/groups/gaaaaaaaaaaaaaaaa",
      type: "jobchart.job.created",
      subject: "a",
      time: "2025-11-20T06:00:01.000Z",
      datacontenttype: "application/json",
      sequence: "0000000001",
      data: { job: "a", from: "undefined", to: "created", type: "copy", completion: "grouped" },
    });
    expect(pair.map(({ sequence }) => Number(sequence))).toEqual(pair.map((_, index) => index + 1));
    expect(new Set(both.map(({ source, id }) => `${source} ${id}`)).size).toBe(both.length);
    const changes = pairStory().facts.filter(({ to }) => to !== undefined);
    expect(pair).toHaveLength(changes.length);
  });

  test("begins at 1 again for a group that comes after the end of another", () => {
    const other = both.find(({ source }) => source.endsWith("b"));
    expect(other?.sequence).toBe("0000000001");
  });

  test("conforms", async () => {
    expect(await judge(both)).toEqual({
      verdict: "conforms",
      jobs: 4,
      events: both.length,
      skipped: 0,
    });
  });
});

describe("a feed conforms", () => {
  test("whose events come again, and in any order", async () => {
    const shuffled = both.flatMap((event, index) => (index % 3 === 0 ? [event, event] : [event]));
    const late = [...shuffled.slice(5), ...shuffled.slice(0, 5)].toReversed();
    expect(await judge(late)).toMatchObject({
      verdict: "conforms",
      events: both.length,
      skipped: shuffled.length - both.length,
    });
  });

  test("that begins in the middle", async () => {
    expect(await judge(pair.slice(6))).toMatchObject({ verdict: "conforms" });
    expect(await judge(unnumbered(pair).slice(6))).toMatchObject({ verdict: "conforms" });
  });

  test("that stops while jobs live", async () => {
    expect(await judge(pair.slice(0, 6))).toMatchObject({ verdict: "conforms", events: 6 });
  });

  test("of others, which says what became of a job in few words", async () => {
    const said = ["created", "running", "paused", "running", "waiting", "pending", "concluded"];
    const again = [...said, "null", ...said];
    const events = again.map((status, index) => {
      const data = { id: "a", status };
      const encoded = Buffer.from(JSON.stringify(data)).toString("base64");
      const event = { specversion: "1.0", id: `${index}`, source: "urn:x", type: "org.example" };
      return Object.assign(event, index % 2 === 0 ? { data } : { data_base64: encoded });
    });
    expect(await judge([events])).toMatchObject({ verdict: "conforms", jobs: 2, events: 15 });
  });

  test("among lines and events that speak of something else, which are counted", async () => {
    const about = { specversion: "1.0", id: "1", source: "x", type: "y" };
    const others = [
      "starting up",
      { hello: "world" },
      { ...about, data: { id: "a", status: "on fire" } },
      { ...about, data_base64: "?" },
      about,
    ];
    expect(await judge([...others, ...pair])).toMatchObject({ verdict: "conforms", skipped: 5 });
  });
});

test("what comes too late for others to wait for it is passed over", async () => {
  const life = ["paused", "running"];
  const events = Array.from({ length: 10_010 }, (_, index) => ({
    specversion: "1.0",
    id: `${index}`,
    source: "x",
    type: "y",
    sequence: `${index + 1}`,
    data: { id: "a", status: index === 0 ? "created" : life[index % 2] },
  }));
  const [first, ...others] = events;
  expect(await judge([...others, first])).toMatchObject({
    verdict: "conforms",
    events: others.length,
    skipped: 1,
  });
});

describe("a feed diverges where", () => {
  test.each([
    ["a change is none of the table's", { to: "waiting" }, "no job goes from created to waiting"],
    [
      "a change begins elsewhere",
      { from: "paused" },
      "a was created: missing before this line: running, paused",
    ],
    ["a status is none", { to: "flying" }, "there is no status 'flying'"],
    ["a job begins in the middle", { uid: "gaaaaaaaaaaaaaaaa-3" }, "does not exist yet"],
  ])("%s", async (_what, data, said) => {
    const at = indexOf("a", "running");
    const verdict = await judge(
      pair.map((event, index) => (index === at ? saying(event, data) : event)),
    );
    expect(verdict).toMatchObject({ verdict: "diverges", line: at + 1 });
    expect(verdict.explanation).toContain(said);
  });

  test("a change is missing, and no number says so", async () => {
    const at = indexOf("a", "paused");
    const verdict = await judge(unnumbered(pair).toSpliced(at, 1));
    expect(verdict).toMatchObject({
      verdict: "diverges",
      line: at + 1,
      observed: "a: paused → running",
      expected: [
        "a: running → paused",
        "a: running → ready",
        "a: running → waiting",
        "a: running → aborting",
      ],
      explanation: "a was running: missing before this line: paused",
    });
  });

  test("a change is missing where only the new status is told", async () => {
    const said = ["created", "running", "pending"].map((status, index) => ({
      specversion: "1.0",
      id: `${index}`,
      source: "x",
      type: "y",
      subject: "a",
      data: { status },
    }));
    expect(await judge(said)).toMatchObject({
      verdict: "diverges",
      line: 3,
      observed: "a: pending",
      explanation: "a was running: missing before this line: waiting",
    });
  });

  test("one member becomes pending before the others are done", async () => {
    const at = indexOf("a", "waiting");
    const events = unnumbered(pair).slice(0, at + 1);
    const early = saying(pair[at], { from: "waiting", to: "pending" });
    const verdict = await judge([...events, { ...early, id: "new", sequence: undefined }]);
    expect(verdict).toMatchObject({ verdict: "diverges", line: at + 2 });
    expect(verdict.explanation).toContain("b is running");
  });

  test.each([
    ["succeeds and another did not", "success", "failed"],
    ["fails and another did not", "failed", "success"],
  ])("one member %s", async (_what, mine, other) => {
    const [a, b] = [indexOf("a", "concluded"), indexOf("b", "concluded")];
    const events = pair.map((event, index) =>
      index === a
        ? saying(event, { outcome: mine })
        : index === b
          ? saying(event, { outcome: other })
          : event,
    );
    const verdict = await judge(events);
    expect(verdict).toMatchObject({ verdict: "diverges", line: b + 1 });
    expect(verdict.explanation).toContain("of its group");
  });

  test("one id is given to two events, or one number", async () => {
    const other = saying(pair[4], { to: "aborting" });
    const byId = await judge([...pair.slice(0, 5), other]);
    expect(byId).toMatchObject({ verdict: "diverges", line: 6 });
    const byNumber = await judge([...pair.slice(0, 5), { ...other, id: "new" }]);
    expect(byNumber).toMatchObject({ verdict: "diverges", line: 6 });
    expect(byNumber.explanation).toContain("was given to two events");
  });
});

describe("a feed is inconclusive", () => {
  test("when a number is missing, though what follows may have happened", async () => {
    const at = indexOf("a", "paused");
    const verdict = await judge(pair.toSpliced(at, 1));
    expect(verdict).toMatchObject({ verdict: "inconclusive", line: at + 1 });
    expect(verdict.explanation).toContain("one event is missing");
    expect(verdict.events).toBe(pair.length - 1);
  });

  test("when the beginning of a job is in the gap", async () => {
    const verdict = await judge(pair.toSpliced(indexOf("b", "created"), 1));
    expect(verdict).toMatchObject({ verdict: "inconclusive", events: pair.length - 1 });
  });

  test("unless what follows the gap cannot have happened", async () => {
    const from = indexOf("a", "pending");
    const events = pair.toSpliced(from, 1);
    const at = indexOf("a", "concluded", events);
    const spoilt = events.map((event, index) =>
      index === at ? saying(event, { from: "running", to: "waiting" }) : event,
    );
    expect(await judge(spoilt)).toMatchObject({ verdict: "diverges", line: at + 1 });
  });

  test.each([[[]], [["", " "]]])("when nothing is in it: %j", async (lines) => {
    expect(await judge(lines)).toMatchObject({
      verdict: "inconclusive",
      explanation: "it is empty",
    });
  });

  test("when no event tells of a job", async () => {
    const event = { specversion: "1.0", id: "1", source: "x", type: "y" };
    expect(await judge([event])).toMatchObject({ verdict: "inconclusive", skipped: 1 });
  });
});

describe("what is no CloudEvent is unreadable", () => {
  test.each<readonly [string, readonly string[]]>([
    ["binary", ["\u0000\uFFFD"]],
    [
      "JSON of another kind",
      ['{"specversion":"0.3","id":"1","source":"x","type":"y"}', "[]", "null"],
    ],
    ["truncated JSON", [JSON.stringify(pair[0]).slice(0, 60)]],
  ])("%s", async (_what, lines) => {
    expect(await judge(lines)).toMatchObject({ verdict: "unreadable", events: 0 });
  });

  test("a line without an end", async () => {
    expect(await judgeCloudEvents(endless())).toMatchObject({ verdict: "unreadable", line: 1 });
  });
});

async function* endless() {
  yield { number: 1, text: '{"specversion":', isCut: true };
}
