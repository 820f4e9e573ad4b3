/**
 * What must come true in the end, read off the finished graph. Only the system's steps are bound to
 * come: users may do nothing, faults may happen and are nobody's help.
 *
 * E1: steps of the system alone never go in a circle, so that it comes to rest. E2: where it rests,
 * it says what for; explore.ts asks that on its way. E3: from everywhere all can still be ended.
 * Debts (cancel ~> ended, pause ~> paused …) are held against every circle: see debts.ts.
 */
import { findCircle, messagesAround } from "./circle.ts";
import { unpaidDebts } from "./debts.ts";
import type { Found } from "./space.ts";
import type { Graph } from "./graph.ts";

export function livenessOf<S, M>(graph: Graph<S, M>): readonly Found<M>[] {
  const found = [systemCircle(graph), hopeless(graph), ...unpaidDebts(graph)];
  return found.filter((each) => each !== undefined);
}

function systemCircle<S, M>(graph: Graph<S, M>): Found<M> | undefined {
  const circle = findCircle(graph, (edge) => graph.isBy(edge, "system"));
  if (circle === undefined) return undefined;
  const text = "E1 the system comes to rest by itself: its own steps go in a circle";
  const sequence = graph.pathTo(circle[0] ?? 0);
  return { id: "E1", text, sequence, loop: messagesAround(graph, circle) };
}

/** Walks backwards from every end; what was not met cannot be ended any more. */
function hopeless<S, M>(graph: Graph<S, M>): Found<M> | undefined {
  const { starts, sources } = backwards(graph);
  const isHopeful = new Uint8Array(graph.size);
  const open: number[] = [];
  for (let state = 0; state < graph.size; state += 1) if (graph.isEnd(state)) open.push(state);
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    if (isHopeful[state] === 1) continue;
    isHopeful[state] = 1;
    const [begin = 0, end = 0] = [starts[state], starts[state + 1]];
    for (let at = begin; at < end; at += 1) {
      const source = sources[at] ?? 0;
      if (isHopeful[source] === 0) open.push(source);
    }
  }
  const first = isHopeful.indexOf(0);
  if (first === -1) return undefined;
  const text = "E3 from everywhere all jobs can be brought to their end: from here they cannot";
  return { id: "E3", text, sequence: graph.pathTo(first) };
}

/** For each state, from which states a step of users or the system leads to it. */
function backwards<S, M>(graph: Graph<S, M>) {
  const starts = new Int32Array(graph.size + 2);
  const eachEdge = (visit: (from: number, to: number) => void): void => {
    for (let from = 0; from < graph.size; from += 1) {
      for (let edge = graph.firstEdge(from); edge < graph.firstEdge(from + 1); edge += 1) {
        if (!graph.isBy(edge, "fault")) visit(from, graph.target(edge));
      }
    }
  };
  eachEdge((_from, to) => {
    starts[to + 2] = (starts[to + 2] ?? 0) + 1;
  });
  for (let at = 2; at < starts.length; at += 1) {
    starts[at] = (starts[at] ?? 0) + (starts[at - 1] ?? 0);
  }
  const sources = new Int32Array(starts.at(-1) ?? 0);
  eachEdge((from, to) => {
    const at = starts[to + 1] ?? 0;
    sources[at] = from;
    starts[to + 1] = at + 1;
  });
  return { starts, sources };
}
