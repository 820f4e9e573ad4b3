/**
 * What a node serves: commands, reports of workers, queries, and the fleet's upkeep, as one micro
 * service of four endpoints.
 */
import type { Endpoint, Message, Service } from "../bus/bus.ts";
import { refusal } from "../machines/refusal.ts";
import { CommandDesk } from "./command-desk.ts";
import type { Office } from "./office.ts";
import { QueryDesk } from "./query-desk.ts";
import { ReportDesk, type ReportDeskOptions } from "./report-desk.ts";
import { failureMessage, refusalMessage } from "./reply.ts";
import {
  commandPattern,
  queryPattern,
  reportPattern,
  serviceName,
  upkeepPattern,
  wireVersion,
} from "./subjects.ts";
import { UpkeepDesk } from "./upkeep-desk.ts";

/** Requests that one node works on at a time; more are told to come again. */
const requestsMax = 4_096;

export interface JobServiceOptions extends ReportDeskOptions {
  readonly office: Office;
  /** Hears of what a request failed with, unless trying again may help. */
  readonly onError: (error: unknown) => void;
}

export function jobService(options: JobServiceOptions): Service {
  const { office, world } = options;
  const commands = new CommandDesk(office, world);
  const reports = new ReportDesk(options);
  const queries = new QueryDesk(office);
  const upkeep = new UpkeepDesk(office);
  const gate = new Gate(options.onError);
  const endpoint = (name: string, subject: string, desk: Desk): Endpoint => ({
    name,
    subject,
    handle: (of, message) => gate.pass(() => desk.answer(of, message)),
  });
  return {
    name: serviceName,
    version: `${wireVersion}.0.0`,
    description: "Durable jobs with QEMU's lifecycle",
    endpoints: [
      endpoint("commands", commandPattern, commands),
      endpoint("reports", reportPattern, reports),
      endpoint("queries", queryPattern, queries),
      endpoint("upkeep", upkeepPattern, upkeep),
    ],
  };
}

interface Desk {
  answer(subject: string, message: Message): Promise<Message>;
}

/** Lets so many requests in at a time, and makes a reply of whatever goes wrong. */
class Gate {
  readonly #onError: (error: unknown) => void;
  #inside = 0;

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  async pass(answer: () => Promise<Message>): Promise<Message> {
    if (this.#inside >= requestsMax) {
      const text = `This node works on ${requestsMax} requests already: ask again`;
      return refusalMessage(refusal(text, "busy", "request"));
    }
    this.#inside += 1;
    try {
      return await answer();
    } catch (error) {
      this.#onError(error);
      return failureMessage(error);
    } finally {
      this.#inside -= 1;
    }
  }
}
