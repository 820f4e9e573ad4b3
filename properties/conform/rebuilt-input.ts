/**
 * What was asked, rebuilt from a commit: its cause names the word, its facts hold what was said
 * with it. Where a request can say the same in several ways (`soft: false`, or nothing), all of
 * them are given: the digest of the request tells which it was.
 */
import type { Commit } from "../../machines/commit.ts";
import type { Fact, JobPatch } from "../../machines/fact.ts";
import type { Asked, Create, Draft, Input, JobInput } from "../../machines/input.ts";
import type { JsonObject } from "../../machines/json.ts";
import { blankJob, type Group, type Job } from "../../machines/record.ts";

export interface Rebuilt {
  /** What may have been asked, likeliest first; none when the facts do not tell of any. */
  readonly inputs: readonly Input[];
  /** No other request leaves such facts: the digest is that of one of these. */
  readonly isWhole: boolean;
}

/** What was said beside the word and the job, and whether there is nothing else it can have been. */
interface Said {
  readonly bodies: readonly object[];
  readonly isWhole: boolean;
}

interface Told {
  readonly job: Job;
  /** All that the job's own facts set; of several values the first. */
  readonly set: JobPatch;
  readonly first: Fact;
}

type Word = JobInput["verb"];

const readers: Readonly<Record<Word, (told: Told) => Said>> = {
  start: nothing,
  pause: nothing,
  resume: nothing,
  complete: nothing,
  finalize: nothing,
  dismiss: nothing,
  abandon: nothing,
  cancel: () => whole({}, { soft: true }, { soft: false }),
  "set-speed": ({ set: { speed } }) => whole({ speed }),
  change: changed,
  claimed,
  lost: ({ job: { epoch } }) => whole({ epoch }),
  timer: () => whole({ timer: "timeout" }, { timer: "deadline" }),
  progress: (told) => reported({ ...told, set: { progress: told.job.progress, ...told.set } }),
  paused: reported,
  resumed: reported,
  ready: reported,
  released: reported,
  finished,
  failed,
  "io-error": ioError,
  prepared: ({ job, set: { prepared } }) => partly({ epoch: job.epoch, prepared }),
  committed: ({ job: { epoch } }) => partly({ epoch }),
  aborted: ({ job: { epoch } }) => partly({ epoch }),
  cleaned: ({ job: { epoch } }) => partly({ epoch }),
  "step-failed": ({ job: { epoch }, set: { stuck } }) =>
    partly({ epoch, step: stuck?.step, error: stuck?.error }),
};

/** Undefined when the cause is a word that this release does not know. */
export function rebuiltInput(group: Group, { cause, at, events }: Commit): Rebuilt | undefined {
  const { id, by, verb, note, traceparent } = cause;
  const asked = Object.assign({ id, by, at: Date.parse(at) }, said({ note, traceparent }));
  if (verb === "void" || verb === "prune") return { inputs: [{ ...asked, verb }], isWhole: true };
  if (verb === "create") return { inputs: [creation(asked, events)], isWhole: false };
  if (!Object.hasOwn(readers, verb)) return undefined;
  const told = membersOf(group, events).map((job) => {
    const { bodies, isWhole } = readers[verb as Word](toldOf(job, events));
    const inputs = bodies.map(
      (body) => Object.assign({ verb, uid: job.uid }, asked, body) as Input,
    );
    return { inputs, isWhole };
  });
  return {
    inputs: told.flatMap(({ inputs }) => inputs),
    isWhole: told.every(({ isWhole }) => isWhole),
  };
}

/** The member that the first fact is of; any of them when that is true of all. */
function membersOf({ jobs }: Group, [first]: readonly Fact[]): readonly Job[] {
  return first?.uid === undefined ? jobs : jobs.filter(({ uid }) => uid === first.uid);
}

