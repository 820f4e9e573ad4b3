/** `logs`: what a job has said for people, and with `--follow` what it goes on to say. */
import { realWorld } from "../../bus/world.ts";
import type { JobSystem } from "../../jobchart.ts";
import { isEnded } from "../../machines/status.ts";
import type { Command } from "../command.ts";
import { reportConnection } from "../connection-report.ts";
import { exit } from "../exit-code.ts";
import { notFound } from "../not-found.ts";
import { OutputPrinter } from "../output-printer.ts";
import { UnreadOutput } from "../unread-output.ts";

/** Workers tell what is new once a second at most. */
const waitMsMin = 250;
const waitMsMax = 2_000;

/** Shows what is new of a job's output; false when nothing is. */
type Look = () => Promise<boolean>;

export const logs: Command = {
  name: "logs",
  usage: "ID [--follow]",
  summary: "shows the last 64 KiB that a job has said, while it runs and for 30 days",
  options: { follow: { about: "goes on until the job has ended" } },
  completes: "job",
  examples: ["logs nightly", "logs nightly --follow", "logs nightly --json"],
  async run(call) {
    const [id = ""] = call.expectWords("the ID of a job", 1);
    await using system = await call.open();
    const job = await system.job(id);
    if (job === undefined) return call.refuse(await notFound(system, id, "logs"), id);
    const printer = new OutputPrinter(call, job);
    const unread = new UnreadOutput();
    const look = async (): Promise<boolean> => {
      const output = await system.output(job.uid);
      const passages = output === undefined ? [] : unread.passages(output);
      for (const passage of passages) await printer.print(passage);
      return passages.length > 0;
    };
    const isFollowed = call.flag("follow") && !isEnded(job.status);
    if (isFollowed) {
      reportConnection(call, system.bus);
      await follow(system, job.uid, look);
    }
    await look();
    await printer.end();
    if (!printer.isUsed) await printer.say(silence(isFollowed || isEnded(job.status)));
    return exit.ok;
  },
};

/** Looks on until the job has ended, or the program is interrupted. */
async function follow(system: JobSystem, uid: string, look: Look): Promise<void> {
  const over = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => over.abort());
  const ended = system.settled(uid).finally(() => over.abort());
  // Heard below, unless the program is interrupted: then the system is closed under it.
  ended.catch(() => {});
  for (let waitMs = waitMsMin; !over.signal.aborted;) {
    waitMs = (await look()) ? waitMsMin : Math.min(waitMsMax, waitMs * 1.5);
    await Promise.race([ended, realWorld.sleep(waitMs, over.signal)]);
  }
}

function silence(hasEnded: boolean): string {
  return hasEnded ? "it said nothing, or longer than 30 days ago" : "it has said nothing yet";
}
