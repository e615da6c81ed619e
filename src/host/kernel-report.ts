/** What the kernel is at, in lines, for those who must find out why it does not go on. */
import type { GuestKernel } from './guest-kernel.ts';
import type { Machine } from './machine.ts';

const states: Readonly<Record<number, string>> = { 0: 'ready', 1: 'sleeps', 2: 'waits', 4: 'zombie', 8: 'stopped' };
const domainStates = ['free', 'closed', 'live', 'failed'];
/** Return addresses of a task. */
const longestTrail = 12;

/** Harts, locks that are waited for, domains, tasks. */
export function reportKernel(machine: Machine, kernel: GuestKernel): string[] {
  const name = (address: number) => machine.symbols.describe(address);
  const harts = Array.from({ length: machine.harts }, (_, index) => {
    const { pc, waiting } = machine.hart(index);
    return `hart ${index}: ${waiting ? 'asleep' : name(pc)}`;
  });
  const spins = kernel.spins().map(({ cpu, lock, lockAddress, holder }) => {
    const held = holder === undefined ? '' : `, held by CPU${holder}`;
    return `CPU${cpu} spins on ${lock} at 0x${lockAddress.toString(16)}${held}`;
  });
  const domains = kernel.domains().map((domain) =>
    `domain ${domain.name}: ${domainStates[domain.state]}, ${domain.inside} inside`);
  const tasks = kernel.tasks().map((task) => {
    const where = kernel.trail(task).slice(0, longestTrail).map(name).join(' ');
    const how = `task ${task.pid} ${task.name}: ${states[task.state] ?? task.state}`;
    return task.onCpu ? `${how}, running` : `${how}: ${where}`;
  });
  return [...harts, ...spins, ...domains, ...tasks];
}
