/**
 * The workload of one run, drawn before it starts: groups of jobs to create, and what their users
 * will ask of them, when, and how often they ask again. The calm draw is one plain job and nothing
 * asked of it.
 */
import type { GroupSpec } from "../../actors/drafting.ts";
import type { JobSpec } from "../../actors/job-spec.ts";
import { errorPolicies } from "../../machines/record.ts";
import { verbNames, type Verb } from "../../machines/status.ts";
import { rarely, type Chooser } from "./chooser.ts";
import { typeNames, type Script } from "./drivers.ts";
import { startMs } from "./life.ts";

/** A group to be created. */
export interface Creation {
  readonly atMs: number;
  readonly client: number;
  readonly group: GroupSpec;
  /** The client's own worker runs the jobs. */
  readonly isOwn: boolean;
}

/** A verb to be asked of the nth job that there then is. */
export interface Wish {
  readonly atMs: number;
  readonly client: number;
  readonly verb: Verb;
  readonly nth: number;
  readonly more: object;
  /** Asked again with the same id once there was a reply; `otherwise`: with another body. */
  readonly again: "no" | "same" | "otherwise";
}

export interface Workload {
  readonly creations: readonly Creation[];
  readonly wishes: readonly Wish[];
  /** When somebody asks for all jobs. */
  readonly viewsAtMs: readonly number[];
}

const jobsMax = 10;
const clients = 2;
/** All is asked within so long. */
const askedWithinMs = 16_000;
const moments = Array.from({ length: 33 }, (_, index) => (index * askedWithinMs) / 32);

/** What the users and jobs of a run have in common: each kind of run gets to other places. */
interface Manner {
  /** Its users let jobs finish, and end none. */
  readonly isPatient: boolean;
  /** Its jobs are short, run well, and have no time limits: they soon come to their last steps. */
  readonly isEasy: boolean;
}

export function drawWorkload(chooser: Chooser): Workload {
  const creations: Creation[] = [];
  const manner = {
    isPatient: chooser.pick("patient", [true, false, false]),
    isEasy: chooser.pick("easy", [true, false, false]),
  };
  const count = chooser.pick("groups", [1, 2, 2, 3, 3, 4, 5, 6]);
  let jobs = 0;
  for (let group = 0; group < count && jobs < jobsMax; group += 1) {
    const creation = drawCreation(chooser, jobsMax - jobs, manner);
    jobs += creation.group.jobs.length;
    creations.push(creation);
  }
  const asked = chooser.pick("wishes", [0, 2, 4, 6, 8, 12, 16, 20, 24]);
  const wishes = Array.from({ length: asked }, () => drawWish(chooser, jobs, manner));
  const views = chooser.pick("views", [0, 0, 1, 3]);
  const viewsAtMs = Array.from({ length: views }, () => chooser.pick("viewed at", moments));
  return { creations, wishes, viewsAtMs };
}

function drawCreation(chooser: Chooser, most: number, manner: Manner): Creation {
  const size = Math.min(most, chooser.pick("jobs", [1, 1, 2, 2, 3, 4]));
  const completion = chooser.pick("completion", ["grouped", "grouped", "individual"] as const);
  const isOwn = rarely(chooser, "own", 4);
  return {
    atMs: chooser.pick("created at", moments.slice(0, 8)),
    client: chooser.pick("client", upTo(clients)),
    isOwn,
    group: { completion, jobs: Array.from({ length: size }, () => drawJob(chooser, manner)) },
  };
}

/** A job's priority goes with its id. */
const priorities = { a: 1, b: -1 } as const;

