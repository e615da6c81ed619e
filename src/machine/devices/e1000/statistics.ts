import { e1000StatisticsRegisters, e1000WideStatistics } from '../../../platform/e1000.ts';
import type { RegisterMap, Registers } from '../../../platform/registers.ts';
import type { e1000StatisticsWords } from '../../words/e1000.ts';
import type { View } from '../../words/struct.ts';
import { ethernet, isBroadcast, isGroup } from '../../peers/ethernet.ts';

type Name = keyof typeof e1000StatisticsRegisters;
type Wide = keyof typeof e1000WideStatistics;
type Words = Record<Name, number>;
const most = 0xffff_ffff;

/** Section 13.7: a counter is cleared when it is read, a wide one when its upper half is. */
export class Statistics {
  readonly #words: Words;
  /** Accessors for the bus. */
  readonly registers: Registers<typeof e1000StatisticsRegisters>;

  constructor(words: View<typeof e1000StatisticsWords['fields']>) {
    this.#words = words as unknown as Words;
    const lower = new Set<string>(Object.keys(e1000WideStatistics));
    const clears = new Map<string, string>(Object.entries(e1000WideStatistics).map(([low, high]) => [high, low]));
    this.registers = Object.defineProperties({}, Object.fromEntries(
      Object.keys(e1000StatisticsRegisters satisfies RegisterMap).map((name) => [name, {
        get: () => this.#read(name as Name, { isLower: lower.has(name), clears: clears.get(name) as Name | undefined }),
      }]))) as Registers<typeof e1000StatisticsRegisters>;
  }

  reset(): void {
    for (const name of Object.keys(e1000StatisticsRegisters)) this.#words[name as Name] = 0;
  }

  count(name: Name): void {
    const value = this.#words[name] >>> 0;
    if (value !== most) this.#words[name] = value + 1;
  }

  /** A frame, without its check sequence, that was good. */
  received(frame: Uint8Array): void {
    const bytes = frame.length + ethernet.checkBytes;
    this.count('GPRC');
    this.#add('GORCL', bytes);
    if (isBroadcast(frame)) this.count('BPRC');
    else if (isGroup(frame)) this.count('MPRC');
    this.count(sizeClass(bytes, ['PRC64', 'PRC127', 'PRC255', 'PRC511', 'PRC1023', 'PRC1522']));
  }

  /** Any frame that came by. */
  passed(frame: Uint8Array): void {
    this.count('TPR');
    this.#add('TORL', frame.length + ethernet.checkBytes);
  }

  transmitted(frame: Uint8Array): void {
    const bytes = frame.length + ethernet.checkBytes;
    this.count('TPT');
    this.count('GPTC');
    this.#add('TOTL', bytes);
    this.#add('GOTCL', bytes);
    if (isBroadcast(frame)) this.count('BPTC');
    else if (isGroup(frame)) this.count('MPTC');
    this.count(sizeClass(bytes, ['PTC64', 'PTC127', 'PTC255', 'PTC511', 'PTC1023', 'PTC1522']));
  }

  #add(low: Wide, amount: number): void {
    const high = e1000WideStatistics[low];
    const sum = (this.#words[low] >>> 0) + amount;
    this.#words[low] = sum % 2 ** 32;
    if (sum < 2 ** 32) return;
    this.#words[high]++;
  }

  #read(name: Name, { isLower, clears }: { isLower: boolean; clears: Name | undefined }): number {
    const value = this.#words[name];
    if (isLower) return value;
    this.#words[name] = 0;
    if (clears !== undefined) this.#words[clears] = 0;
    return value;
  }
}

const sizeMost = [64, 127, 255, 511, 1023] as const;

/** The counter for frames of so many bytes, of six. */
function sizeClass(bytes: number, names: readonly [Name, Name, Name, Name, Name, Name]): Name {
  const index = sizeMost.findIndex((limit) => bytes <= limit);
  return names[index < 0 ? 5 : index]!;
}
