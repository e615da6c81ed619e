/**
 * Emulation of misaligned accesses and of `rdtime`. Our harts need neither, so the host plays a hart that does: where
 * such an instruction is next, it puts the hart into machine mode as a trap would. What comes of each case is compared
 * with a model of memory. The supervisor's part is guest/misaligned.ts.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Machine } from '../../../src/host/machine.ts';
import { causes } from '../../../src/isa/causes.ts';
import { mstatus } from '../../../src/isa/csrs.ts';
import { detailsAddress, machineFor } from './supervisor.ts';

/** In the order of guest/misaligned.ts: bytes, whether it stores, and the offset within the instruction. */
const operations = [
  { name: 'loadHalf', size: 2, stores: false, offset: 0 },
  { name: 'loadHalfUnsigned', size: 2, stores: false, offset: 0 },
  { name: 'loadWord', size: 4, stores: false, offset: 0 },
  { name: 'loadWordBefore', size: 4, stores: false, offset: -2044 },
  { name: 'loadNothing', size: 4, stores: false, offset: 0 },
  { name: 'storeHalf', size: 2, stores: true, offset: 0 },
  { name: 'storeWord', size: 4, stores: true, offset: 0 },
  { name: 'storeWordBefore', size: 4, stores: true, offset: -2044 },
] as const;
const addAtomically = 8, readClock = 9, readCycle = 10;
const names = [...operations.map(({ name }) => name), 'addAtomically', 'readClock', 'readCycle'];

const PTE = { V: 1, R: 2, W: 4, X: 8, U: 16, A: 64, D: 128 };
const readWrite = PTE.V | PTE.R | PTE.W | PTE.A | PTE.D, readOnly = PTE.V | PTE.R | PTE.A;
const windowStart = 0xc000_0000, tables = 0x8100_0000, frames = 0x8110_0000, megapage = 0x40_0000, page = 4096;
/** Pages from `windowStart` on. Neighbours are not neighbours in physical memory; absent ones have no rights. */
const rights = [readWrite, readWrite, 0, readOnly, readWrite | PTE.U, 0];
const frameOf = (index: number) => frames + index * 2 * page;

interface Case { readonly operation: number; readonly address: number; readonly value: number }
interface Outcome { readonly result: number; readonly cause: number; readonly tval: number }

/** Every operation at every distance from a border that splits it, at each border there is, and within a page. */
const cases: readonly Case[] = operations.flatMap(({ size }, operation) =>
  [0x101, 0x102, 0x103, 0x1000, 0x2000, 0x3000, 0x4000, 0x5000].flatMap((border) =>
    Array.from({ length: size - 1 }, (_, index) => border - 1 - index)
      .filter((at) => at % size !== 0)
      .map((at) => ({ operation, address: windowStart + at, value: 0x8182_8384 + at | 0 }))));
const others: readonly Case[] = [
  { operation: addAtomically, address: windowStart + 0x201, value: 1 },
  { operation: readClock, address: 0, value: 0 },
  { operation: readCycle, address: 0, value: 0 },
];

/** What memory holds, page by page of the window, and what becomes of it. */
class Model {
  readonly bytes = Uint8Array.from({ length: rights.length * page }, (_, index) => index * 167 >> 3);
  readonly #sum: boolean;

  constructor(sum: boolean) {
    this.#sum = sum;
  }

