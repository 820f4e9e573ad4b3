/**
 * The check of the streams: whether they are all there, how large they are, and whether their
 * copies are.
 */
import type { PeerInfo, StreamInfo } from "@nats-io/jetstream";
import type { NatsBus } from "../../../bus/nats/open-nats-bus.ts";
import { counted, grouped, sizeText } from "../../units.ts";
import type { Exam } from "./exam.ts";

/** Each is kept in the memory of every server that has a copy. */
const subjectsMax = 1_000_000;
const subjectBytes = 320;
const fullShare = 0.8;

export async function checkStreams(exam: Exam, { link }: NatsBus): Promise<void> {
  const { jsm, names, nc } = link;
  const found = await Promise.all(
    Object.values(names.streams).map((name) =>
      exam.look(`stream ${name}`, () => jsm.streams.info(name)),
    ),
  );
  for (const info of found) {
    if (info === undefined) continue;
    const isPassing = info.config.name === names.streams.progress;
    checkStream(exam, info, { inCluster: nc.info?.cluster !== undefined, isPassing });
    if (info.config.name === names.streams.log) checkSubjects(exam, info);
  }
}

interface Circumstances {
  readonly inCluster: boolean;
  /** What it holds may be lost. */
  readonly isPassing: boolean;
}

function checkStream(exam: Exam, info: StreamInfo, { inCluster, isPassing }: Circumstances): void {
  const { config, state, cluster = {} } = info;
  const about = `stream ${config.name}`;
  const others = cluster.replicas ?? [];
  const away = others.filter(({ current, offline }) => offline || !current);
  const { num_replicas: copies, max_bytes: bytesMax } = config;
  const { messages, bytes, num_subjects: subjects = 0, consumer_count: consumers } = state;
  const leader = cluster.leader ?? null;
  exam.fact(
    about,
    `${counted(messages, "message")} of ${counted(subjects, "subject")}, ${sizeText(bytes)}, ` +
      (copies === 1 ? "1 copy" : `${copies} copies`) +
      (inCluster && leader !== null ? `, led by ${leader}` : "") +
      (consumers === 0 ? "" : `, ${counted(consumers, "consumer")}`),
    { messages, subjects, bytes, copies, leader, away: away.map(({ name }) => name), consumers },
  );
  if (inCluster && leader === null) {
    exam.problem(about, "has no leader: nothing can be written", "start its other servers");
  }
  for (const peer of away) {
    exam.problem(about, awayText(peer), "start that server, or see what holds it up");
  }
  if (inCluster && copies === 1 && !isPassing) {
    const advice = `nats stream edit ${config.name} --replicas 3`;
    exam.advise(about, "has one copy, though there is a cluster", advice);
  }
  if (bytesMax > 0 && bytes > bytesMax * fullShare) {
    const text = `has ${sizeText(bytes)} of at most ${sizeText(bytesMax)}`;
    exam.problem(about, text, `nats stream edit ${config.name} --max-bytes -1`);
  }
}

function awayText({ name, offline, lag }: PeerInfo): string {
  if (offline) return `its copy on ${name} is offline`;
  return `its copy on ${name} is ${lag > 0 ? `${counted(lag, "write")} behind` : "not up to date"}`;
}

/** One subject a group. */
function checkSubjects(exam: Exam, { config, state }: StreamInfo): void {
  const { num_subjects: subjects = 0 } = state;
  if (subjects <= subjectsMax) return;
  const size = sizeText(subjects * subjectBytes);
  exam.advise(
    `stream ${config.name}`,
    `has ${grouped(subjects)} groups, which take some ${size} of memory on each server`,
    "export what has ended long ago, and begin anew under another --prefix",
  );
}
