/** Machines for tests: lockstep ones, made from a text in assembly language or set up by hand. */
import { assembleAt, type Image } from '../../src/isa/program.ts';
import { operations } from '../../src/machine/core/operations.ts';
import { type LockstepOptions, LockstepMachine } from '../../src/machine/machine.ts';
import { codePage, engineLayout, engineParts } from '../../src/machine/words/layout.ts';
import type { LoadPlan } from '../../src/machine/image/load.ts';
import { ramStart } from '../../src/platform/memory-map.ts';

const MiB = 2 ** 20;

/** What puts `bytes` at the start of RAM, where every hart starts. */
export function planOf(bytes: Uint8Array): LoadPlan {
  const block = { name: 'test', address: ramStart, bytes, size: bytes.length };
  return { blocks: [block], pc: ramStart, start: ramStart, deviceTree: 0, elves: [] };
}

/** A machine of 16 MiB and one hart, unless the options differ, about to execute `text`; and the text's labels. */
export function bootText(text: string, options: Partial<LockstepOptions> = {}): Guest {
  const image = assembleAt(text, ramStart);
  const machine = new LockstepMachine({ harts: 1, ramBytes: 16 * MiB, ...options });
  machine.load(planOf(image.bytes));
  return { machine, symbols: image.symbols };
}

export interface Guest {
  readonly machine: LockstepMachine;
  readonly symbols: Image['symbols'];
}

/** The word at a physical address of RAM, unsigned. */
export function wordAt(machine: LockstepMachine, address: number): number {
  return new DataView(machine.read(address, 4).buffer).getUint32(0, true);
}

/** Writes words from a physical address on, as a debugger does. */
export function putWords(machine: LockstepMachine, address: number, ...words: readonly number[]): void {
  machine.write(address, new Uint8Array(Int32Array.from(words, (word) => word | 0).buffer));
}

/** The code pages for a virtual address, as byte addresses of the machine's memory. */
function codePagesAt({ memory, layout }: LockstepMachine, address: number): number[] {
  const words = new Int32Array(memory.buffer);
  const { codePages } = engineLayout(layout, 0);
  const pages: number[] = [];
  for (let index = 0; index < engineParts.codePages; index++) {
    const page = codePages + index * codePage.bytes;
    if (words[(page + codePage.sentinel) >>> 2] !== operations.pageEnd) break;
    if (words[(page + codePage.virtual) >>> 2]! >>> 0 === (address & -4096) >>> 0) pages.push(page);
  }
  return pages;
}

/** Whether a translated region can be entered at a virtual address. */
export function isTranslated(machine: LockstepMachine, address: number): boolean {
  const words = new Int32Array(machine.memory.buffer);
  return codePagesAt(machine, address).some((page) => words[(page + codePage.entries + (address & 0xffc)) >>> 2]! < 0);
}

/** Makes it look as if a virtual address had been jumped to so often without being translated. */
export function setArrivals(machine: LockstepMachine, address: number, count: number): void {
  const words = new Int32Array(machine.memory.buffer);
  for (const page of codePagesAt(machine, address)) words[(page + codePage.entries + (address & 0xffc)) >>> 2] = count;
}

/** Makes the interpreter, but not the translated code, find an illegal instruction at a virtual address. */
export function spoilPredecoded(machine: LockstepMachine, address: number): void {
  const bytes = new Uint8Array(machine.memory.buffer);
  for (const page of codePagesAt(machine, address)) bytes[page + ((address & 0xffc) << 1)] = operations.illegal;
}

/** How many turns the translator may wait before it serves a request. */
const mostLooks = 12;

/** Lets hart 0 take turns of one step in a loop at `spin`, until the translator has had time for all its requests. */
export function awaitTranslator(machine: LockstepMachine, spin: number): void {
  const hart = machine.hart(0);
  const { pc } = hart;
  putWords(machine, spin, 0x0000_006f);
  Object.assign(hart, { pc: spin | 0, waiting: 0 });
  for (let look = 0; look < mostLooks; look++) machine.run(1);
  hart.pc = pc;
}
