/** The commands that ask one verb of several jobs: each job is asked, and the worst answer counts. */
import { isRefusal, memberOf, type Accepted } from "../actors/commands.ts";
import type { VerbOptions } from "../jobchart.ts";
import type { Verb } from "../machines/status.ts";
import type { Call } from "./call.ts";
import type { Command } from "./command.ts";
import { noteOption, type Options } from "./options.ts";
import { exit, worst, type ExitCode } from "./exit-code.ts";
import { print } from "./output.ts";

interface VerbCommand {
  readonly verb: Verb;
  readonly summary: string;
  readonly examples: readonly string[];
  readonly options?: Options;
  /** What the command's own options say; the default: nothing. */
  readonly said?: (call: Call) => VerbOptions;
}

export function verbCommand({ verb, summary, examples, options, said }: VerbCommand): Command {
  const own = Object.keys(options ?? {}).map((name) => `[--${name}] `);
  return {
    name: verb,
    usage: `ID… ${own.join("")}[--note TEXT]`,
    summary,
    options: { ...options, ...noteOption },
    examples,
    async run(call) {
      const ids = call.expectWords("the ID of a job", 1, Infinity);
      return askAll(call, { verb, ids, options: said?.(call) ?? {} });
    },
  };
}

/** Asks the verb of each job in turn, and prints what became of it. */
export async function askAll(
  call: Call,
  asked: {
    readonly verb: Verb;
    readonly ids: readonly string[];
    readonly options: VerbOptions;
  },
): Promise<ExitCode> {
  const { verb, ids, options } = asked;
  await using system = await call.open();
  const codes: ExitCode[] = [];
  for (const id of ids) {
    const uid = (await system.uidOf(id)) ?? id;
    const reply = await system.ask(verb, uid, { ...call.asking, ...options });
    if (isRefusal(reply)) codes.push(call.refuse(reply, id));
    else {
      await print(accepted(call, { verb, id, uid, reply }));
      codes.push(exit.ok);
    }
  }
  return worst(codes);
}

function accepted(
  call: Call,
  { verb, id, uid, reply }: { verb: Verb; id: string; uid: string; reply: Accepted },
): string {
  const { rev, position } = reply;
  const status = memberOf(reply.group, uid)?.status ?? null;
  if (call.isJson) return JSON.stringify({ job: id, uid, verb, status, rev, position });
  return `${id}: ${verb} accepted, ${status === "null" ? "gone" : `now ${status}`}`;
}
