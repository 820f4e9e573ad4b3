/**
 * The plans: with which jobs a group begins. Members differ in what an author can ask for; what a
 * narrow plan leaves out multiplies the states of three jobs without meaning anything new there,
 * and is in the wide plans of one and two.
 */
import { errorPolicies, type Shape } from "../../machines/record.ts";
import type { Member } from "../../machines/story.ts";
import { due } from "./forms.ts";
import type { Profile } from "./words.ts";

export interface Plan {
  readonly completion: "grouped" | "individual";
  readonly members: readonly Member[];
}

/** Kinds of jobs by what their drivers can do. */
export const shapes = {
  plain: { can: ["prepare", "commit", "abort", "clean"], place: "anywhere", recover: "resume" },
  mirror: {
    can: ["ready", "soft-cancel", "prepare", "commit", "abort", "clean"],
    place: "anywhere",
    recover: "resume",
  },
} as const satisfies Record<string, Shape>;
export type Kind = keyof typeof shapes;

export interface Planning {
  readonly jobs: number;
  readonly shape: Shape;
  readonly profile: Profile;
  /** Of one driver: jobs of other shapes are none of its business. */
  readonly isAlone: boolean;
}

/** The ids of the members, by their places: there are no larger groups here. */
export const memberIds = "abcdefgh";

type Asked = Omit<Member, "id">;

const recoveries = ["resume", "restart", "fail"] as const;
const completions = ["grouped", "individual"] as const;
const hour = 3_600_000;
const someRetry = { attempts: 2, backoffMs: hour, maxMs: hour };
const extras: Asked = {
  held: true,
  onError: "stop",
  retry: someRetry,
  notBefore: due,
  timeoutMs: hour,
  deadline: due,
};

/** A member that has no say in the end of its group. */
const bare: Asked = { can: [] };

function isFirst(place: number): boolean {
  return place === 0;
}

/** What the members of a group can be asked for, each plan once. */
export function plansOf({ jobs, shape, profile, isAlone }: Planning): readonly Plan[] {
  const group = (
    ask: (place: number) => Asked,
    completion: Plan["completion"] = "grouped",
  ): Plan => ({
    completion,
    members: Array.from({ length: jobs }, (_, place) => ({
      ...shape,
      ...ask(place),
      id: memberIds.charAt(place),
    })),
  });
  const alike = [
    group(() => ({})),
    group((place) => ({ autoFinalize: !isFirst(place), autoDismiss: isFirst(place) })),
  ];
  const mixed = group((place) => (isFirst(place) ? {} : bare));
  const narrow = isAlone || jobs === 1 || profile === "core" ? alike : [...alike, mixed];
  if (profile === "recovery") {
    const ways = isAlone ? [shape.recover] : recoveries;
    return ways.map((recover) => group(() => ({ recover, can: [] })));
  }
  if (profile !== "wide") return narrow;
  if (jobs === 1) {
    const asked = isAlone ? [...flags, extras] : [...flags, ...others(shape)];
    return asked.map((each, at) => group(() => each, completions[at % 2]));
  }
  return [
    ...narrow,
    group(
      (place) => ({ autoDismiss: !isFirst(place), autoFinalize: isFirst(place) }),
      "individual",
    ),
    group((place) => (isFirst(place) ? { ...extras, autoFinalize: false } : {})),
  ];
}

const flags: readonly Asked[] = [true, false].flatMap((autoFinalize) =>
  [true, false].map((autoDismiss) => ({ autoFinalize, autoDismiss })),
);

const steps = ["prepare", "commit", "abort", "clean"] as const;

/** What a driver can do while it runs, finishing steps aside. */
function runOf({ can }: Shape): Shape["can"] {
  return can.filter((each) => !steps.some((step) => step === each));
}

/**
 * Every set of finishing steps, and everything that can be asked for at once. A run that becomes
 * ready is over before any step: a few sets do for it.
 */
function others(shape: Shape): readonly Asked[] {
  const every = Array.from({ length: 2 ** steps.length }, (_, bits) => bits);
  const isMirror = shape.can.includes("ready");
  const some = isMirror ? [0b0000, 0b0001, 0b0110, 0b1111] : every;
  const subsets = some.map((bits) => ({
    can: [...runOf(shape), ...steps.filter((_step, bit) => (bits & (1 << bit)) !== 0)],
    onError: errorPolicies[bits % errorPolicies.length] ?? "report",
  }));
  return [
    ...subsets,
    ...(isMirror ? [] : [extras]),
    { ...extras, recover: "restart", place: "host", can: [...shape.can, "change"] },
    { ...extras, recover: "fail", autoFinalize: false },
  ];
}
