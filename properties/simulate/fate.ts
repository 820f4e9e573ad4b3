/**
 * Fates: what can become of one request to the bus, and how often it does in one run. Rates are
 * drawn anew for each run (a swarm): some runs lose many answers and crash nobody, others the
 * reverse, for faults hide one another.
 */
import { rarely, type Chooser } from "./chooser.ts";

/** What becomes of one request. */
export interface Fate {
  /** Milliseconds on the way to the bus, and back. */
  readonly thereMs: number;
  readonly backMs: number;
  /**
   * `request lost`: it never arrives. `answer lost`: it is carried out. `late`: it is carried out
   * after its sender has given up. In all three the sender hears `unavailable` in the end.
   * `crash`: it is carried out, and then the sender dies. `stall`: it is carried out, and its
   * sender stops for a while before it hears of that.
   */
  readonly fault?: "request lost" | "answer lost" | "late" | "crash" | "stall";
}

/** What can befall a process or the bus between two steps. */
const blows = [
  "crash",
  "freeze",
  "partition",
  "clock jump",
  "cut streams",
  "queue forgets",
  "queue repeats",
  "drain",
] as const;
export type Blow = (typeof blows)[number];

export interface Faults {
  /** What may become of a request. */
  readonly fates: readonly Fate[];
  /** A kind of request (`append`, `put`) that fails far more often than the others. */
  readonly sore: { readonly what: string; readonly fates: readonly Fate[] };
  /** What may happen between two steps; "nothing" mostly. */
  readonly blows: readonly (Blow | "nothing")[];
  /** How often a signal is lost, and said twice: once in so many; 0: never. */
  readonly signals: { readonly lostOnceIn: number; readonly twiceOnceIn: number };
}

const prompt: Fate = { thereMs: 1, backMs: 1 };
const slow: readonly Fate[] = [
  { thereMs: 1, backMs: 7 },
  { thereMs: 9, backMs: 1 },
  { thereMs: 40, backMs: 3 },
  { thereMs: 5, backMs: 260 },
  { thereMs: 330, backMs: 20 },
];
const broken: readonly Fate[] = [
  { thereMs: 1, backMs: 1, fault: "answer lost" },
  { thereMs: 1, backMs: 1, fault: "request lost" },
  { thereMs: 1_500, backMs: 1, fault: "late" },
  { thereMs: 1, backMs: 1, fault: "crash" },
  { thereMs: 1, backMs: 1, fault: "stall" },
];

const nothingSore = { what: "nothing", fates: [prompt] };

/** Nothing fails and nobody is late: what the bus is like once it has healed. */
export const calm: Faults = {
  fates: [prompt],
  sore: nothingSore,
  blows: ["nothing"],
  signals: { lostOnceIn: 0, twiceOnceIn: 0 },
};

/** Everything may happen, each thing as likely: for strategies that try it all. */
export const everything: Faults = {
  fates: [prompt, ...broken],
  sore: nothingSore,
  blows: ["nothing", "crash", "freeze"],
  signals: { lostOnceIn: 2, twiceOnceIn: 0 },
};

/** The faults of one run. */
export function swarm(chooser: Chooser): Faults {
  const once = (site: string, times: readonly number[]): number =>
    chooser.pick(`swarm ${site}`, [0, ...times]);
  const delayed = slow.flatMap((fate) => atRate(fate, once("slow", [50, 10, 10])));
  const failing = broken.flatMap((fate) => atRate(fate, once(String(fate.fault), [400, 100, 40])));
  const faults = [...delayed, ...failing];
  const perThousand = blows.map((blow) => ({ blow, count: once(blow, [2, 5, 15]) }));
  const struck = perThousand.flatMap(({ blow, count }) => Array<Blow>(count).fill(blow));
  return {
    fates: [...atRate(prompt, 1), ...faults],
    sore: { what: chooser.pick("swarm sore", sores), fates: [prompt, prompt, ...passing] },
    blows: [...Array<"nothing">(1_000).fill("nothing"), ...struck],
    signals: {
      lostOnceIn: once("signals lost", [20, 4]),
      twiceOnceIn: once("signals twice", [20, 4]),
    },
  };
}

const sores = [
  ...Array<string>(6).fill("nothing"),
  "append",
  "read",
  "put",
  "get",
  "remove",
  "done",
];
const passing = broken.filter(({ fault }) => fault !== "crash" && fault !== "stall");
const ratio = 400;

/** The fate as often as it takes to be met once in so many; not at all for 0. */
function atRate(fate: Fate, onceIn: number): readonly Fate[] {
  return onceIn === 0 ? [] : Array.from({ length: Math.round(ratio / onceIn) }, () => fate);
}

/** What may become of a request: its first word says what it is. */
export function fatesOf({ fates, sore }: Faults, request: string): readonly Fate[] {
  return request === sore.what ? sore.fates : fates;
}

/** Whether a signal is lost, or how often it is said. */
export function timesSaid({ signals }: Faults, chooser: Chooser): number {
  if (rarely(chooser, "signal lost", signals.lostOnceIn)) return 0;
  return rarely(chooser, "signal twice", signals.twiceOnceIn) ? 2 : 1;
}
