import { expect, test } from 'vitest';
import { csrs, type CsrName } from '../../src/isa/csrs.ts';
import { encodings } from '../../src/isa/encodings.ts';
import { assembleAt } from '../../src/isa/program.ts';
import { abiNames, registerNumber } from '../../src/isa/registers.ts';
import { Reference } from '../support/reference.ts';
import { codeAddress, dataAddress, dataSize, type Case, type State } from '../support/semantics-case.ts';
import { semanticsTable } from '../support/semantics-table.ts';

const untouched = 0xdead_0000;

function prepared({ text, before }: Case): Reference {
  const hart = new Reference(codeAddress, new Map([[csrs.mscratch, 0], [csrs.mhartid, 0]]));
  hart.x.forEach((_, number) => { if (number > 0) hart.x[number] = untouched + number; });
  for (const [name, value] of Object.entries(before.registers)) hart.x[registerNumber(name)!] = value;
  for (const [name, value] of Object.entries(before.csrs)) hart.csrs.set(csrs[name as CsrName], value);
  for (const [address, value] of Object.entries(before.memory)) hart.write(Number(address), 4, value);
  assembleAt(text, codeAddress).bytes.forEach((byte, index) => hart.write(codeAddress + index, 1, byte));
  return hart;
}

/** All that a case may change, in the form of the table. */
function observed(hart: Reference): State {
  const words = Array.from({ length: dataSize / 4 }, (_, index) => dataAddress + 4 * index);
  return {
    registers: Object.fromEntries(abiNames.map((name, number) => [name, hart.x[number]! >>> 0])),
    memory: Object.fromEntries(words.map((address) => [address, hart.read(address, 4) >>> 0])),
    csrs: { mscratch: hart.csrs.get(csrs.mscratch)!, mhartid: hart.csrs.get(csrs.mhartid)! },
  };
}

test.each(semanticsTable.map((row) => [row.name, row] as const))('%s', (_, row) => {
  const hart = prepared(row);
  const before = observed(hart);
  for (let step = 1; step < row.steps; step++) expect(hart.step()).toBeUndefined();
  const trap = hart.step();
  expect(trap?.cause).toBe(row.trap?.cause);
  if (row.trap?.tval !== undefined) expect(trap?.tval).toBe(row.trap.tval);
  expect(hart.pcNow).toBe((codeAddress + row.pcOffset) >>> 0);
  expect(observed(hart)).toEqual({
    registers: { ...before.registers, ...row.after.registers },
    memory: { ...before.memory, ...row.after.memory },
    csrs: { ...before.csrs, ...row.after.csrs },
  });
});

test('every instruction has a case, except what is all privileged state', () => {
  const covered = new Set(semanticsTable.map(({ mnemonic }) => mnemonic));
  expect(Object.keys(encodings).filter((mnemonic) => !covered.has(mnemonic as keyof typeof encodings)))
    .toEqual(['sret', 'mret', 'wfi']);
});

test('a division that the manual defines otherwise is never evaluated', () => {
  const hart = new Reference(codeAddress);
  const zero = hart.constant(0);
  expect(() => hart.divide(zero, zero)()).toThrow('a division by zero was evaluated');
  expect(() => hart.divide(hart.constant(-(2 ** 31)), hart.constant(-1))()).toThrow('does not fit');
});
