/**
 * The service protocol of NATS: who serves what, found and counted by `nats micro ls`, `info` and
 * `stats`, and by anybody who asks `$SRV.PING`, `$SRV.INFO` or `$SRV.STATS`.
 */
import type { Endpoint, Message, Service } from "../bus.ts";

export const queueGroup = "q";
/** On a reply that says no: why, and a number in the manner of HTTP. */
export const errorHeader = "Nats-Service-Error";
export const errorCodeHeader = "Nats-Service-Error-Code";

export type MicroVerb = "PING" | "INFO" | "STATS";

/** What is asked of all services, of those of one name, and of one instance. */
export function microSubjects(verb: MicroVerb, name: string, id: string): readonly string[] {
  const all = `$SRV.${verb}`;
  return [all, `${all}.${name}`, `${all}.${name}.${id}`];
}

/** One endpoint and what it did so far. */
export class Tally {
  readonly endpoint: Endpoint;
  /** The pattern that it serves, as it is on the server. */
  readonly subject: string;
  #requests = 0;
  #errors = 0;
  #lastError = "";
  #workedMs = 0;

  constructor(endpoint: Endpoint, subject: string) {
    this.endpoint = endpoint;
    this.subject = subject;
  }

  note({ headers }: Message, tookMs: number): void {
    this.#requests += 1;
    this.#workedMs += tookMs;
    const { [errorHeader]: error, [errorCodeHeader]: code } = headers;
    if (error === undefined && code === undefined) return;
    this.#errors += 1;
    this.#lastError = `${code ?? ""}:${error ?? ""}`;
  }

  info(): object {
    const { name } = this.endpoint;
    return { name, subject: this.subject, queue_group: queueGroup, metadata: {} };
  }

  /** Times are in nanoseconds, as the protocol has them. */
  stats(): object {
    const worked = Math.round(this.#workedMs * 1e6);
    return {
      name: this.endpoint.name,
      subject: this.subject,
      queue_group: queueGroup,
      num_requests: this.#requests,
      num_errors: this.#errors,
      last_error: this.#lastError,
      processing_time: worked,
      average_processing_time: this.#requests === 0 ? 0 : Math.round(worked / this.#requests),
    };
  }
}

export interface Instance {
  readonly id: string;
  readonly service: Service;
  readonly tallies: readonly Tally[];
  /** Milliseconds since 1970. */
  readonly startedAtMs: number;
}

/** The JSON that answers such a question. */
export function microReply(verb: MicroVerb, instance: Instance): string {
  const { id, service, tallies, startedAtMs } = instance;
  const { name, version, description } = service;
  const type = `io.nats.micro.v1.${verb.toLowerCase()}_response`;
  const more = {
    PING: () => ({}),
    INFO: () => ({ description, endpoints: tallies.map((tally) => tally.info()) }),
    STATS: () => ({
      started: new Date(startedAtMs).toISOString(),
      endpoints: tallies.map((tally) => tally.stats()),
    }),
  }[verb]();
  return JSON.stringify({ type, name, id, version, metadata: {}, ...more });
}
