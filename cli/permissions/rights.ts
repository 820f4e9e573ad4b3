/**
 * The rights of each role in a fleet: the subjects that its work needs, and no more. All who are
 * no nodes ask the nodes' account and hear from it; what is not here does not reach it.
 */
import {
  ackSubject,
  listingSubject,
  makingSubjects,
  openingSubjects,
  pullingSubjects,
  readingSubjects,
} from "../../bus/nats/api-subjects.ts";
import type { Names } from "../../bus/nats/names.ts";
import { tokenOf } from "../../bus/token.ts";
import {
  commandPattern,
  queryPattern,
  querySubject,
  reportsOf,
  serviceName,
} from "../../wire/subjects.ts";

export const roles = ["node", "operator", "reader", "worker"] as const;
export type Role = (typeof roles)[number];

export interface Right {
  readonly subject: string;
  /** What it is for, as a comment says it. */
  readonly why: string;
  /** Whether more than one message may come in reply. */
  readonly many?: true;
}

export interface Rights {
  /** Subjects that it asks, or tells something. */
  readonly asks: readonly Right[];
  /** Subjects that it hears. */
  readonly hears: readonly Right[];
}

/** What requests to JetStream begin with, in the account that holds the streams. */
export const apiRoot = "$JS.API.";

function api(subjects: readonly string[], why: string): readonly Right[] {
  return subjects.map((subject) => ({ subject: apiRoot + subject, why, many: true }));
}

export function readerRights({ prefix, streams }: Names): Rights {
  return {
    asks: [
      { subject: `${prefix}.${queryPattern}`, why: "asks nodes: ls, show, history", many: true },
      ...api(readingSubjects(streams.log), "reads histories: history, watch, export"),
      ...api(readingSubjects(streams.feed), "reads the feed: events"),
      ...["PING", "INFO", "STATS"].map((verb) => ({
        subject: `$SRV.${verb}.${serviceName}`,
        why: "finds the nodes: doctor, nats micro",
        many: true as const,
      })),
    ],
    hears: [
      { subject: `${prefix}.event.>`, why: "the feed, as it is stored" },
      { subject: `${prefix}.logged.*`, why: "the log, as it is stored" },
      { subject: `${prefix}.progress.>`, why: "samples of progress" },
    ],
  };
}

export function operatorRights(names: Names): Rights {
  const { asks, hears } = readerRights(names);
  const command: Right = {
    subject: `${names.prefix}.${commandPattern}`,
    why: "creates jobs and asks verbs of them",
    many: true,
  };
  return { asks: [command, ...asks], hears };
}

/** `name`: as its option `--name` says it. */
export function workerRights(names: Names, name: string): Rights {
  const { prefix, bucket } = names;
  return {
    asks: [
      {
        subject: `${prefix}.${reportsOf(name)}`,
        why: "registers its sessions, claims and reports, as itself",
        many: true,
      },
      {
        subject: `${prefix}.${querySubject("record")}`,
        why: "looks at the job that it is to run",
        many: true,
      },
      { subject: `$KV.${bucket}.lease.${tokenOf(name)}.*`, why: "keeps its own lease alive" },
      { subject: `${prefix}.progress.*`, why: "tells samples of progress" },
      ...api(openingSubjects(names), "finds the fleet"),
      ...api(pullingSubjects(names), "pulls work"),
      { subject: ackSubject(names), why: "acknowledges the work that it pulled" },
    ],
    hears: [
      { subject: `${prefix}.ctl.>`, why: "is told that a job of its was asked something" },
      { subject: `${prefix}.places`, why: "is told of work of a new kind" },
    ],
  };
}

export function nodeRights(names: Names): Rights {
  const { prefix, streams, bucket } = names;
  return {
    asks: [
      { subject: `${prefix}.>`, why: "writes log, feed and work; pokes workers" },
      { subject: `$KV.${bucket}.>`, why: "names, cursors, leases" },
      { subject: "$SRV.>", why: "finds other nodes" },
      ...api(makingSubjects(names), "makes the streams and the places for work; prunes"),
      ...Object.values(streams).flatMap((stream) =>
        api(readingSubjects(stream), "reads what it keeps"),
      ),
      ...api(pullingSubjects(names), "sees what work there is, and may take it"),
      ...api([listingSubject(names)], "counts the work: doctor"),
      { subject: ackSubject(names), why: "acknowledges the work that it took" },
    ],
    hears: [
      { subject: `${prefix}.>`, why: "serves; follows the log" },
      { subject: "$SRV.>", why: "is found: nats micro ls" },
    ],
  };
}
