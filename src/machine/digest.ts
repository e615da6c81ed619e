import { ramStart } from '../platform/memory-map.ts';
import { boardPlaces } from './board.ts';
import { hartWords } from './words/hart.ts';
import type { Layout } from './words/layout.ts';
import { machineWords } from './words/machine.ts';
import type { View } from './words/struct.ts';

/** FNV-1a over 32-bit words, in two lanes of 32 bits. */
class Hash {
  #a = 0x811c9dc5 | 0;
  #b = 0x050c5d1f | 0;

  add(word: number): void {
    this.#a = Math.imul(this.#a ^ word, 0x01000193);
    this.#b = Math.imul((this.#b ^ word) + (this.#b >>> 15), 0x2c1b3c6d);
  }

  text(): string {
    return [this.#a, this.#b].map((lane) => (lane >>> 0).toString(16).padStart(8, '0')).join('');
  }
}

/** The hash of the events, with one more word. */
const mixed = (hash: number, word: number): number => Math.imul(hash ^ word, 0x01000193) + (hash >>> 15) | 0;

/** What of a hart is not the guest's: how its engine happens to keep it. */
const bookkeeping: ReadonlySet<string> = new Set([
  'sink', 'left', 'deferred', 'halt', 'fault', 'physical', 'megapage', 'partial', 'budget', 'dataTables', 'codeTables',
  'dataView', 'codeView', 'nextView', 'csrResult', 'reservation',
] satisfies (keyof typeof hartWords.fields)[]);

/** Hashes of a lockstep machine's state and events, by which runs are compared. */
export class Digest {
  readonly #words: Int32Array;
  readonly #layout: Layout;
  readonly #machine: View<typeof machineWords['fields']>;

  constructor({ memory, layout, machine }: {
    memory: WebAssembly.Memory; layout: Layout; machine: View<typeof machineWords['fields']>;
  }) {
    this.#words = new Int32Array(memory.buffer);
    this.#layout = layout;
    this.#machine = machine;
  }

  /** Takes note of a device access: part of the event stream. */
  event(hart: number, physical: number, size: number, value: number): void {
    const events = this.#machine.events;
    events[0] = mixed(mixed(mixed(mixed(events[0]!, hart), physical), size), value);
    events[1]!++;
  }

  events(): string {
    const [hash = 0, count = 0] = this.#machine.events;
    return `${(hash >>> 0).toString(16).padStart(8, '0')}:${count >>> 0}`;
  }

  /** RAM, harts, devices and virtual time. */
  state(): string {
    const layout = this.#layout;
    const hash = new Hash();
    for (let hart = 0; hart < layout.harts; hart++) this.#addHart(hash, layout.hart(hart));
    const { machine, end } = boardPlaces(layout);
    // Of the machine's words, the console ring and what is before it that concerns only the engines is left out.
    this.#addWords(hash, machine, machine + machineWords.offset.started);
    this.#addWords(hash, machine + machineWords.size, end);
    this.#addWords(hash, layout.ram, layout.ram + layout.ramBytes);
    return hash.text();
  }

  #addHart(hash: Hash, at: number): void {
    for (const [name, { count }] of Object.entries(hartWords.fields)) {
      if (bookkeeping.has(name)) continue;
      const first = at + hartWords.offset[name as keyof typeof hartWords.offset];
      this.#addWords(hash, first, first + count * 4);
    }
    const reservation = this.#words[(at + hartWords.offset.reservation) >>> 2]! >>> 0;
    hash.add(reservation === 0 ? 0 : reservation - this.#layout.ram + ramStart);
  }

  #addWords(hash: Hash, from: number, to: number): void {
    for (let index = from >>> 2; index < to >>> 2; index++) hash.add(this.#words[index]!);
  }
}
