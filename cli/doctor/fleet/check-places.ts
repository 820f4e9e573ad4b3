/**
 * The check of the work that waits: how much there is of each type, and whether items of jobs are
 * left that nobody has to run any more.
 */
import type { NatsBus } from "../../../bus/nats/open-nats-bus.ts";
import { textOf } from "../../../bus/token.ts";
import { counted } from "../../units.ts";
import type { Exam } from "./exam.ts";

/** Tens of thousands of consumers are too many for a cluster. */
const consumersMax = 2_000;

/** The uids that work is offered of; undefined when nobody may know. */
export async function offeredUids({ link }: NatsBus): Promise<ReadonlySet<string>> {
  const { jsm, names } = link;
  const filter = { subjects_filter: `${names.prefix}.work.>` };
  const { state } = await jsm.streams.info(names.streams.work, filter);
  const subjects = Object.keys(state.subjects ?? {});
  return new Set(subjects.map((subject) => textOf(subject.split(".").at(-1) ?? "")));
}

/** What waits, of each type of job. */
export async function checkPlaces(exam: Exam, { link }: NatsBus): Promise<void> {
  const { jsm, names } = link;
  await exam.look("the work", async () => {
    const types = new Map<string, { waiting: number; taken: number }>();
    let consumers = 0;
    for await (const { name, num_pending, num_ack_pending } of jsm.consumers.list(
      names.streams.work,
    )) {
      const type = typeOf(name);
      const { waiting, taken } = types.get(type) ?? { waiting: 0, taken: 0 };
      types.set(type, { waiting: waiting + num_pending, taken: taken + num_ack_pending });
      consumers += 1;
    }
    for (const [type, { waiting, taken }] of types) {
      const text = `${counted(waiting, "item")} waiting, ${taken} being taken`;
      exam.fact(`the work of type ${type}`, text, { type, waiting, taken });
    }
    if (consumers <= consumersMax) return;
    const text = `${counted(consumers, "consumer")}: one for each type, priority, host and set of tags`;
    exam.advise(
      "the work",
      text,
      "let jobs have fewer priorities, and require fewer kinds of tags",
    );
  });
}

/** Of the place of that name: what precedes the hash of the driver's shape. */
function typeOf(place: string): string {
  const [work = ""] = place.split("+");
  const [type = ""] = textOf(work).split(".");
  return type;
}

/** `before` and `after`: the uids that were offered before and after the log was read. */
export function checkLeftOver(
  exam: Exam,
  open: ReadonlySet<string>,
  before: ReadonlySet<string>,
  after: ReadonlySet<string>,
): void {
  const left = [...before].filter((uid) => after.has(uid) && !open.has(uid));
  if (left.length === 0) return;
  const text = `${counted(left.length, "item")} of jobs that have ended: ${left.slice(0, 3).join(", ")}`;
  exam.advise("the work", text, "nothing to do: whoever takes one lays it aside");
}
