/** QEMU's virt board, for runs of our images on somebody else's machine. */
import { spawnSync } from 'node:child_process';
import { Scratch } from './scratch.ts';
import { hasTools } from './tools.ts';

const program = 'qemu-system-riscv32';

export const hasQemu = hasTools([program]);
/** For the name of a skipped test. */
export const withoutQemu = `(needs ${program})`;

export interface QemuRun {
  readonly console: string;
  /** What the guest told the test finisher; undefined when it told nothing in time. */
  readonly status: number | undefined;
}

/** Bytes that are in memory when the image starts. */
export interface Payload { readonly address: number; readonly bytes: Uint8Array }

interface QemuOptions {
  readonly harts?: number;
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
export function runOnQemu(
  image: Uint8Array,
  { harts = 1, timeoutMs = 10_000, payload, initrd, append, devices = [], netdevs = [] }: QemuOptions = {},
): QemuRun {
  const scratch = new Scratch();
  try {
    const board = ['-M', 'virt', '-smp', `${harts}`, '-bios', 'none', '-kernel', scratch.write('image.elf', image)];
    // Into a file: QEMU's serial port drops what a pipe does not take at once, as on a busy machine.
    const output = scratch.write('console', '');
    const console = ['-nographic', '-monitor', 'none', '-serial', `file:${output}`];
    const loader = payload
      ? ['-device', `loader,file=${scratch.write('payload', payload.bytes)},addr=${payload.address},force-raw=on`] : [];
    const disk = initrd ? ['-initrd', scratch.write('initrd', initrd)] : [];
    const cards = [
      ...netdevs.flatMap((netdev) => ['-netdev', netdev]), ...devices.flatMap((device) => ['-device', device]),
    ];
    const words = [
      ...board, ...append === undefined ? [] : ['-append', append], ...disk, ...console, ...loader, ...cards,
    ];
    const { status } = spawnSync(program, words, { timeout: timeoutMs, stdio: 'ignore' });
    return { console: new TextDecoder().decode(scratch.read('console')), status: status ?? undefined };
  } finally {
    scratch.remove();
  }
}
