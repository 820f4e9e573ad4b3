/**
 * A fleet on trial: real nats-servers, and nodes, workers and clients as real processes of the
 * command line, in a temporary folder. All of it is killed and removed at the end.
 */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { readNatsUrl } from "../../bus/nats/nats-url.ts";
import { openNatsBus, type NatsBus } from "../../bus/nats/open-nats-bus.ts";
import { testCluster, testServer, type TestServers } from "../../bus/nats/server/test-servers.ts";
import { realWorld } from "../../bus/world.ts";
import { openJobSystem, type JobSystem, type SystemSettings } from "../../jobchart.ts";
import { Child } from "./child.ts";

/** The job types of trial-jobs.ts, which every worker of a trial has. */
const trialJobs = resolve(import.meta.dirname, "trial-jobs.ts");

interface TrialOptions {
  /** Three servers with streams of three replicas, in place of one. */
  readonly cluster?: boolean;
  /** More lines for the configuration of the one server. */
  readonly configuration?: string;
}

export class FleetTrial implements AsyncDisposable {
  /** The working folder of all processes. */
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), "jobchart-fleet-")));
  readonly brokers: TestServers;
  readonly #children: Child[] = [];
  readonly #open: AsyncDisposable[] = [];

  private constructor(brokers: TestServers) {
    this.brokers = brokers;
  }

  static async open({ cluster = false, configuration }: TrialOptions = {}): Promise<FleetTrial> {
    const more = configuration === undefined ? {} : { configuration };
    return new FleetTrial(cluster ? await testCluster() : await testServer(more));
  }

  /** What processes of the fleet connect to. */
  get url(): string {
    return this.brokers.url;
  }

  /** Starts a node; resolves when it serves. `bus`: another way to the servers. */
  async node(bus = this.url): Promise<Child> {
    const child = this.start("serve", "--bus", bus);
    await child.says("serving ");
    return child;
  }

  /** Starts a worker, with the trial's job types and a lease of 2 s; resolves when it takes jobs. */
  async worker(name: string, ...words: readonly string[]): Promise<Child> {
    return this.workerOn(undefined, name, ...words);
  }

  /** As `worker`, on a host that is called so. */
  async workerOn(
    host: string | undefined,
    name: string,
    ...words: readonly string[]
  ): Promise<Child> {
    const own = words.includes("--lease") ? [] : ["--lease", "2s"];
    const bus = words.includes("--bus") ? [] : ["--bus", this.url];
    const jobs = ["--drivers", trialJobs];
    const all = ["worker", "--name", name, ...bus, ...jobs, ...own, ...words];
    const child = this.#kept(new Child(all, this.folder, host === undefined ? {} : { host }));
    await child.says(`worker ${name} on `);
    return child;
  }

  /** Starts any command; `--bus` is the caller's to say. */
  start(...words: readonly string[]): Child {
    return this.#kept(new Child(words, this.folder));
  }

  /** Starts a script of this folder as a process of its own. */
  script(name: string, ...words: readonly string[]): Child {
    return this.#kept(
      new Child(words, this.folder, { script: resolve(import.meta.dirname, name) }),
    );
  }

  /** Runs a command on the fleet to its end. */
  async run(...words: readonly string[]): Promise<{ code: number | null; output: string }> {
    const child = this.start(...words, "--bus", this.url);
    return { code: await child.ended(), output: child.output };
  }

  /** A client of the nodes, in this process. */
  async client(settings: Partial<SystemSettings> = {}): Promise<JobSystem> {
    const system = await openJobSystem({ bus: this.url, node: false, ...settings });
    this.#open.push(system);
    return system;
  }

  /** The bus itself, to read what the fleet has written. */
  async bus(): Promise<NatsBus> {
    const bus = await openNatsBus(readNatsUrl(this.url), { world: realWorld, create: false });
    this.#open.push(bus);
    return bus;
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** Writes a file and resolves its path. */
  file(name: string, content: string | Uint8Array): string {
    const path = this.path(name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    return path;
  }

  #kept(child: Child): Child {
    this.#children.push(child);
    return child;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.#children) child.signal("SIGKILL");
    await Promise.all(this.#children.map((child) => child.ended()));
    await Promise.all(this.#open.map((each) => each[Symbol.asyncDispose]()));
    await this.brokers[Symbol.asyncDispose]();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
