/**
 * A fleet for tests whose server has the users that `export nats-permissions` makes: a node and two
 * workers as processes, and whoever else comes.
 */
import { connect, type NatsConnection } from "@nats-io/transport-node";
import { onTestFinished } from "vitest";
import type { NatsBus } from "../../bus/nats/open-nats-bus.ts";
import { openBus } from "../../bus/open-bus.ts";
import { realWorld } from "../../bus/world.ts";
import type { JobSystem } from "../../jobchart.ts";
import type { Child } from "../../properties/fleet/child.ts";
import { FleetTrial } from "../../properties/fleet/fleet-trial.ts";
import { fleetConfiguration } from "./fleet-configuration.ts";
import { passwordVariable, type FleetUser } from "./fleet-user.ts";

const users: readonly FleetUser[] = [
  { role: "node", user: "node" },
  { role: "operator", user: "operator" },
  { role: "reader", user: "reader" },
  { role: "worker", user: "w1", name: "w.1" },
  { role: "worker", user: "w2", name: "w2" },
];

/** The reader's password, as a server may have it. */
const bcrypted = "$2a$04$abcdefghijklmnopqrstuunae/Z5dK6H.8s3vZyB2AZbQc6QeIdQW";

export class PermittedFleet implements AsyncDisposable {
  readonly #trial: FleetTrial;

  private constructor(trial: FleetTrial) {
    this.#trial = trial;
  }

  /** Worker `w.1` takes all, worker `w2` (user `w2`) copies only. */
  static async open(): Promise<PermittedFleet> {
    for (const user of users) {
      const isReader = user.role === "reader";
      process.env[passwordVariable("job", user)] = `"${isReader ? bcrypted : `pw-${user.user}`}"`;
    }
    const configuration = fleetConfiguration("job", users);
    const fleet = new PermittedFleet(await FleetTrial.open({ configuration }));
    await fleet.#trial.node(fleet.url("node"));
    await Promise.all([fleet.worker("w.1", "w1"), fleet.worker("w2", "w2", "--types", "copy")]);
    return fleet;
  }

  /** As the comment in the configuration has it. */
  url(user: string): string {
    const domain = user === "node" ? "" : "&domain=jobchart";
    const base = this.#trial.url.replace("//", `//${user}:pw-${user}@`);
    return `${base}?inbox=_INBOX_${user}${domain}`;
  }

  worker(name: string, user: string, ...words: readonly string[]): Promise<Child> {
    return this.#trial.worker(name, "--bus", this.url(user), ...words);
  }

  client(user: string): Promise<JobSystem> {
    return this.#trial.client({ bus: this.url(user) });
  }

  /** Runs a command as that user to its end. */
  async run(user: string, ...words: readonly string[]): Promise<{ code: number; output: string }> {
    const child = this.#trial.start(...words, "--bus", this.url(user));
    return { code: (await child.ended()) ?? -1, output: child.output };
  }

  /** That user's bus, until the test is finished. */
  async bus(user: string): Promise<NatsBus> {
    const bus = await openBus(this.url(user), { world: realWorld, create: false });
    onTestFinished(() => bus[Symbol.asyncDispose]());
    return bus as NatsBus;
  }

  /** A connection of that user, to do anything with, and what it was not permitted to do so far. */
  async connect(
    user: string,
  ): Promise<{ readonly nc: NatsConnection; readonly violations: readonly string[] }> {
    const servers = this.#trial.url.replace("nats://", "");
    const options = { user, pass: `pw-${user}`, inboxPrefix: `_INBOX_${user}` };
    const nc = await connect({ servers, ...options });
    onTestFinished(() => nc.close());
    const violations: string[] = [];
    void (async () => {
      for await (const status of nc.status()) {
        if (status.type === "error") violations.push(status.error.message);
      }
    })();
    return { nc, violations };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#trial[Symbol.asyncDispose]();
  }
}
