/**
 * The random strategy: every option as likely as it is listed, from a seed. Also the source of
 * numbers for other strategies that draw.
 */
import { optionAt, type Chooser } from "./chooser.ts";

/** Numbers in [0, 1) from a seed: the same seed, the same numbers, on every machine. */
export function randomNumbers(seed: number): () => number {
  let [a, b, c, counter] = [seed | 0, Math.trunc(seed / 2 ** 32) | 0, 0x9e37_79b9, 1];
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let round = 0; round < 12; round += 1) next();
  return next;
}

export function random(seed: number): Chooser {
  const next = randomNumbers(seed);
  return { pick: (site, options) => drawn(site, options, next()) };
}

/** The option that a number in [0, 1) stands for. */
export function drawn<T>(site: string, options: readonly T[], number: number): T {
  return optionAt(site, options, Math.floor(number * options.length));
}
