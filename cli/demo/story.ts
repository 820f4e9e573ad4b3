/**
 * The demo's story: what an operator does while the copies run. Every step waits for what it needs
 * to see, and says which command would have done the same.
 */
import { isRefusal } from "../../actors/commands.ts";
import { realWorld } from "../../bus/world.ts";
import type { VerbOptions } from "../../jobchart.ts";
import type { Verb } from "../../machines/status.ts";
import type { JobInfo } from "../../projections/job-info.ts";
import type { Stage } from "../stage.ts";
import { sizeText } from "../units.ts";

const lookMs = 50;
const pauseAtPercent = 25;
const waitingMs = 1_500;
/** What is left of the slowed job is to take so long. */
const slowedMs = 6_000;

interface Cast {
  readonly paused: string;
  readonly slowed: string;
}

/** Pauses one job, slows another, resumes the first once all others wait, and finalizes. */
export async function tell(stage: Stage, { paused, slowed }: Cast): Promise<void> {
  await until(stage, (infos) => (find(infos, paused).percent ?? 0) >= pauseAtPercent);
  await ask(stage, "pause", paused, { note: "the disk is needed elsewhere" });
  await until(stage, (infos) => isPastRunning(find(infos, paused)));

  const [left, total] = leftOf(find(stage.members.infos, slowed));
  const speed = Math.max(1, Math.ceil((left * 1_000) / slowedMs));
  await ask(stage, "set-speed", slowed, { speed }, sizeText(speed).replaceAll(" ", ""));
  stage.reporter.say(`  (${sizeText(left)} of ${sizeText(total)} of it are left)`);

  await until(stage, (infos) =>
    infos.every(({ id, status }) => id === paused || status !== "running"),
  );
  stage.reporter.say("the others have done their work, and wait for the group");
  await realWorld.sleep(waitingMs, stage.over);
  await ask(stage, "resume", paused);
  await until(stage, (infos) => infos.every(({ status }) => status === "pending"));
  stage.reporter.say("all have done their work: nothing is in place yet, and all could be undone");
  await realWorld.sleep(waitingMs, stage.over);
  await ask(stage, "finalize", paused);
}

async function ask(
  { call, system, reporter, over }: Stage,
  verb: Verb,
  id: string,
  options: VerbOptions = {},
  argument = "",
): Promise<void> {
  if (over.aborted) return;
  const note = options.note === undefined ? "" : `--note '${options.note}'`;
  const words = [verb, id, argument, note].filter((word) => word !== "").join(" ");
  reporter.say(`$ ${call.hint(words)}`);
  const reply = await system.ask(verb, id, options);
  if (isRefusal(reply)) reporter.say(`  ${reply.refused}`);
}

async function until(
  { members, over }: Stage,
  holds: (infos: readonly JobInfo[]) => boolean,
): Promise<void> {
  const isSeen = (): boolean => members.infos.length > 0 && holds(members.infos);
  while (!over.aborted && !isSeen()) {
    await realWorld.sleep(lookMs, over);
    await members.look();
  }
}

function isPastRunning({ status }: JobInfo): boolean {
  return status !== "created" && status !== "running";
}

function leftOf(info: JobInfo): readonly [left: number, total: number] {
  const { "current-progress": current, "total-progress": total } = info;
  return [Math.max(0, total - current), total];
}

function find(infos: readonly JobInfo[], id: string): JobInfo {
  const info = infos.find((each) => each.id === id);
  if (info === undefined) throw new Error(`no member ${id}`);
  return info;
}
