import { Machine } from '../../src/host/machine.ts';
import type { Payload, QemuRun } from './qemu.ts';

/** What `runOnQemu` does, on our own machine: interpreted at first, translated where it is hot. */
export async function runHere(image: Uint8Array, payload?: Payload): Promise<QemuRun> {
  const machine = await Machine.create({ image, memory: 64 << 20 });
  try {
    if (payload) machine.write(payload.address, payload.bytes);
    const ending = await machine.run({ maxInstructions: 20_000_000 });
    return { console: machine.console, status: ending.kind === 'exit' ? ending.status : undefined };
  } finally {
    await machine.dispose();
  }
}
