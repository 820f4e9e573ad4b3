/**
 * Upkeep as it arrives at a node: `upkeep.prune`. Who may have jobs done need not be let in here.
 */
import type { Message } from "../bus/bus.ts";
import { refusal } from "../machines/refusal.ts";
import { pruneBody } from "./bodies.ts";
import type { Office } from "./office.ts";
import { parseBody } from "./parse-body.ts";
import { jsonMessage, refusalMessage } from "./reply.ts";
import { partsOf } from "./subjects.ts";

export class UpkeepDesk {
  readonly #office: Pick<Office, "prune">;

  constructor(office: Pick<Office, "prune">) {
    this.#office = office;
  }

  async answer(subject: string, { data }: Message): Promise<Message> {
    const [name = ""] = partsOf(subject);
    if (name !== "prune") {
      const text = `Unknown upkeep '${name}'; known: prune`;
      return refusalMessage(refusal(text, "verb", "upkeep"));
    }
    const parsed = parseBody(pruneBody, data, name);
    if ("refused" in parsed) return refusalMessage(parsed);
    return jsonMessage(await this.#office.prune(parsed.body));
  }
}
