/** QEMU's virt board, for runs of our images on somebody else's machine. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Scratch } from './scratch.ts';
import { hasTools } from './tools.ts';

const program = 'qemu-system-riscv32';

export const hasQemu = hasTools([program]);
/** For the name of a skipped test. */
export const withoutQemu = `(needs ${program}, Debian's qemu-system-misc)`;

export interface QemuRun {
  readonly console: string;
  /** What the guest told the test finisher; undefined when it told nothing in time. */
  readonly status: number | undefined;
}

/** Bytes that are in memory when the image starts. */
export interface Payload { readonly address: number; readonly bytes: Uint8Array }

interface QemuOptions {
  readonly harts?: number;
  /** `single`: the harts take turns on one of the host's threads. */
  readonly threads?: 'single' | 'multi';
  readonly timeoutMs?: number;
  readonly payload?: Payload;
  readonly initrd?: Uint8Array;
  /** Kernel arguments. */
  readonly append?: string;
  /** Each what follows `-device`, and what follows `-netdev`. */
  readonly devices?: readonly string[];
  readonly netdevs?: readonly string[];
}

/** Runs an image in machine mode, without firmware, until it tells the test finisher or `timeoutMs` pass. */
export function runOnQemu(image: Uint8Array, options: QemuOptions = {}): QemuRun {
  const scratch = new Scratch();
  try {
    const { status } = spawnSync(program, wordsOf(scratch, image, options),
      { timeout: options.timeoutMs ?? 10_000, stdio: 'ignore' });
    return runOf(scratch, status);
  } finally {
    scratch.remove();
  }
}

/** Runs an image on two boards at once, until the first is done; a network backend `cable` joins them. */
export async function runPairOnQemu(
  image: Uint8Array, first: QemuOptions, second: QemuOptions,
): Promise<readonly [QemuRun, QemuRun]> {
  const scratch = [new Scratch(), new Scratch()] as const;
  const path = scratch[0].path('cable');
  const start = (index: 0 | 1, options: QemuOptions, server: 'on' | 'off') => {
    const netdevs = [`stream,id=cable,server=${server},addr.type=unix,addr.path=${path}`];
    return spawn(program, wordsOf(scratch[index], image, { ...options, netdevs }), { stdio: 'ignore' });
  };
  const running: ChildProcess[] = [];
  try {
    running.push(start(1, second, 'on'));
    await hasSocket(path);
    running.unshift(start(0, first, 'off'));
    const timer = setTimeout(() => running[0]!.kill(), first.timeoutMs ?? 10_000);
    const [status] = await once(running[0]!, 'exit') as [number | null];
    clearTimeout(timer);
    return [runOf(scratch[0], status), runOf(scratch[1], null)];
  } finally {
    for (const child of running) child.kill();
    for (const folder of scratch) folder.remove();
  }
}

/** Until QEMU listens. */
async function hasSocket(path: string): Promise<void> {
  for (let tries = 0; !existsSync(path); tries++) {
    if (tries === 1000) throw new Error(`${program} does not listen at ${path}`);
    await sleep(10);
  }
}

const runOf = (scratch: Scratch, status: number | null): QemuRun =>
  ({ console: new TextDecoder().decode(scratch.read('console')), status: status ?? undefined });

function wordsOf(
  scratch: Scratch, image: Uint8Array,
  { harts = 1, threads = 'multi', payload, initrd, append, devices = [], netdevs = [] }: QemuOptions,
): string[] {
  const board = ['-M', 'virt', '-accel', `tcg,thread=${threads}`, '-smp', `${harts}`, '-bios', 'none',
    '-kernel', scratch.write('image.elf', image)];
  // Into a file: QEMU's serial port drops what a pipe does not take at once, as on a busy machine.
  const output = scratch.write('console', '');
  const console = ['-nographic', '-monitor', 'none', '-serial', `file:${output}`];
  const loader = payload
    ? ['-device', `loader,file=${scratch.write('payload', payload.bytes)},addr=${payload.address},force-raw=on`] : [];
  const disk = initrd ? ['-initrd', scratch.write('initrd', initrd)] : [];
  const cards = [
    ...netdevs.flatMap((netdev) => ['-netdev', netdev]), ...devices.flatMap((device) => ['-device', device]),
  ];
  return [...board, ...append === undefined ? [] : ['-append', append], ...disk, ...console, ...loader, ...cards];
}
