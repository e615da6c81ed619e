/** Moves that happen at once: each destination gets what its source held before any of them. */

/** [destination, source] machine registers, in an order that is right one after another; cycles go through `spare`. */
export function sequential(moves: readonly (readonly [to: number, from: number])[], spare: number): [number, number][] {
  const waiting = moves.filter(([to, from]) => to !== from).map(([to, from]) => ({ to, from }));
  const result: [number, number][] = [];
  while (waiting.length > 0) {
    const ready = waiting.findIndex(({ to }) => !waiting.some(({ from }) => from === to));
    if (ready >= 0) {
      const [{ to, from }] = waiting.splice(ready, 1) as [{ to: number; from: number }];
      result.push([to, from]);
      continue;
    }
    // Only cycles are left: one register steps aside.
    const aside = waiting[0]!.from;
    result.push([spare, aside]);
    for (const move of waiting) if (move.from === aside) move.from = spare;
  }
  return result;
}
