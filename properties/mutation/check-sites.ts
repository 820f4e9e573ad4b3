/**
 * The sites of checks.ts: every check of every input forced to hold (which is to drop it) and to
 * fail, and every two neighbours in each other's place.
 */
import type { Site } from "./site.ts";
import { at, partsOf, rangeOf, tokensOf, type Span, type Token } from "./tokens.ts";

const file = "checks.ts";
/** Said by the lifecycle to its own jobs: nobody is told which check came first. */
const unheard = new Set(["settle"]);

export function checkSites(source: string): readonly Site[] {
  const tokens = tokensOf(source);
  return listsOf(tokens).flatMap(({ name, checks }) => {
    const places = checks.map((check): Place => {
      const { start, end } = rangeOf(tokens, check);
      return { start, end, text: source.slice(start, end) };
    });
    return places.flatMap((place, index) => {
      const id = `${file}:${name}[${index}]`;
      const right = places[index + 1];
      const forced = [forcedTo(true, id, place), forcedTo(false, id, place)];
      if (right === undefined || unheard.has(name)) return forced;
      const between = source.slice(place.end, right.start);
      const text = right.text + between + place.text;
      const edit = { start: place.start, end: right.end, text };
      return forced.concat({ id: `${id} after [${index + 1}]`, file, edit });
    });
  });
}

type Place = Site["edit"];

function forcedTo(answer: boolean, id: string, { start, end, text }: Place): Site {
  const edit = { start, end, text: `{ ...(${text}), holds: () => ${answer} }` };
  return { id: `${id} holds → ${answer}`, file, edit };
}

interface List {
  readonly name: string;
  readonly checks: readonly Span[];
}

/** The rows of the one object that holds them all. */
function listsOf(tokens: readonly Token[]): readonly List[] {
  const named = tokens.findIndex(
    ({ text }, index) => text === "checks" && at(tokens, index + 1).text === "=",
  );
  const { mate: end } = at(tokens, named + 2);
  if (end === undefined) throw new Error(`${file}: no object 'checks'`);
  return partsOf(tokens, { first: named + 3, last: end - 1 }, ",").map(({ first, last }) => ({
    name: at(tokens, first).text.replaceAll('"', ""),
    checks: partsOf(tokens, { first: first + 3, last: last - 1 }, ","),
  }));
}
