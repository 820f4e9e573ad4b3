/** Strongly connected components (Tarjan, 1972), without recursion: graphs are deep. */
import type { Graph } from "./graph.ts";

/**
 * The components of the states and edges that are in, each as its states. A state that is in no
 * circle is a component of its own.
 */
export function* componentsOf<S, M>(
  graph: Graph<S, M>,
  isIn: (state: number) => boolean,
  isEdgeIn: (edge: number) => boolean,
): Generator<readonly number[]> {
  const order = new Int32Array(graph.size);
  const lowest = new Int32Array(graph.size);
  const cursors = new Int32Array(graph.size);
  const isOpen = new Uint8Array(graph.size);
  const open: number[] = [];
  let count = 0;
  for (let first = 0; first < graph.size; first += 1) {
    if (order[first] !== 0 || !isIn(first)) continue;
    const trail = [first];
    for (let state = first; trail.length > 0; state = trail.at(-1) ?? first) {
      if (order[state] === 0) {
        count += 1;
        order[state] = count;
        lowest[state] = count;
        cursors[state] = graph.firstEdge(state);
        isOpen[state] = 1;
        open.push(state);
      }
      const edge = cursors[state] ?? 0;
      if (edge < graph.firstEdge(state + 1)) {
        cursors[state] = edge + 1;
        const to = graph.target(edge);
        if (!isEdgeIn(edge) || !isIn(to)) continue;
        if (order[to] === 0) trail.push(to);
        else if (isOpen[to] === 1) lower(lowest, state, order[to] ?? 0);
        continue;
      }
      trail.pop();
      const parent = trail.at(-1);
      if (parent !== undefined) lower(lowest, parent, lowest[state] ?? 0);
      if (lowest[state] !== order[state]) continue;
      const component = open.splice(open.lastIndexOf(state));
      for (const each of component) isOpen[each] = 0;
      yield component;
    }
  }
}

function lower(lowest: Int32Array, state: number, to: number): void {
  if (to < (lowest[state] ?? 0)) lowest[state] = to;
}
