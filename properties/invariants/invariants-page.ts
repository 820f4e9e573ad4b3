/**
 * The page docs/invariants.md, made of the invariants themselves. To write it anew:
 * `npx vitest run properties/docs.test.ts --update`.
 */
import { elsewhere } from "./elsewhere.ts";
import { invariants } from "./invariants.ts";

const chapters = {
  S: "One job",
  V: "Asking and answering",
  G: "Jobs that finish together",
  L: "The log",
  F: "Repetition and fencing",
  E: "What comes true in the end",
};

const opening = `# What must always hold

Each sentence has a number, by which tests, counterexamples and [DESIGN.md](../DESIGN.md) speak of it. Most are pure checks
of one step (what was, what was said, what was decided): the explorer asks them of every state, the simulation of every
commit, \`verify\` of every recorded one, and [jobchart/properties](verification.md#from-your-own-tests) exports them. Where
a sentence is about more than a step, the files that hold it are named.
`;

export function invariantsPage(): string {
  const parts = Object.entries(chapters).map(([letter, title]) => {
    const lines = sentences().filter(({ id }) => id.startsWith(letter));
    return `## ${title}\n\n${lines.map(({ line }) => `${line}\n`).join("")}`;
  });
  return [opening, ...parts].join("\n");
}

function sentences() {
  const here = invariants.map(({ id, text }) => ({ id, line: `- **${id}** ${text}.` }));
  const there = Object.entries(elsewhere).map(([id, { says, held }]) => ({
    id,
    line: `- **${id}** ${says}. _${held}._`,
  }));
  return [...here, ...there].toSorted((one, other) => numberOf(one.id) - numberOf(other.id));
}

function numberOf(id: string): number {
  return Number(id.slice(1));
}
