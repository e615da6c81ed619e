/** The self-testing init of the Linux guests: what it prints, and what it must. */
import { expect } from 'vitest';
import type { Machine } from '../../src/host/machine.ts';

/** Steps of the processor, memory, SMP, timers and PCI; SMP steps run with any number of harts. */
export const boardSteps = [
  'CPUINFO', 'CPUCOUNT', 'AFFINITY', 'PCI',
  'CODE-ARITH', 'CODE-SMC', 'CODE-XMODIFY', 'CODE-MISALIGNED', 'CODE-SIGILL', 'CODE-SIGTRAP', 'CODE-EXEC',
  'MEM-MMAP', 'MEM-COW', 'MEM-PROT', 'MEM-SEGV', 'MEM-BIG',
  'SMP-COUNTERS', 'SMP-MSGPASS', 'SMP-STOREBUF', 'SMP-PIPE', 'SMP-FORKS', 'SMP-MIGRATE',
  'TIME-SLEEP', 'TIME-ITIMER', 'TIME-PREEMPT',
] as const;

const instructionLimit = 40e9;

/** Kernel arguments for a run of these groups of steps. */
export function holdoutArguments(harts: number, groups: string): string {
  return `console=ttyS0 earlycon=sbi holdout.cpus=${harts} holdout.only=${groups}`;
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
