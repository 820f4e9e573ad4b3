/**
 * Debts: what was asked for and must come, `cancel ~> ended`. A debt is unpaid when the system can
 * rest while it is owed, or can go in a circle that is fair and owes it all the way. Fair is weak
 * fairness: an agent whose step is possible all round the circle takes one. Faults are finite, so
 * that none belongs to a circle.
 */
import { findCircle, messagesAround } from "./circle.ts";
import { componentsOf } from "./components.ts";
import type { Debt, Found } from "./space.ts";
import type { Graph } from "./graph.ts";

export function unpaidDebts<S, M>(graph: Graph<S, M>): readonly Found<M>[] {
  const { debts = [] } = graph.space;
  return debts.flatMap(
    (debt, bit) => unpaidAtRest(graph, debt, bit) ?? unpaidRound(graph, debt, bit) ?? [],
  );
}

function unpaidAtRest<S, M>(graph: Graph<S, M>, { id, text }: Debt<S>, bit: number) {
  for (let state = 0; state < graph.size; state += 1) {
    if (!graph.owes(state, bit) || agentsAt(graph, state) !== 0) continue;
    return { id, text: `${text}: all rests, and it is owed`, sequence: graph.pathTo(state) };
  }
  return undefined;
}

function unpaidRound<S, M>(
  graph: Graph<S, M>,
  { id, text }: Debt<S>,
  bit: number,
): Found<M> | undefined {
  const isIn = (edge: number): boolean =>
    graph.owes(graph.target(edge), bit) && !graph.isBy(edge, "fault");
  const owing = (state: number): boolean => graph.owes(state, bit);
  for (const states of componentsOf(graph, owing, isIn)) {
    if (states.length === 1) continue;
    const inside = new Set(states);
    const isInside = (edge: number): boolean => isIn(edge) && inside.has(graph.target(edge));
    const circle = findCircle(graph, isInside, states[0]);
    if (circle === undefined || !isFair(graph, states, isInside)) continue;
    const sequence = graph.pathTo(circle[0] ?? 0);
    const loop = messagesAround(graph, circle);
    return { id, text: `${text}: it can be owed for ever`, sequence, loop };
  }
  return undefined;
}

/** Every agent is at some state of the circle without a step, or takes one inside. */
function isFair<S, M>(
  graph: Graph<S, M>,
  states: readonly number[],
  isInside: (edge: number) => boolean,
): boolean {
  let [always, taken] = [-1, 0];
  for (const state of states) {
    always &= agentsAt(graph, state);
    taken |= agentsAt(graph, state, isInside);
  }
  return (always & ~taken) === 0;
}

/** A bit for each agent that has a step of the system here. */
function agentsAt<S, M>(
  graph: Graph<S, M>,
  state: number,
  isIn: (edge: number) => boolean = () => true,
): number {
  let agents = 0;
  for (let edge = graph.firstEdge(state); edge < graph.firstEdge(state + 1); edge += 1) {
    if (graph.isBy(edge, "system") && isIn(edge)) agents |= 1 << (graph.agent(edge) + 1);
  }
  return agents;
}
