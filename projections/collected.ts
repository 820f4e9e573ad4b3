/**
 * All that an async iterable yields, as an array: for what is small enough to be looked at whole.
 */

export async function collected<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
