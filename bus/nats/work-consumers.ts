/**
 * The consumers of the work stream: one for each place. Who offers makes them; who takes only asks
 * for their names, and for the tags that some of them require.
 */
import {
  AckPolicy,
  JetStreamApiError,
  type ApiError,
  type ConsumerConfig,
} from "@nats-io/jetstream";
import { nanos } from "@nats-io/transport-node";
import { BusError } from "../bus-error.ts";
import type { Tags } from "../bus.ts";
import { answerMsMax, apiOf, asking } from "./asking.ts";
import type { Link } from "./link.ts";
import { apiCodeOf } from "./nats-error.ts";
import type { Place } from "./work-place.ts";

/** A consumer may be deleted under us: it is looked for again that much later. */
const sureMs = 10_000;
/** A place that nobody takes from goes away; who offers there makes it again. */
const idleMsMax = 3_600_000;
const waitingMax = 65_536;
const requireKey = "jobchart.require";
const absentCode = 10_014;
/** Somebody else's consumer has a part of the same subjects. */
const overlapCodes: ReadonlySet<number> = new Set([10_099, 10_100]);

interface Names {
  readonly total: number;
  readonly consumers: readonly string[] | null;
  readonly error?: ApiError;
}

export class WorkConsumers {
  readonly #link: Link;
  readonly #visibilityMs: number;
  readonly #sure = new Map<string, { readonly sinceMs: number; readonly made: Promise<void> }>();
  readonly #required = new Map<string, Tags>();

  constructor(link: Link, visibilityMs: number) {
    this.#link = link;
    this.#visibilityMs = visibilityMs;
  }

  /** Where it is told that there is a new place. */
  get news(): string {
    return `${this.#link.names.prefix}.places`;
  }

  /** Makes the place's consumer unless it was there a moment ago. */
  async ensure(place: Place): Promise<void> {
    const nowMs = this.#link.world.monotonic();
    const sure = this.#sure.get(place.name);
    if (sure !== undefined && nowMs - sure.sinceMs < sureMs) return sure.made;
    const doing = `${this.#link.life.url}: making the place ${place.name} for work`;
    const made = asking(this.#link, doing, () => this.#make(place));
    this.#sure.set(place.name, { sinceMs: nowMs, made });
    try {
      await made;
    } catch (error) {
      this.#sure.delete(place.name);
      throw error;
    }
  }

  /** What places there are, by the names of their consumers. */
  async names(): Promise<readonly string[]> {
    const doing = `${this.#link.life.url}: asking what work there is`;
    return asking(this.#link, doing, async () => {
      const names: string[] = [];
      for (;;) {
        const page = await this.#page(names.length);
        names.push(...(page.consumers ?? []));
        if (page.consumers === null || names.length >= page.total) return names;
      }
    });
  }

  /** The tags that are known to be required at the place. */
  required(name: string): Tags | undefined {
    return this.#required.get(name);
  }

  /** Asks what tags the place requires, unless that is known: its name is made of them. */
  async learnRequired(name: string): Promise<void> {
    if (this.#required.has(name)) return;
    const doing = `${this.#link.life.url}: asking what the place ${name} requires`;
    const stream = this.#link.names.streams.work;
    try {
      const { config } = await asking(this.#link, doing, () =>
        this.#link.jsm.consumers.info(stream, name),
      );
      const text = config.metadata?.[requireKey];
      if (text !== undefined) this.#required.set(name, JSON.parse(text) as Tags);
    } catch (error) {
      if (!(error instanceof BusError) || apiCodeOf(error.cause) !== absentCode) throw error;
    }
  }

  async #make(place: Place): Promise<void> {
    const { jsm, nc, names } = this.#link;
    const stream = names.streams.work;
    try {
      await jsm.consumers.info(stream, place.name);
      return;
    } catch (error) {
      if (apiCodeOf(error) !== absentCode) throw error;
    }
    try {
      await jsm.consumers.add(stream, this.#config(place));
    } catch (error) {
      if (!overlapCodes.has(apiCodeOf(error))) throw error;
      const found = `${stream}: another consumer than Jobchart's takes from ${place.subject}*`;
      throw new BusError("foreign", `${found}: remove it`, { cause: error });
    }
    nc.publish(this.news, place.name);
  }

  #config({ name, subject, require }: Place): Partial<ConsumerConfig> {
    const tagged = Object.keys(require).length > 0;
    return {
      durable_name: name,
      filter_subject: `${subject}*`,
      ack_policy: AckPolicy.Explicit,
      ack_wait: nanos(this.#visibilityMs),
      max_deliver: -1,
      max_ack_pending: -1,
      max_waiting: waitingMax,
      inactive_threshold: nanos(idleMsMax),
      ...(tagged ? { metadata: { [requireKey]: JSON.stringify(require) } } : {}),
    };
  }

  async #page(offset: number): Promise<Names> {
    const { nc, names } = this.#link;
    const subject = `${apiOf(this.#link)}.CONSUMER.NAMES.${names.streams.work}`;
    const reply = await nc.request(subject, JSON.stringify({ offset }), { timeout: answerMsMax });
    const page = reply.json<Names>();
    if (page.error) throw new JetStreamApiError(page.error);
    return page;
  }
}
