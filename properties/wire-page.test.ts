/**
 * The page about the wire says what is: its conversation is played to a real node, and its blocks,
 * subjects and codes are held against what the code itself uses.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { z } from "zod";
import { whyMalformed } from "../actors/job-spec.ts";
import { workItem } from "../actors/work.ts";
import type { Bus, Headers, WorkItem } from "../bus/bus.ts";
import { openMemoryBus } from "../bus/memory.ts";
import { feedHeaders } from "../bus/nats/feed-message.ts";
import { logSubject, revHeader } from "../bus/nats/log-message.ts";
import { defaultPrefix, namesOf } from "../bus/nats/names.ts";
import { wantedStreams } from "../bus/nats/stream-configs.ts";
import { placeOf, type Place } from "../bus/nats/work-place.ts";
import { matches } from "../bus/subject.ts";
import { textOf, tokenOf } from "../bus/token.ts";
import { realWorld } from "../bus/world.ts";
import { openJobSystem, type JobSystem } from "../jobchart.ts";
import { decode } from "../machines/commit.ts";
import { offerOf } from "../machines/duty.ts";
import { blankJob, capabilities, type Group } from "../machines/record.ts";
import { verbNames } from "../machines/status.ts";
import { attributesOf, headersOf } from "../projections/cloud-event.ts";
import { samplesOf } from "../projections/sample.ts";
import { readStatusEvent } from "../projections/status-event.ts";
import {
  createBody,
  declareBody,
  pruneBody,
  queryBody,
  registerBody,
  reportBody,
  verbBodies,
} from "../wire/bodies.ts";
import { queries } from "../wire/query-desk.ts";
import { codeOfError, codeOfGuard } from "../wire/reply.ts";
import { generationHeader } from "../wire/report-desk.ts";
import {
  commandPattern,
  groupToken,
  queryPattern,
  registerToken,
  reportPattern,
  upkeepPattern,
  wireVersion,
} from "../wire/subjects.ts";
import { reportNames } from "./model/moves.ts";

const page = readFileSync(join(import.meta.dirname, "../docs/wire.md"), "utf8");
const names = namesOf(defaultPrefix);

/** A message as the page shows it, and its reply where that is shown. */
interface Shown {
  readonly subject: string;
  readonly headers: Headers;
  readonly text: string;
  readonly reply: { readonly headers: Headers; readonly text: string } | undefined;
}

