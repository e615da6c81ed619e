/** The self-testing init of the Linux guests: what it prints, and what it must. */
import { expect } from 'vitest';
import type { Machine } from '../../src/host/machine.ts';
import type { CardSpec } from '../../src/machine/devices/cards.ts';

/** Steps of the processor, memory, SMP, timers and PCI; SMP steps run with any number of harts. */
export const boardSteps = [
  'CPUINFO', 'CPUCOUNT', 'AFFINITY', 'PCI',
  'CODE-ARITH', 'CODE-SMC', 'CODE-XMODIFY', 'CODE-MISALIGNED', 'CODE-SIGILL', 'CODE-SIGTRAP', 'CODE-EXEC',
  'MEM-MMAP', 'MEM-COW', 'MEM-PROT', 'MEM-SEGV', 'MEM-BIG',
  'SMP-COUNTERS', 'SMP-MSGPASS', 'SMP-STOREBUF', 'SMP-PIPE', 'SMP-FORKS', 'SMP-MIGRATE',
  'TIME-SLEEP', 'TIME-ITIMER', 'TIME-PREEMPT',
] as const;

/** What its network step reads by TFTP, with the content that it expects. */
const tftpFile = { name: 'holdout.bin', bytes: 100_000 } as const;

/** Network cards for its network step, whose remote hosts are the gateways. */
export const networkCards: readonly CardSpec[] = (['e1000', 'pcnet'] as const)
  .map((name) => ({ name, files: { [tftpFile.name]: holdoutBytes() } }));
/** What Linux calls their drivers. */
const drivers = ['e1000', 'pcnet32'] as const;

function holdoutBytes(): Uint8Array {
  return Uint8Array.from({ length: tftpFile.bytes }, (_, at) => at * 7 + (at >>> 8) * 13 + (at >>> 16) * 101);
}

/** Every card answered every ping, and gave the whole file. */
export function expectNetwork(machine: Machine): void {
  for (const driver of drivers) {
    const passed = `^H: PASS NET eth\\d driver=${driver} ping=120/120 tftp=complete bytes=${tftpFile.bytes}`;
    expect(machine.console).toMatch(new RegExp(passed, 'm'));
  }
}

const instructionLimit = 40e9;

/** Kernel arguments for a run of these groups of steps. */
export function holdoutArguments(harts: number, groups: string): string {
  return `console=ttyS0 earlycon=sbi holdout.cpus=${harts} holdout.only=${groups} ` +
    `holdout.gw=10.0.2.2 holdout.tftp=${tftpFile.name}`;
}

/** Runs the machine until Linux powers it off, after steps that all pass, `steps` among them. */
export async function expectHoldout(machine: Machine, steps: readonly string[]): Promise<void> {
  const stop = await machine.run({ maxInstructions: instructionLimit });
  const verdicts = [...machine.console.matchAll(/^H: (PASS|FAIL|WARN|SKIP) (\S+).*$/gm)];
  expect(verdicts.filter(([, verdict]) => verdict !== 'PASS').map(([line]) => line)).toEqual([]);
  expect(stop, machine.console.slice(-2000)).toEqual({ kind: 'exit', status: 0 });
  const passed = new Set(verdicts.map(([, , step]) => step));
  expect(steps.filter((step) => !passed.has(step))).toEqual([]);
  expect(machine.console).toContain('LINUX-HOLDOUT-OK');
}
