/** Many things at once, a bounded number of them, told in the order in which they were given. */

/** What `act` makes of the items, in their order; at most `atOnce` are under way. */
export async function* inOrder<Item, Result>(
  items: Iterable<Item>,
  atOnce: number,
  act: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const underWay: Promise<Result>[] = [];
  for (const item of items) {
    const acting = act(item);
    // Whoever comes to it hears of its failure; until then it is nobody's fault.
    acting.catch(() => {});
    underWay.push(acting);
    const first = underWay.length < atOnce ? undefined : underWay.shift();
    if (first !== undefined) yield await first;
  }
  for (const acting of underWay) yield await acting;
}