  expected({ operation, address, value }: Case): Outcome {
    const { name, size, stores } = operations[operation]!;
    const at = address - windowStart;
    let loaded = 0;
    for (let index = 0; index < size; index++) {
      const right = rights[(at + index) / page | 0]!;
      const allowed = (right & (stores ? PTE.W : PTE.R)) !== 0 && (this.#sum || (right & PTE.U) === 0);
      if (!allowed) {
        const cause = stores ? causes.storePageFault : causes.loadPageFault;
        return { result: this.#untouched(operation, { address, value }), cause, tval: address + index };
      }
      if (stores) this.bytes[at + index] = value >>> 8 * index;
      else loaded |= this.bytes[at + index]! << 8 * index;
    }
    const result = stores ? this.#untouched(operation, { address, value })
      : name === 'loadNothing' ? 0 : name === 'loadHalf' ? loaded << 16 >> 16 : loaded;
    return { result: result >>> 0, cause: 0, tval: 0 };
  }

  /** What the function returns when its instruction has no result: its a0, or where it copies a1, that. */
  #untouched(operation: number, { address, value }: { address: number; value: number }): number {
    const { name, offset } = operations[operation]!;
    return (name === 'loadWordBefore' ? value : name === 'loadNothing' ? 0 : address - offset) >>> 0;
  }
}

const little = (words: readonly number[]) => new Uint8Array(Uint32Array.from(words).buffer);

function writeMemory(machine: Machine, bytes: Uint8Array): void {
  const leaf = tables + page;
  const entry = (address: number, flags: number) => (address >>> 12) << 10 | flags;
  for (let index = 0; index < 8; index++) {
    const address = 0x8000_0000 + index * megapage;
    machine.write(tables + (address >>> 22) * 4, little([entry(address, readWrite | PTE.X)]));
  }
  machine.write(tables + (windowStart >>> 22) * 4, little([entry(leaf, PTE.V)]));
  rights.forEach((right, index) => {
    machine.write(leaf + index * 4, little([right === 0 ? 0 : entry(frameOf(index), right)]));
    machine.write(frameOf(index), bytes.subarray(index * page, (index + 1) * page));
  });
}

const caseAt = (index: number) => detailsAddress + 12 + 24 * index;
const offsetOf = (operation: number) => operations[operation]?.offset ?? 0;
const instructionAt = (machine: Machine, address: number) => machine.readWord(address);

/** Puts the hart into machine mode, as a trap at its pc does. */
function trap(machine: Machine, cause: number, tval: number): void {
  const hart = machine.hart(0);
  hart.mepc = hart.pc;
  hart.mcause = cause;
  hart.mtval = tval | 0;
  hart.mstatus = hart.mstatus & ~(mstatus.MPP | mstatus.MPIE | mstatus.MIE) | hart.privilege << 11;
  hart.privilege = 3;
  hart.pc = hart.mtvec;
  const { core, layout } = machine.lockstep;
  core.setContext(layout.hart(0));
}

/** Runs on to a case's instruction, one step at a time from where the supervisor says that it comes. */
async function reach(machine: Machine, operation: number): Promise<void> {
  const ending = await machine.run({ untilConsole: '!', maxInstructions: 1e6 });
  expect(ending.kind).toBe('console');
  const target = machine.symbols.address(names[operation]!)! | 0;
  for (let left = 2000; machine.hart(0).pc !== target || machine.hart(0).privilege !== 1; left--) {
    expect(left, names[operation]).toBeGreaterThan(0);
    machine.lockstep.run(1);
  }
}

/** All cases on a machine whose hart traps. */
async function play(all: readonly Case[], sum: boolean, bytes: Uint8Array): Promise<Machine> {
  const rows = all.flatMap(({ operation, address, value }) =>
    [operation, address - offsetOf(operation), value, 0, 0, 0]);
  const satp = 0x8000_0000 + tables / page;
  const details = [satp, Number(sum), all.length, ...rows];
  const machine = await machineFor({ story: 'misaligned', harts: 1, details });
  writeMemory(machine, bytes);
  for (const { operation, address } of all) {
    await reach(machine, operation);
    const instruction = instructionAt(machine, machine.hart(0).pc >>> 0);
    if (operation === addAtomically) continue; // traps by itself
    if (operation > addAtomically) trap(machine, causes.illegalInstruction, instruction);
    else trap(machine, operations[operation]!.stores ? causes.storeMisaligned : causes.loadMisaligned, address);
  }
  expect(await machine.run({ maxInstructions: 1e6 })).toEqual({ kind: 'exit', status: 0 });
  return machine;
}

function outcomeOf(machine: Machine, index: number): Outcome {
  const [result, cause, tval] = [12, 16, 20].map((offset) => machine.readWord(caseAt(index) + offset));
  return { result: result!, cause: cause!, tval: tval! };
}

describe.each([['without', false], ['with', true]] as const)('%s SUM', (_, sum) => {
  const model = new Model(sum);
  let machine: Machine;
  beforeAll(async () => { machine = await play([...cases, ...others], sum, new Model(sum).bytes.slice()); }, 30_000);
  afterAll(async () => { await machine?.dispose(); });

  test('each access does what an access does, byte by byte', () => {
    const describeCase = ({ operation, address }: Case) => `${names[operation]} at ${address.toString(16)}`;
    const seen = cases.map((each, index) => ({ what: describeCase(each), ...outcomeOf(machine, index) }));
    expect(seen).toEqual(cases.map((each) => ({ what: describeCase(each), ...model.expected(each) })));
    expect(seen.some(({ cause }) => cause === causes.loadPageFault)).toBe(true);
    expect(seen.some(({ cause }) => cause === causes.storePageFault)).toBe(true);
  });

  test('memory holds what was stored, and nothing else', () => {
    rights.forEach((_, index) => {
      const bytes = machine.read(frameOf(index), page);
      expect(Buffer.compare(bytes, model.bytes.subarray(index * page, (index + 1) * page)), `page ${index}`).toBe(0);
    });
  });

  test('what cannot be emulated is the supervisor\'s trap', () => {
    const at = cases.length;
    expect(outcomeOf(machine, at)).toEqual(
      { result: windowStart + 0x201, cause: causes.storeMisaligned, tval: windowStart + 0x201 });
    const readsCycle = instructionAt(machine, machine.symbols.address('readCycle')!);
    expect(outcomeOf(machine, at + 2)).toEqual({ result: 0, cause: causes.illegalInstruction, tval: readsCycle });
  });

  test('rdtime reads the clock', () => {
    const { result, cause } = outcomeOf(machine, cases.length + 1);
    expect(cause).toBe(0);
    expect(result).toBeGreaterThan(0);
    expect(result).toBeLessThan(machine.lockstep.now / 100);
  });
});
