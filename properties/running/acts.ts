/** What clients do: create, ask verbs, ask again, do what is waited for, look, wait. */
import { isRefusal, type GroupSpec } from "../../jobchart.ts";
import type { VerbInput } from "../../machines/input.ts";
import { isEnded, type Verb } from "../../machines/status.ts";
import type { VerbSpec } from "../specs.ts";
import { difference } from "../driver/difference.ts";
import { expectReply, expectWritten, fail, plain, type Asked } from "./expect-reply.ts";
import type { Act } from "./job-command.ts";
import { pick, type JobsModel, type KnownJob, type SystemUnderTest } from "./jobs-model.ts";

/** Creates a group; its jobs get ids of the model. `through`: which of the systems is asked. */
export function create(spec: GroupSpec, through: number): Act {
  return {
    run: async (model, systems, say) => {
      const jobs = spec.jobs.map((job, index) =>
        Object.assign({}, job, { id: model.jobId(index + 1) }),
      );
      const names = jobs.map(({ id, type }) => `${shortOf(id)} (${type})`).join(", ");
      say(`create ${names}${spec.completion === "grouped" ? " grouped" : ""}`);
      const commandId = model.commandId();
      const group = { ...spec, jobs };
      const ask = (system: SystemUnderTest) => system.transaction(group, { commandId });
      const system = pick(systems, through);
      const reply = await ask(system);
      await model.log.catchUp(system.bus);
      if (isRefusal(reply)) {
        const [first] = jobs;
        const job = first && (await system.job(first.id));
        if (job !== undefined)
          fail(`V2: the creation was refused (${reply.refused}), ${job.id} exists`);
        return;
      }
      expectWritten(model, { commandId }, reply);
      for (const { id, uid } of reply.group.jobs) model.jobs.push({ id, uid, gid: reply.gid });
      const other = { ...group, name: `${spec.name ?? ""}x` };
      const askOther = (to: SystemUnderTest) => to.transaction(other, { commandId });
      model.answers.push({ text: `create ${names}`, commandId, reply, ask, askOther });
    },
  };
}

/** Asks a verb of a job, or several at the same time, each through the next system. */
export function ask(specs: readonly VerbSpec[], who: number, through: number): Act {
  return {
    needs: "jobs",
    run: async (model, systems, say) => {
      const job = model.job(who);
      const questions = specs.map((spec) => questionOf(model, spec, job));
      say(questions.map(({ text }) => text).join(" while "));
      await Promise.all(
        questions.map((question, index) =>
          answered(model, question, pick(systems, through + index)),
        ),
      );
    },
  };
}

/** Asks an accepted request again, with the same id, and another one with that id. */
export function again(which: number, through: number): Act {
  return {
    needs: "answers",
    run: async (model, systems, say) => {
      const answer = pick(model.answers, which);
      say(`again ${answer.text}`);
      const system = pick(systems, through);
      const differs = difference(plain(await answer.ask(system)), plain(answer.reply));
      if (differs !== undefined) fail(`F1: asked again, the reply is another: ${differs}`);
      const other = await answer.askOther(system);
      if (isRefusal(other) && other.guard === "command-id") return;
      fail(`F2: another request with the id of '${answer.text}' was not refused for its id`);
    },
  };
}

/** Looks at a job: the view shows what the job was at some rev since it was asked. */
export function look(who: number, through: number): Act {
  return {
    needs: "jobs",
    run: async (model, systems, say) => {
      const job = model.job(who);
      say(`look at ${shortOf(job.id)}`);
      const system = pick(systems, through);
      const revBefore = model.log.rev(job.gid);
      const info = await system.job(job.uid);
      await model.log.catchUp(system.bus);
      const shown =
        info && [info.status, info.outcome, info.cancel, info.paused, info.epoch].join();
      const lives = model
        .lives(job, revBefore)
        .map(({ status, outcome, cancel, userPaused, epoch }) =>
          [status, outcome, cancel, userPaused, epoch].join(),
        );
      if (shown !== undefined && lives.includes(shown)) return;
      fail(`L4: the view shows ${shown ?? "no such job"}, the log ${lives.join(" then ")}`);
    },
  };
}

const obliging: ReadonlySet<string> = new Set([
  "start",
  "resume",
  "complete",
  "finalize",
  "dismiss",
]);

/** Asks what a job waits for a user to ask, if it does. */
export function oblige(who: number, through: number): Act {
  return {
    needs: "jobs",
    run: async (model, systems, say) => {
      const job = model.job(who);
      const system = pick(systems, through);
      const what = (await system.job(job.uid))?.["waiting-for"]?.what ?? "";
      if (!obliging.has(what)) {
        say(`look whether ${shortOf(job.id)} waits for anybody`);
        return;
      }
      const question = questionOf(model, { verb: what as Verb, options: {} }, job);
      say(question.text);
      await answered(model, question, system);
    },
  };
}

/** A job waits for nobody, or for what the system itself will bring. */
const moving: ReadonlySet<string | undefined> = new Set([undefined, "slot", "step", "members"]);
/** After that it is not waited for any longer: a driver may take its time. */
const waitMs = 20;

/** Lets a job have its way, if it moves by itself, until the log tells something new of it. */
export function wait(who: number, through: number): Act {
  return {
    needs: "jobs",
    run: async (model, systems, say) => {
      const job = model.job(who);
      say(`wait for ${shortOf(job.id)}`);
      const system = pick(systems, through);
      const info = await system.job(job.uid);
      if (!info || isEnded(info.status) || !moving.has(info["waiting-for"]?.what)) return;
      const limit = new AbortController();
      const waited = model.world.sleep(waitMs, limit.signal).finally(() => limit.abort());
      for await (const batch of system.bus.log.follow(model.log.position, limit.signal)) {
        if (batch.some(({ gid }) => gid === job.gid)) break;
      }
      limit.abort();
      await waited;
    },
  };
}

interface Question {
  readonly text: string;
  readonly asked: Asked;
  readonly spec: VerbSpec;
}

function questionOf(model: JobsModel, spec: VerbSpec, job: KnownJob): Question {
  const { verb, options } = spec;
  const { note: _note, ...said } = options;
  const input = { verb, uid: job.uid, ...said } as VerbInput;
  const more = Object.entries(said).map(([name, value]) => ` ${name}=${JSON.stringify(value)}`);
  const text = `${verb} ${shortOf(job.id)}${more.join("")}`;
  const asked = { commandId: model.commandId(), job, input, revBefore: model.log.rev(job.gid) };
  return { text, asked, spec };
}

async function answered(
  model: JobsModel,
  { text, asked, spec }: Question,
  system: SystemUnderTest,
): Promise<void> {
  const { commandId, job } = asked;
  const { verb, options } = spec;
  const ask = (to: SystemUnderTest) => to.ask(verb, job.uid, { ...options, commandId });
  const reply = await ask(system);
  await model.log.catchUp(system.bus);
  expectReply(model, asked, reply);
  if (isRefusal(reply)) return;
  const other = verb === "pause" ? "resume" : "pause";
  const askOther = (to: SystemUnderTest) => to.ask(other, job.uid, { commandId });
  model.answers.push({ text, commandId, reply, ask, askOther });
}

/** The id without what makes it the model's own. */
function shortOf(id: string): string {
  return id.slice(0, id.indexOf("-"));
}
