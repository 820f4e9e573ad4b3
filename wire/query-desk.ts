/**
 * Queries as they arrive at a node: `query.<name>`. A query may say up to which position it must
 * see the log (`minSeq`), and as of which moment it is asked.
 */
import { BusError } from "../bus/bus-error.ts";
import type { Message } from "../bus/bus.ts";
import { refusal } from "../machines/refusal.ts";
import type { View } from "../projections/view.ts";
import { queryBody, type Query } from "./bodies.ts";
import type { Office } from "./office.ts";
import { parseBody } from "./parse-body.ts";
import { jsonMessage, only, refusalMessage } from "./reply.ts";
import { partsOf } from "./subjects.ts";

/** What each query answers; undefined in an answer is null on the wire. */
const answers: Readonly<
  Record<string, (office: Office, view: View, q: Query) => Promise<unknown>>
> = {
  jobs: async (_office, view, { all, status, type, labels }) =>
    view.jobs({
      ...(all === undefined ? {} : { all }),
      ...(status === undefined ? {} : { status }),
      ...(type === undefined ? {} : { type }),
      ...(labels === undefined ? {} : { labels }),
    }),
  incarnations: (_office, view, { id = "" }) => view.byId(id),
  job: (_office, view, { uid = "" }) => view.byUid(uid),
  ended: (_office, view, { timeMs = 0 }) => view.endedSince(timeMs),
  groups: (_office, view, { all = false }) => view.groups({ all }),
  group: (_office, view, { gid = "" }) => view.group(gid),
  stats: (_office, view) => view.stats(),
  position: (_office, view) => view.catchUp(),
  record: async (office, _view, { gid = "", uid }) => only(await office.look(gid, uid), uid),
  uid: (office, _view, { id = "" }) => office.uidOf(id),
  output: (office, _view, { uid = "" }) => office.output(uid),
  types: (office) => office.jobTypes(),
  sessions: (office) => office.sessions(),
};
export const queries = new Map(Object.entries(answers));

export class QueryDesk {
  readonly #office: Office;

  constructor(office: Office) {
    this.#office = office;
  }

  async answer(subject: string, message: Message): Promise<Message> {
    const [name = ""] = partsOf(subject);
    const query = queries.get(name);
    if (query === undefined) {
      const known = [...queries.keys()].join(", ");
      return refusalMessage(refusal(`Unknown query '${name}'; known: ${known}`, "verb", "query"));
    }
    const parsed = parseBody(queryBody, message.data, "query");
    if ("refused" in parsed) return refusalMessage(parsed);
    const { minSeq = 0, at: moment } = parsed.body;
    const { view } = this.#office;
    if (minSeq > 0) await expectReached(view, minSeq);
    const then = moment === undefined ? view : await view.asOf(moment);
    return jsonMessage((await query(this.#office, then, parsed.body)) ?? null);
  }
}

async function expectReached(view: View, minSeq: number): Promise<void> {
  const position = await view.catchUp();
  if (position >= minSeq) return;
  throw new BusError("unavailable", `the log ends at ${position}, before position ${minSeq}`);
}
