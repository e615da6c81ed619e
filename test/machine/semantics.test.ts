/** The table of instructions' meanings, run on the WebAssembly interpreter and on translated code. */
import { beforeAll, describe, expect, test } from 'vitest';
import { causes } from '../../src/isa/causes.ts';
import type { Mnemonic } from '../../src/isa/encodings.ts';
import { assembleAt } from '../../src/isa/program.ts';
import { abiNames, registerNumber } from '../../src/isa/registers.ts';
import { LockstepMachine } from '../../src/machine/machine.ts';
import { ramStart } from '../../src/platform/memory-map.ts';
import { awaitTranslator, isTranslated, planOf, putWords, spoilPredecoded, wordAt } from '../support/guest.ts';
import { type Case, codeAddress, dataAddress, dataSize, type State } from '../support/semantics-case.ts';
import { semanticsTable } from '../support/semantics-table.ts';

const untouched = 0xdead_0000;
/** What runs before a case, so that a region that starts there is long enough to be worth translating. */
const lead = assembleAt('nop\nnop\nnop\nj .+36', 0).bytes;
const start = codeAddress - 48;
const handler = 0x8000_1000;
const spin = 0x8000_2000;
/** Stops the machine: no interrupt is enabled. */
const wfi = 0x1050_0073;
/** Zero words around a case's data, which no case may change. */
const margin = 64;

/** What the translator leaves to the interpreter. */
const interpreted = new Set<Mnemonic>(['ecall', 'ebreak', 'fence.i', 'sfence.vma', 'csrrw', 'csrrs', 'csrrc', 'csrrwi',
  'csrrsi', 'csrrci', 'amomin.w', 'amomax.w', 'amominu.w', 'amomaxu.w']);

function makeMachine(hotCount: number): LockstepMachine {
  const machine = new LockstepMachine({ harts: 1, ramBytes: 2 ** 24, hotCount });
  machine.load(planOf(new Uint8Array(4)));
  putWords(machine, handler, wfi);
  return machine;
}

/** Puts code where the case wants it, and after it what ends the run. */
function place(machine: LockstepMachine, { text, pcOffset, trap }: Case): void {
  machine.write(start, lead);
  machine.write(codeAddress, assembleAt(text, codeAddress).bytes);
  if (!trap && codeAddress + pcOffset >= ramStart) putWords(machine, codeAddress + pcOffset, wfi);
}

function prepare(machine: LockstepMachine, { before }: Case): void {
  const hart = machine.hart(0);
  hart.x.forEach((_, number) => { if (number > 0) hart.x[number] = untouched + number; });
  for (const [name, value] of Object.entries(before.registers)) hart.x[registerNumber(name)!] = value;
  Object.assign(hart, { mscratch: 0, mtvec: handler, mepc: 0, mcause: 0, mtval: 0, ...before.csrs });
  Object.assign(hart, { pc: start, reservation: 0, waiting: 0 });
  putWords(machine, dataAddress - margin, ...Array.from({ length: (dataSize + 2 * margin) / 4 }, () => 0));
  for (const [address, value] of Object.entries(before.memory)) putWords(machine, Number(address), value);
}

/** All that a case may change, in the form of the table, and what lies around it. */
function observed(machine: LockstepMachine): State & { readonly around: Uint8Array } {
  const hart = machine.hart(0);
  const words = Array.from({ length: dataSize / 4 }, (_, index) => dataAddress + 4 * index);
  return {
    registers: Object.fromEntries(abiNames.map((name, number) => [name, hart.x[number]! >>> 0])),
    memory: Object.fromEntries(words.map((address) => [address, wordAt(machine, address)])),
    csrs: { mscratch: hart.mscratch >>> 0, mhartid: hart.id },
    around: new Uint8Array([
      ...machine.read(dataAddress - margin, margin), ...machine.read(dataAddress + dataSize, margin),
    ]),
  };
}

/** Whether the case ends where no instruction can be, so that fetching the next one traps. */
const leavesRam = ({ trap, pcOffset }: Case) => !trap && codeAddress + pcOffset < ramStart;

/** Runs the case from a fresh state to its end, and compares. */
function check(machine: LockstepMachine, row: Case): void {
  prepare(machine, row);
  const before = observed(machine);
  const { end, steps } = machine.run(1000);
  expect(end.kind).toBe('idle');
  expect(steps).toBe(lead.length / 4 + row.steps + 1 + (leavesRam(row) ? 1 : 0));
  const hart = machine.hart(0);
  const after = (codeAddress + row.pcOffset) >>> 0;
  if (row.trap || leavesRam(row)) {
    expect(hart.pc >>> 0).toBe(handler + 4);
    expect(hart.mcause).toBe(causes[row.trap?.cause ?? 'instructionAccessFault']);
    expect(hart.mepc >>> 0).toBe(after);
    if (row.trap?.tval !== undefined) expect(hart.mtval >>> 0).toBe(row.trap.tval);
  } else {
    expect(hart.pc >>> 0).toBe(after + 4);
  }
  expect(observed(machine)).toEqual({
    registers: { ...before.registers, ...row.after.registers },
    memory: { ...before.memory, ...row.after.memory },
    csrs: { ...before.csrs, ...row.after.csrs },
    around: before.around,
  });
}

/** Whether all of a case is done by translated code, once the data's translations are cached. */
function staysTranslated({ text, trap, mnemonic }: Case): boolean {
  // The translator leaves branches to the interpreter that would trap if they were taken.
  return trap === undefined && !text.includes('.+6') && !interpreted.has(mnemonic);
}

const rows = semanticsTable.map((row) => [row.name, row] as const);

describe('interpreted', () => {
  let machine: LockstepMachine;
  beforeAll(() => void (machine = makeMachine(0)));
  test.each(rows)('%s', (_, row) => {
    place(machine, row);
    check(machine, row);
    expect(isTranslated(machine, start)).toBe(false);
  });
});

describe('translated', () => {
  let machine: LockstepMachine;
  let spoiled = 0;
  beforeAll(() => void (machine = makeMachine(1)));
  test.each(rows)('%s', (_, row) => {
    place(machine, row);
    for (let arrival = 0; arrival < 2; arrival++) check(machine, row);
    awaitTranslator(machine, spin);
    check(machine, row);
    expect(isTranslated(machine, start)).toBe(true);
    if (!staysTranslated(row)) return;
    // The interpreter would now fail at the case, so what passes is translated code.
    spoilPredecoded(machine, codeAddress);
    spoiled++;
    check(machine, row);
  });

  test('or it is noticed: interpreting what was spoiled fails', () => {
    const interpreter = makeMachine(0);
    const [row] = semanticsTable as [Case];
    place(interpreter, row);
    check(interpreter, row);
    spoilPredecoded(interpreter, codeAddress);
    expect(() => check(interpreter, row)).toThrow();
  });

  test('most cases were seen to be done by translated code', () => {
    expect(spoiled).toBeGreaterThan(semanticsTable.length * 0.8);
  });
});
