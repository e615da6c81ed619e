/** The supervisor of these tests (guest/), linked with the firmware as a kernel is, told one story at a time. */
import type { KernelImage } from '../../../src/compiler/image.ts';
import { imageFiles } from '../../../src/host/image-files.ts';
import { Machine } from '../../../src/host/machine.ts';
import type { EngineName } from '../../../src/host/machine.ts';
import { compiledModule } from '../../support/compiled.ts';
import { kernelImage } from '../../support/image.ts';
import { runOnQemu } from '../../support/qemu.ts';
import type { QemuRun } from '../../support/qemu.ts';

/** The functions that guest/main.ts lists, in its order. */
export const stories = [
  'calls', 'interrupts', 'hsm', 'fences', 'protection', 'misaligned', 'watchdog', 'nmi', 'storm', 'race',
] as const;

export interface Telling {
  readonly story: typeof stories[number];
  readonly harts: number;
  /** What the story wants to know besides: guest/request.ts. */
  readonly details?: readonly number[];
}

const requestAddress = 0x8080_0000;
/** Where a story finds its details. */
export const detailsAddress = requestAddress + 8;
/** Harts that spin while the host has no processor for those they wait for come far in the meantime. */
const instructionLimits = { lockstep: 200e6, parallel: 20e9 };

const image: KernelImage = kernelImage({
  name: 'supervisor', files: ['src/guest/firmware/', 'test/guest/firmware/guest/'],
});
let elf: Uint8Array | undefined;

/** The image, compiled once. */
export function supervisor(): Uint8Array {
  elf ??= imageFiles(image, [compiledModule(image)]).get('supervisor.elf') as Uint8Array;
  return elf;
}

/** The words that tell the supervisor what to do. */
function requestBytes({ story, harts, details = [] }: Telling): Uint8Array {
  return new Uint8Array(Uint32Array.from([stories.indexOf(story), harts, ...details]).buffer);
}

/** A machine about to tell a story. */
export async function machineFor(
  telling: Telling, options: { engine?: EngineName; seed?: number; quantum?: number; hotCount?: number } = {},
): Promise<Machine> {
  const machine = await Machine.create({ image: supervisor(), harts: telling.harts, memory: 32 << 20, ...options });
  machine.write(requestAddress, requestBytes(telling));
  return machine;
}

/** What the story prints on our machine, and how it ends. */
export async function tell(telling: Telling, options: Parameters<typeof machineFor>[1] = {}): Promise<QemuRun> {
  const machine = await machineFor(telling, options);
  try {
    const ending = await machine.run({ maxInstructions: instructionLimits[options.engine ?? 'lockstep'] });
    return { console: machine.console, status: ending.kind === 'exit' ? ending.status : undefined };
  } finally {
    await machine.dispose();
  }
}

/** QEMU's threads now and then execute code as it was before a fence: there, harts take turns. */
export function tellOnQemu(telling: Telling): QemuRun {
  return runOnQemu(supervisor(), {
    harts: telling.harts, threads: telling.story === 'fences' ? 'single' : 'multi', timeoutMs: 30_000,
    payload: { address: requestAddress, bytes: requestBytes(telling) },
  });
}
