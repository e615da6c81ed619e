/** The driver and the card it drives say the same: what drivers/sb/sb.ts calls things against src/platform. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dma8237Registers, dmaMode, dmaPageOf } from '../../src/platform/dma8237.ts';
import { isaPorts } from '../../src/platform/isa.ts';
import { interruptLines } from '../../src/platform/memory-map.ts';
import {
  dspCommands, dspReady, dspStatus, dspTransfer, mixer, sb16Interrupt, sb16Registers,
} from '../../src/platform/sb16.ts';
import { projectFolder } from '../support/compiled.ts';

/** The constants of a guest file, by name. */
function constantsOf(path: string): Record<string, number> {
  const text = readFileSync(join(projectFolder, path), 'utf8');
  return Object.fromEntries([...text.matchAll(/\b([A-Z][A-Z0-9_]+) = (0x[0-9a-f]+|\d+)\b/g)]
    .map(([, name, value]) => [name!, Number(value)]));
}

test('the card\'s ports, commands, mixer registers', () => {
  const { readData, dspReset, writeStatus, write, readStatus, acknowledge16, mixerAddress, mixerData } = sb16Registers;
  expect(constantsOf('drivers/sb/sb.ts')).toMatchObject({
    SB_PORTS: isaPorts.sb16.bytes, MIXER_ADDR: mixerAddress.at, MIXER_DATA: mixerData.at,
    DSP_RESET: dspReset.at, DSP_READ: readData.at, DSP_STATUS: writeStatus.at, DSP_COMMAND: write.at,
    DSP_DATA_AVAIL: readStatus.at, DSP_DATA_AVL16: acknowledge16.at, DSP_FLAG: dspStatus.flag,
    DSP_CMD_OUTRATE: dspCommands.outputRate.code, DSP_CMD_PAUSE8: dspCommands.pause8.code,
    DSP_CMD_PAUSE16: dspCommands.pause16.code, DSP_CMD_SPKON: dspCommands.speakerOn.code,
    DSP_CMD_SPKOFF: dspCommands.speakerOff.code, DSP_CMD_EXIT8: dspCommands.exitAuto8.code,
    DSP_CMD_EXIT16: dspCommands.exitAuto16.code,
    DSP_CMD_VERSION: dspCommands.version.code, DSP_CMD_IRQ8: dspCommands.interrupt8.code,
    DSP_CMD_OUT8: dspTransfer.family8, DSP_CMD_OUT16: dspTransfer.family16, DSP_MODE_SIGNED: dspTransfer.signed,
    DSP_MODE_STEREO: dspTransfer.stereo, IRQ_NR: mixer.interruptSetup, DMA_NR: mixer.dmaSetup,
    IRQ_STAT: mixer.interruptStatus, IRQ_STAT_8: sb16Interrupt.byte, IRQ_STAT_16: sb16Interrupt.word,
  });
  expect(constantsOf('drivers/sb/sb.ts')['DSP_AUTO']! & dspTransfer.auto).toBe(dspTransfer.auto);
  expect(constantsOf('drivers/sb/sb_common.ts')).toMatchObject({ DSP_READY: dspReady });
});

test('the DMA controllers and the interrupts of the ISA bus', () => {
  const dma = constantsOf('src/guest/kernel/arch/isa_dma.ts');
  expect(dma).toMatchObject({
    DMA1_BASE: isaPorts.dma1.start, DMA2_BASE: isaPorts.dma2.start, PAGE_BASE: isaPorts.dmaPages.start,
    DMA_MASK: dma8237Registers.mask.at, DMA_MODE: dma8237Registers.mode.at,
    DMA_CLEAR_FF: dma8237Registers.clearFlipFlop.at, DMA_MODE_READ: dmaMode.single | dmaMode.write,
    DMA_MODE_WRITE: dmaMode.single | dmaMode.read, DMA_MODE_CASCADE: dmaMode.cascade,
    DMA_AUTOINIT: dmaMode.autoInitialise,
  });
  const text = readFileSync(join(projectFolder, 'src/guest/kernel/arch/isa_dma.ts'), 'utf8');
  expect(/page_ports: .* = \[(.*)\]/.exec(text)![1]!.split(', ').map(Number)).toEqual(dmaPageOf);
  expect(constantsOf('src/guest/kernel/arch/isa.ts')).toMatchObject({ ISA_SOURCE: interruptLines.isa });
});
