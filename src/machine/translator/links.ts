/** How many looks a link waits for others: a switch has many targets, and each merging makes the region anew. */
const ripeness = 6;

/** Which regions often follow one another. Links are collected for a while, then given out as groups to merge. */
export class Links {
  readonly #pairs: (readonly [from: number, to: number])[] = [];
  #looks = 0;

  add(from: number, to: number): void {
    this.#pairs.push([from, to]);
  }

  get hasWork(): boolean {
    return this.#pairs.length > 0;
  }

  /** The groups of regions connected by links, once the first link has waited long enough. */
  ripe(): number[][] {
    if (this.#pairs.length === 0 || ++this.#looks < ripeness) return [];
    this.#looks = 0;
    const groups = new Map<number, number[]>();
    for (const [from, to] of this.#pairs.splice(0)) {
      const a = groups.get(from) ?? [from], b = groups.get(to) ?? [to];
      const joined = a === b ? a : [...a, ...b];
      for (const member of joined) groups.set(member, joined);
    }
    return [...new Set(groups.values())];
  }
}
