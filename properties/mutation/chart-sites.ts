/** The statecharts' sites: every edge of job.ts and group.ts taken out of its chart. */
import { groupMachine } from "../../machines/group.ts";
import { jobMachine } from "../../machines/job.ts";
import type { Site } from "./site.ts";
import { at, rangeOf, tokensOf } from "./tokens.ts";

/** Edges are taken out of the chart's definition just before it is made. */
function edgeSites(
  file: string,
  source: string,
  chart: typeof jobMachine | typeof groupMachine,
): readonly Site[] {
  const tokens = tokensOf(source);
  const open = tokens.findIndex(({ text }) => text === "createMachine") + 1;
  const { mate = open } = at(tokens, open);
  const { start, end } = rangeOf(tokens, { first: open + 1, last: mate - 1 });
  const config = source.slice(start, end).replace(/,\s*$/, "");
  return Object.entries(chart.states).flatMap(([state, node]) =>
    [...node.transitions].flatMap(([event, edges]) =>
      [...edges.keys()].map((index): Site => {
        const on = `config.states.${state}.on`;
        const key = JSON.stringify(event);
        const left = `[${on}[${key}]].flat().toSpliced(${index}, 1)`;
        const text = `((config) => { ${on} = { ...${on}, ${key}: ${left} }; return config; })(${config})`;
        const id = `${file}:${state} on ${event}[${index}] left out`;
        return { id, file, edit: { start, end, text } };
      }),
    ),
  );
}

export function chartSites(file: "job.ts" | "group.ts", source: string): readonly Site[] {
  return edgeSites(file, source, file === "job.ts" ? jobMachine : groupMachine);
}
