/**
 * What the creators do: few words each, chosen so that every way in which two creators can meet
 * over a name is there.
 */
import type { Draft } from "../../machines/input.ts";
import { draftOf } from "../../machines/story.ts";

/** One thing asked of the desk. The same `command` is the same request, from wherever it comes. */
export type Act =
  | Creation
  | { readonly ask: "cancel" | "claim"; readonly command: string; readonly uid: string };

export interface Creation {
  readonly ask: "create";
  readonly command: string;
  readonly jobs: readonly Draft[];
}

export interface Plan {
  readonly title: string;
  /** Asked and answered before anything else begins. */
  readonly before: readonly Act[];
  /** What each creator asks, one after the other. */
  readonly creators: readonly (readonly Act[])[];
  /** What is fought over. */
  readonly ids: readonly string[];
  readonly hasDisk?: true;
  /** The creations of jobs that wait for it. */
  readonly waiting?: readonly string[];
}

interface Wanted {
  readonly ids?: readonly string[];
  readonly disk?: boolean;
  /** For the disk, until it is claimed. */
  readonly waits?: boolean;
}

/** Under what the names of jobs are kept. */
export function keysOf(
  jobs: readonly Pick<Draft, "id" | "uid" | "resources">[],
): readonly string[] {
  return jobs.flatMap(({ id, uid, resources = [] }) => [
    ...(id === uid ? [] : [`name.${id}`]),
    ...resources.map(({ name }) => `resource.${name}`),
  ]);
}

/** A group's id for each command: `c1` makes `gcaaa…`. */
function gidOf(command: string): string {
  const number = Number(command.slice(1));
  return `g${"bcdefgh".charAt(number).padEnd(16, "a")}`;
}

/** Jobs with these ids, or one without; the first wants the disk for itself. */
export function create(
  command: string,
  { ids = [], disk = false, waits = false }: Wanted,
): Creation {
  const gid = gidOf(command);
  const names = ids.length > 0 ? ids : [`${gid}-1`];
  const jobs = names.map((id, index) => {
    const resources = disk && index === 0 ? [{ name: "disk", shared: false }] : [];
    return draftOf({ id, resources, ...(waits ? { onBusy: "wait" } : {}) }, index + 1, gid);
  });
  return { ask: "create", command, jobs };
}

function cancel(creation: string): Act {
  return { ask: "cancel", command: `end-${creation}`, uid: `${gidOf(creation)}-1` };
}

/** Of the first job of a creation. */
export function claim(creation: string, command = `claim-${creation}`): Act {
  return { ask: "claim", command, uid: `${gidOf(creation)}-1` };
}

/** The plans for so many creators, at least two; the third is one more who wants the first thing. */
export function plansFor(creators: number): readonly Plan[] {
  const third = (wanted: Wanted): readonly (readonly Act[])[] =>
    Array.from({ length: Math.max(0, creators - 2) }, (_, index) => [
      create(`c${index + 3}`, wanted),
    ]);
  const a = { ids: ["a"] };
  const both = { ids: ["a", "b"] };
  return [
    {
      title: "one id",
      before: [],
      creators: [[create("c1", a)], [create("c2", a)], ...third(a)],
      ids: ["a"],
    },
    {
      title: "an id whose job ends meanwhile",
      before: [create("c0", a)],
      creators: [[cancel("c0"), create("c1", a)], [create("c2", a)], ...third(a)],
      ids: ["a"],
    },
    {
      title: "two ids, asked for in opposite orders",
      before: [],
      creators: [[create("c1", both)], [create("c2", { ids: ["b", "a"] })], ...third(a)],
      ids: ["a", "b"],
    },
    {
      title: "an id and a resource, the resource held until meanwhile",
      before: [create("c0", { disk: true })],
      creators: [
        [create("c1", { ...a, disk: true })],
        [cancel("c0"), create("c2", { disk: true })],
        ...third(a),
      ],
      ids: ["a"],
      hasDisk: true,
    },
    {
      title: "one creation, sent to two desks, an id held until meanwhile",
      before: [create("c0", { ids: ["b"] })],
      creators: [[create("c1", both)], [cancel("c0"), create("c1", both)], ...third(a)],
      ids: ["a", "b"],
    },
    {
      title: "a disk that two jobs wait for, and are claimed for",
      before: [
        create("c0", { disk: true, waits: true }),
        create("c1", { disk: true, waits: true }),
      ],
      creators: [[claim("c0"), cancel("c0")], [claim("c1")], ...third({ disk: true })],
      ids: [],
      hasDisk: true,
      waiting: ["c0", "c1"],
    },
  ];
}
