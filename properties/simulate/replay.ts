/** The strategy that repeats a tape, and keeps calm once the tape is at its end. */
import { optionAt, type Chooser, type Tape } from "./chooser.ts";

export function replay(tape: Tape): Chooser {
  let at = 0;
  return {
    pick(site, options) {
      const choice = tape[at] ?? 0;
      at += 1;
      return optionAt(site, options, choice);
    },
  };
}
