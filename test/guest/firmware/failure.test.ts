/** What the firmware does about a bug of its own: the hart tells and stops, and the others need not wait for it. */
import { expect, test, vi } from 'vitest';
import { machineFor } from './supervisor.ts';

// A busy host has no processor for a thread or QEMU for a while.
vi.setConfig({ testTimeout: 30_000 });

const rounds = 80;

test('a trap in machine mode is reported, and stops the hart only', async () => {
  const machine = await machineFor({ story: 'fences', harts: 2 }, { quantum: 20 });
  try {
    const failing = machine.hart(1), other = machine.hart(0);
    const handler = machine.symbols.address('handleTrap')!;
    for (let left = 1_000_000; failing.pc >>> 0 !== handler; left--) {
      expect(left).toBeGreaterThan(0);
      machine.lockstep.run(1);
    }
    failing.x[5] = 0x0bad;
    failing.pc = 0x40;
    const stack = failing.x[2]! >>> 0;
    const { kind } = await machine.run({ maxInstructions: 3_000_000 });
    expect(kind).toBe('limit');
    const hex = (value: number) => value.toString(16).padStart(8, '0');
    expect(machine.console).toContain(
      '\nfirmware: trap in machine mode, hart 00000001\nmcause 00000001 mepc 00000040 mtval 00000040 mstatus ');
    expect(machine.console).toContain(`x02 ${hex(stack)} `);
    expect(machine.console).toContain('\nx05 00000bad ');
    expect(failing.waiting).toBe(1);
    expect(other.privilege).toBe(1);
    expect(machine.readWord(machine.symbols.address('rounds')!)).toBe(rounds);
  } finally {
    await machine.dispose();
  }
});
