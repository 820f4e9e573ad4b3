/** Circles in a graph: where steps of some kind lead back to where they began. */
import type { Graph } from "./graph.ts";

/** The states of a circle of such edges, in order; undefined when there is none. */
export function findCircle<S, M>(
  graph: Graph<S, M>,
  isIn: (edge: number) => boolean,
  from?: number,
): readonly number[] | undefined {
  const [open, done] = [1, 2];
  const marks = new Uint8Array(graph.size);
  const cursors = new Int32Array(graph.size);
  const firsts = from === undefined ? graph.size : from + 1;
  for (let first = from ?? 0; first < firsts; first += 1) {
    const trail = marks[first] === 0 ? [first] : [];
    for (let state = trail.at(-1); state !== undefined; state = trail.at(-1)) {
      if (marks[state] === 0) cursors[state] = graph.firstEdge(state);
      marks[state] = open;
      const edge = cursors[state] ?? 0;
      cursors[state] = edge + 1;
      if (edge === graph.firstEdge(state + 1)) {
        marks[state] = done;
        trail.pop();
      } else if (isIn(edge)) {
        const to = graph.target(edge);
        if (marks[to] === open) return trail.slice(trail.indexOf(to));
        if (marks[to] === 0) trail.push(to);
      }
    }
  }
  return undefined;
}

/** The messages that lead round a circle of states. */
export function messagesAround<S, M>(graph: Graph<S, M>, circle: readonly number[]): readonly M[] {
  const { space } = graph;
  return circle.map((from, index) => {
    const to = circle[index + 1] ?? circle[0] ?? from;
    const [state, key] = [graph.state(from), space.key(graph.state(to))];
    for (const message of space.messages(state)) {
      if (space.key(space.step(state, message).next) === key) return message;
    }
    throw new Error(`no message leads from state ${from} to state ${to}`);
  });
}
