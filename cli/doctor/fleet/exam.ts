/**
 * What the doctor learns of a fleet: facts, findings, and what it was not permitted to look at.
 */
import { BusError } from "../../../bus/bus-error.ts";
import { natsError } from "../../../bus/nats/nats-error.ts";
import type { Finding } from "../finding.ts";

export interface Fact {
  readonly about: string;
  readonly text: string;
  /** The same for programs, as JSON. */
  readonly data: Readonly<Record<string, unknown>>;
}

export class Exam {
  readonly facts: Fact[] = [];
  readonly findings: Finding[] = [];

  fact(about: string, text: string, data: Fact["data"]): void {
    this.facts.push({ about, text, data });
  }

  problem(about: string, text: string, advice: string): void {
    this.findings.push({ level: "problem", about, text, advice });
  }

  advise(about: string, text: string, advice: string): void {
    this.findings.push({ level: "advice", about, text, advice });
  }

  /** What was asked; undefined, and a finding, when it could not be had. */
  async look<T>(about: string, ask: () => Promise<T>): Promise<T | undefined> {
    try {
      return await ask();
    } catch (error) {
      this.findings.push(notSeen(about, error));
      return undefined;
    }
  }
}

/** A finding of what the error kept from being seen; fails with it when it is a fault of ours. */
function notSeen(about: string, error: unknown): Finding {
  if (error instanceof Error && ["TypeError", "RangeError"].includes(error.name)) throw error;
  const { code, message } = error instanceof BusError ? error : natsError(error, "looking at it");
  return code === "denied"
    ? { level: "unseen", about, text: message, advice: "look as a user of the nodes to see more" }
    : { level: "problem", about, text: message, advice: "see whether its servers are all up" };
}
