/**
 * A trial of commands: a real system in this process with a worker that runs real programs, in a
 * folder of its own. What is said to stand still, or to be gone, is looked up in /proc.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isRefusal, openJobSystem, type JobSpec, type JobSystem } from "../../jobchart.ts";
import { command } from "../../drivers/command/command.ts";
import type { CommandArgs } from "../../drivers/command/command-args.ts";
import { groupMembers, standStill } from "../../drivers/command/group-members.ts";
import type { Status, Verb } from "../../machines/status.ts";
import type { JobInfo } from "../../projections/job-info.ts";

export class CommandTrial implements AsyncDisposable {
  readonly folder: string;
  readonly system: JobSystem;

  private constructor(folder: string, system: JobSystem) {
    this.folder = folder;
    this.system = system;
  }

  static async open(): Promise<CommandTrial> {
    const folder = mkdtempSync(join(tmpdir(), "jobchart-command-"));
    process.env["JOBCHART_LOGS"] = join(folder, "logs");
    const system = await openJobSystem({
      cwd: folder,
      bus: "memory:",
      drivers: [command],
      worker: { concurrency: 16 },
    });
    return new CommandTrial(folder, system);
  }

  /** Creates a job in the trial's folder, and resolves with its uid. */
  async start(args: CommandArgs, spec: Partial<JobSpec> = {}): Promise<string> {
    const reply = await this.system.create({ type: "command", args, ...spec });
    if (isRefusal(reply)) throw new Error(reply.refused);
    return reply.group.jobs[0]?.uid ?? "";
  }

  /** As start, with a line of shell for a program; it begins by writing its pid to `pid`. */
  script(line: string, args: Partial<CommandArgs> = {}, spec?: Partial<JobSpec>): Promise<string> {
    return this.start({ argv: ["sh", "-c", `echo $$ > pid; ${line}`], ...args }, spec);
  }

  /** Runs a job to its end. */
  async ended(args: CommandArgs, spec?: Partial<JobSpec>): Promise<JobInfo> {
    return this.end(await this.start(args, spec));
  }

  async end(uid: string): Promise<JobInfo> {
    const info = await this.system.settled(uid);
    if (info === undefined) throw new Error(`there is no ${uid}`);
    return info;
  }

  async reaches(uid: string, status: Status): Promise<void> {
    for await (const { to } of this.system.watch({ after: 0, job: uid })) {
      if (to === status) return;
      if (to === "concluded") throw new Error(`${uid} ended without ${status}`);
    }
  }

  async ask(verb: Verb, uid: string, options = {}): Promise<void> {
    const reply = await this.system.ask(verb, uid, options);
    if (isRefusal(reply)) throw new Error(reply.refused);
  }

  /** What the program's group does. */
  async group(): Promise<"gone" | "stopped" | "runs"> {
    const members = await groupMembers(Number(this.read("pid")));
    if (members.length === 0) return "gone";
    return standStill(members) ? "stopped" : "runs";
  }

  read(name: string): string {
    return this.bytes(name).toString("utf8");
  }

  bytes(name: string): Buffer {
    return readFileSync(join(this.folder, name));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.system[Symbol.asyncDispose]();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
