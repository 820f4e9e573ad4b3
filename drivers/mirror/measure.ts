/** The size of a folder: the bytes of all its files, as far as they are there when looked at. */
import { look, namesIn } from "./look.ts";

const strideEntries = 1_000;

/** Yields the bytes seen so far, now and then; returns all of them. Throws an IoFault. */
export function* measure({ from }: { readonly from: string }): Generator<number, number, void> {
  const folders = [from];
  let [bytes, entries] = [0, 0];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const name of namesIn(folder) ?? []) {
      const stat = look(`${folder}/${name}`);
      if (stat?.isDirectory()) folders.push(`${folder}/${name}`);
      if (stat?.isFile()) bytes += Number(stat.size);
      entries += 1;
      if (entries % strideEntries === 0) yield bytes;
    }
  }
  return bytes;
}
