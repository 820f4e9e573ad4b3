/** Taking a command: it is open from here on, and may be carried out at any time. */
import type { CommandMessage } from "./message.ts";
import { requestOf } from "./request.ts";
import { carriedOut } from "./step.ts";
import type { OpenCommand, World } from "./world.ts";

/** Commands that wait for an answer; older ones are taken never to get one. */
const openMax = 64;
/** As long as there was no reply at all, which there may never be. */
const openMaxUnanswered = 8;

export function takeCommand(world: World, command: CommandMessage): void {
  const { name, id } = command;
  const request = requestOf(command, world.tables);
  world.forget();
  world.hasCommands = true;
  if (request.kind === "quit") world.ending ??= "asked";
  if (request.kind === "other-monitor") loosen(world);
  if (world.commands.length >= (world.hasReplies ? openMax : openMaxUnanswered)) abandon(world);
  const open: OpenCommand = {
    name,
    request,
    line: world.line,
    since: world.changesBefore + world.changes.length,
    outcomes: [],
    created: [],
    started: [],
    ...(id !== undefined && { id }),
  };
  world.commands = [...world.commands, open];
  if (request.kind !== "verb") return;
  const job = world.job(request.job);
  world.commands = carriedOut(world, world.commands, job);
  world.keep(job);
}

/** By the other monitor anything may be asked of any job. */
function loosen(world: World): void {
  for (const job of world.jobs.values()) {
    world.keep({ ...job, isOurs: false, settled: job.settled.opened() });
  }
}

/** The oldest command is no longer waited for: it may have been carried out, or not. */
function abandon(world: World): void {
  const [oldest, ...rest] = world.commands;
  world.commands = rest;
  if (oldest?.request.kind !== "verb") return;
  const job = world.job(oldest.request.job);
  const all = oldest.outcomes.reduce((sum, { beliefs }) => sum.or(beliefs), job.settled);
  world.keep({ ...job, isOurs: false, settled: all.opened() });
}