function drawJob(chooser: Chooser, manner: Manner): JobSpec {
  const pick: Chooser["pick"] = (site, options) => chooser.pick(site, options);
  const id = pick("id", [undefined, undefined, "a", "a", "b"] as const);
  const resource = pick("resource", [undefined, undefined, undefined, "disk"]);
  const late = <T>(all: readonly T[]): readonly T[] => (manner.isEasy ? all.slice(0, 1) : all);
  const timeoutMs = pick("timeout", late([...Array<undefined>(8).fill(undefined), 3_000, 9_000]));
  const deadlineMs = pick(
    "deadline",
    late([...Array<undefined>(8).fill(undefined), 4_000, 12_000]),
  );
  const notBeforeMs = pick("not before", late([...Array<undefined>(6).fill(undefined), 3_000]));
  return {
    type: pick("type", types),
    args: { ...drawScript(chooser, manner) },
    autoFinalize: !rarely(chooser, "manual finalize", 4),
    autoDismiss: !rarely(chooser, "manual dismiss", 4),
    hold: rarely(chooser, "hold", 10),
    speed: rarely(chooser, "bad speed", 40) ? -1 : 0,
    onError: pick("policy", errorPolicies),
    retry: { attempts: pick("attempts", [1, 2, 3]), backoffMs: 1_000, maxMs: 4_000 },
    ...(id === undefined ? {} : { id, priority: priorities[id] }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(deadlineMs === undefined ? {} : { deadline: startMs + deadlineMs }),
    ...(notBeforeMs === undefined ? {} : { notBefore: startMs + notBeforeMs }),
    ...(resource === undefined
      ? {}
      : { resources: [{ name: resource, ...pick("terms", terms) }], onBusy: pick("busy", busy) }),
  };
}

/** Held alone, by all who share it, or by two. */
const terms = [{ shared: false }, { shared: true }, { shared: false, limit: 2 }];
const busy = ["refuse", "wait", "wait"] as const;

const troubles = ["fails", "fails for now", "io error", "no space", "never pauses"] as const;

function drawScript(chooser: Chooser, { isEasy }: Manner): Script {
  const pick: Chooser["pick"] = (site, options) => chooser.pick(site, options);
  const well = Array<"well">(isEasy ? 1 : 6).fill("well");
  return {
    steps: pick("steps", isEasy ? [1, 1, 2] : [1, 1, 2, 3, 4]),
    stepMs: pick("step", isEasy ? [200, 200, 700] : [200, 200, 700, 2_000, 4_500]),
    run: pick("run", isEasy ? well : [...well, ...troubles]),
    prepare: pick("prepare", [...well, "fails", "slowly", "slowly"] as const),
    commitFails: pick("commit fails", [0, 0, 0, 1, 2]),
    abortFails: pick("abort fails", [0, 0, 0, 1, 2]),
    cleanFails: pick("clean fails", [0, 0, 0, 1]),
  };
}

/** Pauses are asked for more often: they do something in few states, and nothing in most. */
const verbs: readonly Verb[] = [...verbNames, "pause", "pause", "pause", "resume"];
/** They end nothing, and ask more often for what jobs wait for. */
const patientVerbs: readonly Verb[] = [
  ...verbs.filter((verb) => verb !== "cancel" && verb !== "abandon"),
  ...Array<Verb>(3).fill("complete"),
  ...Array<Verb>(2).fill("finalize"),
];
const types = [...typeNames, "mirror", "mirror"] as const;

function drawWish(chooser: Chooser, jobs: number, { isPatient }: Manner): Wish {
  const pick: Chooser["pick"] = (site, options) => chooser.pick(site, options);
  const verb = pick("verb", isPatient ? patientVerbs : verbs);
  const more: Partial<Record<Verb, object>> = {
    cancel: { soft: rarely(chooser, "soft", 2) },
    "set-speed": { speed: pick("speed", [0, 1_000, 5, -1]) },
    change: { change: { fast: true } },
  };
  return {
    atMs: pick("asked at", moments),
    client: pick("client", upTo(clients)),
    verb,
    nth: pick("whom", upTo(jobs)),
    more: more[verb] ?? {},
    again: pick("again", ["no", "no", "no", "same", "same", "otherwise"] as const),
  };
}

function upTo(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index);
}

const smallScript: Script = {
  steps: 2,
  stepMs: 700,
  run: "well",
  prepare: "well",
  commitFails: 0,
  abortFails: 0,
  cleanFails: 0,
};

/** Two jobs that finish together; one of them is paused, and resumed. */
export const smallWorkload: Workload = {
  creations: [
    {
      atMs: 0,
      client: 0,
      isOwn: false,
      group: {
        completion: "grouped",
        jobs: [
          { id: "a", type: "full", args: { ...smallScript } },
          { type: "mirror", args: { ...smallScript } },
        ],
      },
    },
  ],
  wishes: [
    { atMs: 500, client: 0, verb: "pause", nth: 0, more: {}, again: "same" },
    { atMs: 1_500, client: 0, verb: "resume", nth: 0, more: {}, again: "no" },
  ],
  viewsAtMs: [],
};
