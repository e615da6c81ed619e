/** RISC-V ABIs Specification (psABI) 1.0, table 1 (integer register convention). The index is the register number. */
export const abiNames = [
  'zero', 'ra', 'sp', 'gp', 'tp', 't0', 't1', 't2', 's0', 's1', 'a0', 'a1', 'a2', 'a3', 'a4', 'a5',
  'a6', 'a7', 's2', 's3', 's4', 's5', 's6', 's7', 's8', 's9', 's10', 's11', 't3', 't4', 't5', 't6',
] as const;

export type RegisterName = (typeof abiNames)[number];

const numbers = new Map<string, number>([
  ...abiNames.map((name, number) => [name, number] as const),
  ...abiNames.map((_, number) => [`x${number}`, number] as const),
  ['fp', 8],
]);

/** The number of a register by its ABI name, `fp` or `x0`..`x31`; undefined when there is no such register. */
export function registerNumber(name: string): number | undefined {
  return numbers.get(name);
}
