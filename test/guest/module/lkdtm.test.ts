/**
 * The kernel crashed in chosen ways by the module lkdtm: as Linux 2.4, it survives an exception in process context and
 * panics in interrupt context. The same on our machine and on QEMU.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { hasQemu, runOnQemu, withoutQemu } from '../../support/qemu.ts';
import { Session, shipped, type System } from '../../support/system.ts';

let system: System;
beforeAll(async () => { system = await shipped(); }, 120_000);

/** lkdtm's types: src/guest/modules/lkdtm.ts. */
const survived: Readonly<Record<string, { type: number; says: readonly RegExp[] }>> = {
  'BUG()': { type: 2, says: [/^kernel BUG \[#1\]$/m, /^Modules linked in: lkdtm$/m] },
  'a store at null': {
    type: 3,
    says: [
      /^Unable to handle kernel NULL pointer dereference at virtual address 00000000$/m,
      /^CPU: \d  task: insmod \(pid \d+\)$/m, /^pc: .*init_module\+0x[0-9a-f]+\/0x[0-9a-f]+ \[lkdtm\]$/m,
      /start\+0x[0-9a-f]+\/0x[0-9a-f]+$/m,
    ],
  },
  'a stack overflow': { type: 4, says: [/^kernel stack overflow \[#1\]$/m, /^pc: .*recurse.* \[lkdtm\]$/m] },
  'a store to the kernel\'s code': { type: 5, says: [/^Unable to handle kernel paging request at virtual address 8/m] },
  'a jump to data': { type: 6, says: [/^Oops: fetch \[#1\]$/m] },
};

const fatal: Readonly<Record<string, { type: number; append?: string; says: readonly RegExp[] }>> = {
  'panic()': { type: 1, says: [/^Kernel panic: dumptest$/m] },
  'a store at null in a timer': {
    type: 9,
    says: [/^pc: .*store_at_null.* \[lkdtm\]$/m, /^Kernel panic: Aiee, killing interrupt handler!$/m],
  },
  'a lock that an interrupt wants too': {
    type: 8, says: [/lock lkdtm_lock, recursion/, /^Kernel panic: Aiee, killing interrupt handler!$/m],
  },
  'an oops with panic_on_oops=1': {
    type: 3, append: 'panic_on_oops=1', says: [/\[lkdtm\]$/m, /^Kernel panic: Fatal exception$/m],
  },
  'a hart that spins with interrupts off': {
    type: 7, append: 'nmi_watchdog=1',
    says: [/^NMI Watchdog detected LOCKUP on CPU\d, registers:$/m, /^pc: .*init_module.* \[lkdtm\]$/m,
      /^CPU\d: runs insmod$/m, /^Kernel panic: CPU\d hangs at pc /m],
  },
};

const insmod = (type: number) => `insmod /lib/modules/lkdtm.o type=${type}`;

describe('in process context the task dies and the system lives', () => {
  test.each(Object.entries(survived))('%s', { timeout: 60_000 }, async (_, { type, says }) => {
    const session = await Session.boot(system, { harts: 2, seed: type });
    try {
      const said = await session.command(insmod(type));
      for (const words of says) expect(said).toMatch(words);
      expect(said).toContain('Segmentation fault');
      expect(await session.command('echo alive; cat /proc/modules')).toMatch(/^alive\nlkdtm .*\(initializing\)\n$/);
    } finally {
      await session.machine.dispose();
    }
  });
});

describe('what the kernel cannot survive ends in a panic, which with panic=-1 turns the machine off', () => {
  test.each(Object.entries(fatal))('%s', { timeout: 60_000 }, async (_, { type, append = '', says }) => {
    const session = await Session.boot(system, { harts: 2, seed: type, append: `panic=-1 ${append}` });
    const { machine } = session;
    try {
      machine.type(`${insmod(type)}\n`);
      expect(await machine.run({ maxInstructions: 4e9 })).toEqual({ kind: 'exit', status: 1 });
      for (const words of says) expect(machine.console.replaceAll('\r', '')).toMatch(words);
    } finally {
      await machine.dispose();
    }
  });
});

const script = (type: number) => [
  { path: 'etc/rc', mode: 0o100644, contents: new TextEncoder().encode(`${insmod(type)}\necho alive\npoweroff\n`) },
];

test.skipIf(!hasQemu)(`on QEMU the same ${hasQemu ? '' : withoutQemu}`, { timeout: 120_000 }, () => {
  const options = (type: number) => ({
    harts: 2, append: 'panic=-1 nmi_watchdog=1', initrd: system.initrd(script(type)), timeoutMs: 30_000,
  });
  for (const { type, says } of Object.values(survived)) {
    const { console } = runOnQemu(system.kernel, options(type));
    for (const words of [...says, /^alive$/m]) expect(console.replaceAll('\r', '')).toMatch(words);
  }
  for (const { type, says, append } of Object.values(fatal)) {
    if (append === 'panic_on_oops=1') continue;
    const { console } = runOnQemu(system.kernel, options(type));
    for (const words of says) expect(console.replaceAll('\r', '')).toMatch(words);
  }
});
