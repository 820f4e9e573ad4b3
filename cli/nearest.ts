/** The nearest of some words to one that was probably mistyped; undefined when none is near. */
export function nearest(word: string, words: Iterable<string>): string | undefined {
  let best: { readonly word: string; readonly distance: number } | undefined;
  for (const candidate of words) {
    const isStart = word.length > 1 && candidate.startsWith(word);
    const distance = isStart ? 1 : editDistance(word, candidate);
    if (distance < (best?.distance ?? Infinity)) best = { word: candidate, distance };
  }
  const far = Math.max(1, Math.floor(word.length / 3));
  return best !== undefined && best.distance <= far ? best.word : undefined;
}

/** ` Did you mean 'x'?`, or nothing. */
export function suggestion(word: string, words: Iterable<string>, prefix = ""): string {
  const near = nearest(word, words);
  return near === undefined ? "" : ` Did you mean '${prefix}${near}'?`;
}

/** Letters to change, add, leave out, or swap with their neighbour. */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (last[j - 1] ?? 0) + Number(a[i - 1] !== b[j - 1]);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = swapped ? (before[j - 2] ?? 0) + 1 : Infinity;
      row.push(Math.min(change, swap, (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    [before, last] = [last, row];
  }
  return last[b.length] ?? 0;
}
