/** What runs a batch's image: our machine, interpreted and translated, and QEMU where it is installed. */
import { Machine } from '../../../src/host/machine.ts';
import { hasQemu, runOnQemu } from '../../support/qemu.ts';

export interface Target {
  readonly name: string;
  readonly available: boolean;
  /** Runs the image until it powers off; its console: a line per function and `done`, or what stopped it. */
  run(elf: Uint8Array): Promise<string>;
}

/** Far more than any batch takes: what runs longer does not end. */
const timeoutMs = 60_000;
const maxInstructions = 2_000_000_000;

const qemu: Target = { name: 'qemu', available: hasQemu, run: async (elf) => runOnQemu(elf, { timeoutMs }).console };

/** The interpreter alone. */
const interpreter: Target = { name: 'interpreter', available: true, run: (elf) => onMachine(elf, 0) };

/** Translates what runs twice, so that nearly everything is. */
const translator: Target = { name: 'translator', available: true, run: (elf) => onMachine(elf, 2) };

export const targets: readonly Target[] = [qemu, interpreter, translator];

async function onMachine(image: Uint8Array, hotCount: number): Promise<string> {
  const machine = await Machine.create({ image, memory: 32 << 20, hotCount });
  try {
    const ending = await machine.run({ maxInstructions });
    return ending.kind === 'exit' || ending.kind === 'reset'
      ? machine.console
      : `${machine.console}\n${JSON.stringify(ending)}\n`;
  } finally {
    await machine.dispose();
  }
}
