/** The commands by name, in the order of the help. Each is loaded when it is called. */
import type { Command, Commands } from "./command.ts";

export const commands: Commands = {
  demo: async () => (await import("./commands/demo.ts")).demo,
  run: async () => (await import("./commands/run.ts")).run,
  rerun: async () => (await import("./commands/rerun.ts")).rerun,
  transaction: async () => (await import("./commands/transaction.ts")).transaction,
  serve: async () => (await import("./commands/serve.ts")).serve,
  worker: async () => (await import("./commands/worker.ts")).worker,
  ls: async () => (await import("./commands/ls.ts")).ls,
  show: async () => (await import("./commands/show.ts")).show,
  history: async () => (await import("./commands/history.ts")).history,
  logs: async () => (await import("./commands/logs.ts")).logs,
  watch: async () => (await import("./commands/watch.ts")).watch,
  events: async () => (await import("./commands/events.ts")).events,
  start: async () => (await import("./commands/start.ts")).start,
  pause: async () => (await import("./commands/pause.ts")).pause,
  resume: async () => (await import("./commands/resume.ts")).resume,
  "set-speed": async () => (await import("./commands/set-speed.ts")).setSpeed,
  change: async () => (await import("./commands/change.ts")).change,
  complete: async () => (await import("./commands/complete.ts")).complete,
  cancel: async () => (await import("./commands/cancel.ts")).cancel,
  finalize: async () => (await import("./commands/finalize.ts")).finalize,
  dismiss: async () => (await import("./commands/dismiss.ts")).dismiss,
  abandon: async () => (await import("./commands/abandon.ts")).abandon,
  prune: async () => (await import("./commands/prune.ts")).prune,
  export: async () => (await import("./commands/export.ts")).exportLog,
  import: async () => (await import("./commands/import.ts")).importLog,
  backup: async () => (await import("./commands/backup.ts")).backup,
  restore: async () => (await import("./commands/restore.ts")).restore,
  doctor: async () => (await import("./commands/doctor.ts")).doctor,
  verify: async () => (await import("./commands/verify.ts")).verify,
  check: async () => (await import("./commands/check.ts")).check,
  simulate: async () => (await import("./commands/simulate.ts")).simulate,
  completion: async () => (await import("./commands/completion.ts")).completionOf(commands),
};

/** The command of that name; undefined when there is none. */
export async function findCommandNamed(name: string): Promise<Command | undefined> {
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  return load?.();
}