const shown: readonly Shown[] = [...page.matchAll(/```text\n([^`]*)```/g)].map(([, block = ""]) => {
  const [message = "", reply] = block.split(/^reply\n/m);
  const [subject = "", ...rest] = message.split("\n");
  const { headers, text } = partsOf(rest.join("\n"));
  return { subject, headers, text, reply: reply === undefined ? undefined : partsOf(reply) };
});

/** Headers, an empty line, and a text of one line; any of them may be missing. */
function partsOf(text: string): { readonly headers: Headers; readonly text: string } {
  const [head = "", body = ""] = text.trimEnd().split(/^\n|\n\n/);
  const lines = head.split("\n").filter((line) => line !== "");
  const headers = lines.map((line) => /^([\w-]+): (.*)$/.exec(line)?.slice(1) ?? [line, ""]);
  return { headers: Object.fromEntries(headers) as Headers, text: body };
}

const json = (text: string): unknown => (text === "" ? {} : JSON.parse(text));
const ofKind = (pattern: string): readonly Shown[] =>
  shown.filter(({ subject }) => matches(pattern, subject));

/** What a request is held against where it arrives. */
function schemaOf(subject: string): z.ZodType {
  const [, kind, first = "", , about] = subject.split(".").map(textOf);
  if (kind === "query") return queryBody;
  if (kind === "upkeep") return pruneBody;
  if (kind === "report") return about === registerToken ? registerBody : reportBody;
  if (first === "create") return createBody;
  return first === "declare" ? declareBody : (verbBodies.get(first) as z.ZodType);
}

const generation = ofKind("job.event.>")[0]?.headers["ce-generation"] ?? "";
const patterns = [commandPattern, queryPattern, reportPattern, upkeepPattern];
const requests = patterns.map((each) => `job.${each}`);
const asked = shown.filter(({ subject }) => requests.some((each) => matches(each, subject)));

describe("docs/wire.md", () => {
  let bus: Bus;
  let node: JobSystem;
  const pokes: string[] = [];
  beforeAll(async () => {
    const ids = [generation];
    const world = {
      ...realWorld,
      now: () => Date.parse("2026-11-20T09:26:03.511Z"),
      id: () => ids.shift() ?? realWorld.id(),
    };
    bus = openMemoryBus({ world });
    node = await openJobSystem({ bus, node: true, world });
    bus.signals.subscribe("ctl", (subject, uid) => pokes.push(`job.${subject} ${uid}`));
  });
  afterAll(() => node[Symbol.asyncDispose]());

  test.each(asked)("asks as a node expects it: $subject $text", ({ subject, text }) => {
    const body = json(text);
    expect(schemaOf(subject).parse(body)).toEqual(body);
  });

  describe("is a conversation", () => {
    test.each(shown)("$subject $text", async (message) => {
      const isRequest = asked.includes(message);
      const kind = isRequest ? "request" : message.subject.split(".").slice(0, 2).join(".");
      const play = plays[kind];
      expect(play).toBeTypeOf("function");
      await play?.(message);
    });

    test("in which the worker is poked", () => {
      const told = ofKind("job.ctl.*").map(({ subject, text }) => `${subject} ${text}`);
      expect(told).toHaveLength(1);
      expect(pokes).toEqual(expect.arrayContaining(told));
    });
  });

  /** Says, or checks, what the page shows, by the first two tokens of its subject. */
  const plays: Readonly<Record<string, (message: Shown) => Promise<void> | void>> = {
    request: async ({ subject, headers, text, reply }) => {
      const said = { data: text, headers };
      const own = subject.slice("job.".length);
      const replied = await bus.requests?.request(own, said, { timeoutMs: 5_000 });
      const expected = JSON.parse(reply?.text ?? "") as unknown;
      const given = JSON.parse(replied?.data ?? "") as unknown;
      expect([given]).toMatchObject([expected]);
      expect(replied?.headers).toEqual(reply?.headers);
    },
    "$KV.job": async ({ subject, headers, text }) => {
      const key = subject.slice(`$KV.${names.bucket}.`.length);
      expect(headers).toEqual({ "Nats-TTL": "30s", "Nats-Expected-Last-Subject-Sequence": "0" });
      await bus.values.put(key, text, { expect: 0, ttlMs: 30_000 });
      const [session, ...others] = await node.workers();
      expect(session).toEqual(JSON.parse(text));
      expect(others).toEqual([]);
      expect(key).toBe(`lease.${tokenOf(session?.worker ?? "")}.${session?.session}`);
    },
    "job.work": async ({ subject, text }) => {
      const { item, place } = await offered();
      expect(JSON.parse(text)).toEqual(item);
      expect(subject).toBe(place.subject + tokenOf(item.uid));
    },
    "$JS.API": async ({ subject }) => {
      const { place } = await offered();
      expect(subject).toBe(`$JS.API.CONSUMER.MSG.NEXT.${names.streams.work}.${place.name}`);
    },
    "job.progress": async ({ subject, text }) => {
      const sample = JSON.parse(text) as object;
      bus.signals.publish(subject.slice("job.".length), text);
      const uid = subject.split(".").at(-1) ?? "";
      expect((await samplesOf(bus.signals))(uid)).toEqual(sample);
    },
    "job.ctl": () => undefined,
    "job.log": async ({ subject, headers, text }) => {
      const { gid, rev } = decode(text, "docs/wire.md");
      expect(subject).toBe(logSubject(names, gid));
      expect(headers).toEqual({ [revHeader]: String(rev) });
      const stored = (await bus.log.read(gid)).find((each) => each.rev === rev);
      expect(text).toBe(stored?.text);
    },
    "job.event": ({ subject, headers, text }) => {
      const told = JSON.parse(text) as { position: string; cause: { traceparent?: string } };
      const [position, index] = told.position.split(".").map(Number);
      const place = { position: position ?? 0, index: index ?? 0 };
      const event = readStatusEvent({ subject, data: text, headers, ...place });
      const { type, job, to } = event;
      expect(subject).toBe(["job", "event", ...[type, job, to].map(tokenOf)].join("."));
      const { traceparent = "", ...own } = headers;
      expect(own).toEqual(
        feedHeaders({
          ...place,
          subject,
          data: text,
          headers: headersOf({ ...attributesOf(event), generation }),
        }),
      );
      expect(traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    },
  };

  /** The one job of the conversation, as it is offered to workers. */
  async function offered(): Promise<{ item: WorkItem; place: Place }> {
    const [job] = await node.queryJobs();
    const reply = await bus.requests?.request(
      "query.record",
      { data: JSON.stringify({ gid: job?.gid }), headers: {} },
      { timeoutMs: 5_000 },
    );
    const [record = blankJob] = (JSON.parse(reply?.data ?? "") as Group).jobs;
    const offer = offerOf(record);
    if (offer === undefined) throw new Error("the job of the page is not offered here");
    const item = workItem(offer);
    return { item, place: placeOf(names, item) };
  }
});

describe("docs/wire.md names", () => {
  const code = [...page.matchAll(/`([^`\n]+)`/g)].map(([, text = ""]) => text);
  const { log, others, passing } = wantedStreams(names);
  const streams = [log, ...others, ...passing];
  const patterns = [
    ...streams.flatMap(({ subjects = [] }) => subjects),
    ...streams.flatMap(({ republish }) => republish?.dest.replace("{{wildcard(1)}}", "*") ?? []),
    ...requests,
    "job.ctl.*",
    "job.places",
  ];
  const subjects = code
    .filter((text) => /^(?:\$KV\.)?job\.[\w.$<>-]+$/.test(text) && !text.startsWith("jobchart"))
    .map((text) => text.replaceAll(/[<>]/g, ""));

  test.each([...new Set(subjects)])("a subject that there is: %s", (subject) => {
    expect(patterns.filter((pattern) => matches(pattern, subject))).not.toEqual([]);
  });

  test.each(patterns)("a subject under each pattern: %s", (pattern) => {
    expect(subjects.filter((subject) => matches(pattern, subject))).not.toEqual([]);
  });

  test("all streams and the bucket", () => {
    for (const name of Object.values(names.streams)) expect(page).toContain(`\`${name}\``);
  });

  test("every code, and whose it is", () => {
    const rows = new Map(
      [...page.matchAll(/^\| (\d{3}) .*$/gm)].map(([row, number = ""]) => [Number(number), row]),
    );
    const codes = Object.entries({ ...codeOfGuard, ...codeOfError });
    for (const [name, number] of codes) expect(rows.get(number)).toContain(`\`${name}\``);
    for (const row of [409, 500]) {
      const [, , , named = ""] = rows.get(row)?.split("|") ?? [];
      const told = [...named.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name);
      expect(told).not.toEqual([]);
      expect(told.filter((name) => codes.some(([known]) => known === name))).toEqual([]);
    }
  });

  test("every query, verb, report and capability", () => {
    for (const word of [...queries.keys(), ...verbNames, ...reportNames, ...capabilities]) {
      expect(code).toContain(word);
    }
    expect(page).toContain(`now ${wireVersion};`);
    for (const token of [groupToken, registerToken]) expect(page).toMatch(`.${token}\``);
    expect(code).toContain(generationHeader);
  });

  test("what a job may be made of", () => {
    const [, sentence = ""] = /Of a job, `type` is needed; ([^;]*) may be there/.exec(page) ?? [];
    const fields = [...sentence.matchAll(/`(\w+)`/g)].map(([, field = ""]) => field);
    expect(fields.length).toBeGreaterThan(10);
    for (const field of fields) {
      const why = whyMalformed({ type: "tally", [field]: null })?.refused;
      expect(why).not.toMatch(/is unexpected/);
    }
    expect(whyMalformed({ type: "tally", nonsense: null })?.refused).toMatch(/is unexpected/);
  });
});
