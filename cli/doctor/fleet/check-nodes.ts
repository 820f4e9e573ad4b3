/**
 * The check of the nodes: who answers when all of them are called.
 */
import { NoRespondersError } from "@nats-io/transport-node";
import { isUnheard } from "../../../bus/nats/nats-error.ts";
import type { NatsBus } from "../../../bus/nats/open-nats-bus.ts";
import type { World } from "../../../bus/world.ts";
import type { JobSystem } from "../../../jobchart.ts";
import { commandPattern, serviceName } from "../../../wire/subjects.ts";
import { counted, durationText } from "../../units.ts";
import type { Exam } from "./exam.ts";

const answerMsMax = 2_000;

interface NodeInfo {
  readonly id?: string;
  readonly version?: string;
  readonly endpoints?: readonly { readonly subject?: string }[];
}

/** How many there are; undefined when nobody may know. */
export async function checkNodes(exam: Exam, bus: NatsBus): Promise<number | undefined> {
  const nodes = await exam.look("the nodes", () => call(bus));
  if (nodes === undefined) return undefined;
  const versions = [...new Set(nodes.map(({ version }) => version ?? "?"))];
  const text = `${counted(nodes.length, "node")} answered`;
  exam.fact("the nodes", versions.length === 0 ? text : `${text}, wire ${versions.join(", ")}`, {
    nodes: nodes.map(({ id, version }) => ({ id, version })),
  });
  if (nodes.length === 0) {
    exam.problem("the nodes", "none answers: nothing is decided", "start one: jobchart serve");
  } else if (nodes.length === 1) {
    const advice = "run jobchart serve on another machine, too";
    exam.advise("the nodes", "there is one alone: without it nothing is decided", advice);
  }
  return nodes.length;
}

/** How far a node sees that is asked to see all. */
export async function checkSight(
  exam: Exam,
  { view, bus }: Pick<JobSystem, "view" | "bus">,
  world: World,
): Promise<void> {
  await exam.look("a node's view", async () => {
    const head = await bus.log.head();
    const beganMs = world.monotonic();
    const position = await view.catchUp();
    const tookMs = Math.round(world.monotonic() - beganMs);
    const behind = Math.max(0, head - position);
    const text = `at position ${position} within ${durationText(tookMs)}`;
    exam.fact("a node's view", text, { position, head, tookMs });
    if (behind === 0) return;
    const advice = "see what its node says: it cannot read the log";
    exam.problem("a node's view", `ends at ${position}, the log at ${head}`, advice);
  });
}

async function call({ link }: NatsBus): Promise<readonly NodeInfo[]> {
  const { nc, names } = link;
  const nodes: NodeInfo[] = [];
  try {
    const replies = await nc.requestMany(`$SRV.INFO.${serviceName}`, "", {
      strategy: "stall",
      maxWait: answerMsMax,
    });
    for await (const reply of replies) nodes.push(reply.json<NodeInfo>());
  } catch (error) {
    if (!(error instanceof NoRespondersError) && !isUnheard(error)) throw error;
  }
  const ours = `${names.prefix}.${commandPattern}`;
  return nodes.filter(({ endpoints = [] }) => endpoints.some(({ subject }) => subject === ours));
}