function toldOf(job: Job, events: readonly Fact[]): Told {
  const own = events.filter(({ uid }) => uid === job.uid);
  const set = Object.assign({}, ...own.map((fact) => fact.set).toReversed()) as JobPatch;
  return { job, set, first: own[0] ?? { kind: "noted" } };
}

function whole(...bodies: readonly object[]): Said {
  return { bodies: bodies.map(said), isWhole: true };
}

function partly(...bodies: readonly object[]): Said {
  return { bodies: bodies.map(said), isWhole: false };
}

/** Without what is not there: an absent key and one of `undefined` are two requests to some. */
function said(body: object): object {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
}

function nothing(): Said {
  return whole({});
}

/** A change to what was already so leaves no trace. */
function changed({ job, set }: Told): Said {
  const now: JsonObject = set.changed ?? {};
  const news = Object.entries(now).filter(
    ([key, value]) => JSON.stringify(value) !== JSON.stringify(job.changed[key]),
  );
  const bodies = [{ change: Object.fromEntries(news) }, { change: now }];
  return { bodies, isWhole: Object.keys(job.changed).length === 0 };
}

function claimed({ set: { epoch, claim, cursor, progress } }: Told): Said {
  return claim ? partly({ epoch, claim, cursor, progress }) : partly();
}

/** Where the work stood is recorded as far as it was news. */
function reported({ job, set }: Told): Said {
  const { progress, cursor } = set;
  const body = { epoch: job.epoch, progress };
  const isWhole = progress !== undefined;
  if (cursor !== undefined) return { bodies: [said({ ...body, cursor })], isWhole };
  return { bodies: [said(body), said({ ...body, cursor: job.cursor })], isWhole };
}

function finished(told: Told): Said {
  const { bodies, isWhole } = reported(told);
  const { result } = told.set;
  const results = result === undefined ? [{}, { result: null }] : [{ result }];
  return {
    bodies: bodies.flatMap((body) => results.map((each) => Object.assign({}, body, each))),
    isWhole: isWhole && told.first.to === "waiting",
  };
}

/** A failure that is tried again was said to be one that may. */
function failed({ job: { epoch }, set, first }: Told): Said {
  const { progress, cursor } = set;
  const isRetried = first.kind === "error";
  const error = isRetried ? set.lastError : set.error;
  return partly({ epoch, error, progress, cursor, ...(isRetried ? { retryable: true } : {}) });
}

function ioError({ job: { epoch }, set }: Told): Said {
  const [, operation, error] =
    /^(read|write): ([^]*) \((?:report|ignore|stop)\)$/.exec(set.lastError ?? "") ?? [];
  return partly(
    { epoch, operation, error, nospace: false },
    { epoch, operation, error, nospace: true },
  );
}

/**
 * The creation of the jobs that came to be. What a draft said that a blank job says too is not
 * recorded, nor are the drafts after one that was refused: they change nothing.
 */
function creation(asked: Asked, events: readonly Fact[]): Asked & Create {
  const created = events.filter(({ from }) => from === "undefined");
  const { group, completion = "individual" } = created[0]?.set ?? {};
  const start = events.find(({ from, to }) => from === "created" && to === "running");
  const claim = start?.set?.claim;
  return {
    ...asked,
    verb: "create",
    completion,
    jobs: created.map(draftOf),
    ...(typeof group === "string" ? { name: group } : {}),
    ...(claim ? { claim } : {}),
  };
}

function draftOf({ job: id = "", uid = "", set = {} }: Fact): Draft {
  const { type, args, shape } = { ...blankJob, ...set };
  const { autoFinalize, autoDismiss, held, speed, onError, retry, resources, labels } = set;
  const { require, notBefore, timeoutMs, deadline, onBusy, priority, stallMs } = set;
  const asked = { autoFinalize, autoDismiss, held, speed, onError, retry, resources, labels };
  return {
    id,
    uid,
    type,
    args,
    shape,
    ...said({ ...asked, require, notBefore, timeoutMs, deadline, onBusy, priority, stallMs }),
  };
}
