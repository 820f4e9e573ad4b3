/** A message: a word said to one member of a group, or a creation said to the group. */
import type { Create, Input, JobInput, VoidGroup } from "../../machines/input.ts";
import type { Group } from "../../machines/record.ts";
import type { By } from "./space.ts";
import type { Creation } from "./creations.ts";
import { due, now } from "./forms.ts";
import { memberIds } from "./plans.ts";
import type { Word } from "./words.ts";

export interface Message {
  readonly by: By;
  readonly verb: Input["verb"];
  /** What else matters of it, in words. */
  readonly detail?: string;
  /** The member's place in the group; -1 when it is said to the group, or to nobody. */
  readonly place: number;
  /** Said once all that the job awaits is due. */
  readonly isLate: boolean;
  /** The word, when it is said to a member. */
  readonly word?: Word;
  /** What is said, to a group that stands like this. */
  readonly said: (group: Group) => JobInput | Create | VoidGroup;
}

const speakers: Readonly<Record<string, string>> = { lost: "keeper", timer: "keeper" };

/** Who says it, as a history would show. */
export function speakerOf({ by, verb }: Pick<Message, "by" | "verb">): string {
  return by === "user" ? "user" : (speakers[verb] ?? "worker/w1");
}

/** What is said, in words. */
export function nameOf({ verb, detail }: Pick<Message, "verb" | "detail">): string {
  return detail === undefined || detail === "" ? verb : `${verb} (${detail})`;
}

/** The input that the message is, at the moment at which everything is said. */
export function inputOf(message: Message, group: Group): Input {
  const at = message.isLate ? due : now;
  return { id: "c1", by: speakerOf(message), at, ...message.said(group) };
}

/** A word said to the member at a place. */
export function messageOf(word: Word, place: number, by: By): Message {
  const { verb, detail, isLate = false } = word;
  return {
    by,
    verb,
    ...(detail === undefined ? {} : { detail }),
    place,
    isLate,
    word,
    said: ({ jobs }) => {
      const job = jobs[place];
      if (job === undefined) throw new Error(`${verb} makes no sense: no member ${place}`);
      return word.said(job);
    },
  };
}

/** What a group begins with. */
export function creationMessage({ said, detail }: Creation): Message {
  return {
    by: "user",
    verb: said.verb,
    ...(detail === undefined ? {} : { detail }),
    place: -1,
    isLate: false,
    said: () => said,
  };
}

/** The message in words: `user: cancel a (soft)`. */
export function spoken(message: Message): string {
  const { verb, detail = "", place } = message;
  const whom = place === -1 ? "" : ` ${memberIds.charAt(place)}`;
  return `${speakerOf(message)}: ${verb}${whom}${detail === "" ? "" : ` (${detail})`}`;
}
