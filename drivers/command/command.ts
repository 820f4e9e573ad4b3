/**
 * The driver `command`: any program, with the life of a job. It runs in a process group of its own
 * without a shell or a terminal, its input is empty, and both its outputs are the job's.
 *
 * A pause stops the group and is confirmed when all of it stands still; cancel is SIGTERM, and
 * SIGKILL after the grace. The group dies with its worker. A program whose worker was lost has done
 * part of its work, so by default its job fails then; `recover: "restart"` begins it anew, on any
 * host. What leaves the group (`setsid`, daemons) is out of reach.
 */
import type { Driver } from "../../actors/driver.ts";
import { argsSchema, type CommandArgs } from "./command-args.ts";
import { pause, run } from "./run.ts";

export const command: Driver<CommandArgs> = {
  type: "command",
  description: "runs any program, which can be paused, slowed down and cancelled",
  // Where it is to be begun again it may be begun anywhere; what must not move has a tag required.
  place: "anywhere",
  // The checkpoint is kept, and says that the program was begun: run decides by `recover`.
  recover: "resume",
  ready: true,
  args: argsSchema,
  run,
  pause,
};
