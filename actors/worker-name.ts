/** The form of a worker's name: a word in the history, and part of a key of the bus. */

const form = /^[^\s\p{C}]{1,64}$/u;

/** What is wrong with a worker's name; undefined when nothing is. */
export function whyNotWorkerName(name: string): string | undefined {
  if (form.test(name)) return undefined;
  return `expected 1 to 64 visible characters, none of them a space; found ${JSON.stringify(name)}`;
}
