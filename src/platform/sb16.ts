/**
 * Creative's "Sound Blaster Series Hardware Programming Guide" (1993-1996), which "the guide" means in the files of the
 * Sound Blaster 16: chapter 2 (DSP ports), 3 (digitised sound), 4 (mixer), 6 (DSP commands), and its appendix A.
 */
import { ro, rw, wo } from './registers.ts';

/** Ports from the card's base, 0x220; byte registers. FM synthesiser, MPU-401 and CD interface are absent. */
export const sb16Registers = {
  mixerAddress: rw(0x4, 'mixer register selected'),
  mixerData: rw(0x5, 'the mixer register selected'),
  dspReset: wo(0x6, 'DSP reset'),
  readData: ro(0xa, 'DSP read data'),
  writeStatus: ro(0xc, 'DSP write-buffer status'),
  write: wo(0xc, 'DSP write: command or data'),
  readStatus: ro(0xe, 'DSP read-buffer status; a read acknowledges the 8-bit interrupt'),
  acknowledge16: ro(0xf, 'a read acknowledges the 16-bit interrupt'),
} as const;

/** The bit of writeStatus that says busy, and of readStatus that says there is data; the others read as ones. */
export const dspStatus = { flag: 0x80, others: 0x7f } as const;

/** What the DSP says when it has been reset, and its version: 4.13, as on the last cards. */
export const dspReady = 0xaa;
export const dspVersion = { major: 4, minor: 13 } as const;
/**
 * From the end of the reset pulse until dspReady can be read. The guide says about 100 us; drivers that poll count on
 * ISA reads of a microsecond each, which here take as long as an instruction: Linux 2.4 waits 30 us and then polls 1000
 * times (drivers/sound/sb_common.c, sb_dsp_reset), so that a card as slow would not be found.
 */
export const dspResetNs = 20_000;
export const dspCopyright = 'COPYRIGHT (C) CREATIVE TECHNOLOGY LTD, 1992.';

/** Chapter 6: the commands of DSP 4.xx, and how many bytes follow each. ADPCM is named by its bits; 3 are 2.6. */
export const dspCommands = {
  directOutput: { code: 0x10, bytes: 1 },
  output8: { code: 0x14, bytes: 2 },
  adpcm2: { code: 0x16, bytes: 2 },
  adpcm2Reference: { code: 0x17, bytes: 2 },
  autoOutput8: { code: 0x1c, bytes: 0 },
  autoAdpcm2: { code: 0x1f, bytes: 0 },
  directInput: { code: 0x20, bytes: 0 },
  input8: { code: 0x24, bytes: 2 },
  autoInput8: { code: 0x2c, bytes: 0 },
  midiWrite: { code: 0x38, bytes: 1 },
  timeConstant: { code: 0x40, bytes: 1 },
  outputRate: { code: 0x41, bytes: 2 },
  inputRate: { code: 0x42, bytes: 2 },
  continueAuto8: { code: 0x45, bytes: 0 },
  continueAuto16: { code: 0x47, bytes: 0 },
  blockSize: { code: 0x48, bytes: 2 },
  adpcm4: { code: 0x74, bytes: 2 },
  adpcm4Reference: { code: 0x75, bytes: 2 },
  adpcm3: { code: 0x76, bytes: 2 },
  adpcm3Reference: { code: 0x77, bytes: 2 },
  autoAdpcm4: { code: 0x7d, bytes: 0 },
  autoAdpcm3: { code: 0x7f, bytes: 0 },
  silence: { code: 0x80, bytes: 2 },
  highSpeedAutoOutput: { code: 0x90, bytes: 0 },
  highSpeedOutput: { code: 0x91, bytes: 0 },
  highSpeedAutoInput: { code: 0x98, bytes: 0 },
  highSpeedInput: { code: 0x99, bytes: 0 },
  pause8: { code: 0xd0, bytes: 0 },
  speakerOn: { code: 0xd1, bytes: 0 },
  speakerOff: { code: 0xd3, bytes: 0 },
  continue8: { code: 0xd4, bytes: 0 },
  pause16: { code: 0xd5, bytes: 0 },
  continue16: { code: 0xd6, bytes: 0 },
  speakerStatus: { code: 0xd8, bytes: 0 },
  exitAuto16: { code: 0xd9, bytes: 0 },
  exitAuto8: { code: 0xda, bytes: 0 },
  identify: { code: 0xe0, bytes: 1 },
  version: { code: 0xe1, bytes: 0 },
  copyright: { code: 0xe3, bytes: 0 },
  writeTest: { code: 0xe4, bytes: 1 },
  readTest: { code: 0xe8, bytes: 0 },
  interrupt8: { code: 0xf2, bytes: 0 },
  interrupt16: { code: 0xf3, bytes: 0 },
} as const;
export type DspCommand = keyof typeof dspCommands;

/** Commands 0xbx (16-bit) and 0xcx (8-bit) digitised sound: a mode byte and a length follow. */
export const dspTransfer = {
  family16: 0xb0, family8: 0xc0, family: 0xf0, bytes: 3,
  /** Bits of the command. FIFO on or off is all one here. */
  input: 1 << 3, auto: 1 << 2,
  /** Bits of the mode byte. */
  signed: 1 << 4, stereo: 1 << 5,
} as const;

/** Commands 41h and 42h: sampling rates in Hz. */
export const dspRates = { least: 5000, most: 45_000, reset: 11_025 } as const;
/** Command 40h: a time constant of t is a byte every 256 - t us; the fastest is that of high-speed mono, 44.1 kHz. */
export const dspTimeConstant = { limit: 256, most: 234 } as const;

/** Figure 4-5: registers of the CT1745. A volume of five bits is in bits 7..3. `.L` comes first, `.R` behind it. */
export const mixer = {
  reset: 0x00, voice4: 0x04, mic3: 0x0a, master4: 0x22, midi4: 0x26, cd4: 0x28, line4: 0x2e,
  master: 0x30, voice: 0x32, midi: 0x34, cd: 0x36, line: 0x38, mic: 0x3a, speaker: 0x3b,
  outputSwitches: 0x3c, inputSwitches: 0x3d, inputGain: 0x3f, outputGain: 0x41, agc: 0x43, treble: 0x44, bass: 0x46,
  interruptSetup: 0x80, dmaSetup: 0x81, interruptStatus: 0x82,
} as const;

/** The bits that each register keeps, and its value after a reset; the others read as zeros. */
export const mixerRegisters: Readonly<Record<number, { readonly bits: number; readonly initial: number }>> = {
  0x30: { bits: 0xf8, initial: 24 << 3 }, 0x31: { bits: 0xf8, initial: 24 << 3 },
  0x32: { bits: 0xf8, initial: 24 << 3 }, 0x33: { bits: 0xf8, initial: 24 << 3 },
  0x34: { bits: 0xf8, initial: 24 << 3 }, 0x35: { bits: 0xf8, initial: 24 << 3 },
  0x36: { bits: 0xf8, initial: 0 }, 0x37: { bits: 0xf8, initial: 0 },
  0x38: { bits: 0xf8, initial: 0 }, 0x39: { bits: 0xf8, initial: 0 },
  0x3a: { bits: 0xf8, initial: 0 }, 0x3b: { bits: 0xc0, initial: 0 },
  0x3c: { bits: 0x1f, initial: 0x1f }, 0x3d: { bits: 0x7f, initial: 0x15 }, 0x3e: { bits: 0x7f, initial: 0x0b },
  0x3f: { bits: 0xc0, initial: 0 }, 0x40: { bits: 0xc0, initial: 0 },
  0x41: { bits: 0xc0, initial: 0 }, 0x42: { bits: 0xc0, initial: 0 }, 0x43: { bits: 0x01, initial: 0 },
  0x44: { bits: 0xf0, initial: 8 << 4 }, 0x45: { bits: 0xf0, initial: 8 << 4 },
  0x46: { bits: 0xf0, initial: 8 << 4 }, 0x47: { bits: 0xf0, initial: 8 << 4 },
};

/** The older chip's stereo volumes: four bits each, left and right, over a pair of registers of today. */
export const mixerPairs: Readonly<Record<number, number>> = {
  [mixer.voice4]: mixer.voice, [mixer.master4]: mixer.master, [mixer.midi4]: mixer.midi, [mixer.cd4]: mixer.cd,
  [mixer.line4]: mixer.line,
};

/** Interrupt setup, register 0x80: the IRQ of each bit. IRQ2 of the ISA bus is IRQ9 since the AT. */
export const sb16Interrupts: readonly number[] = [9, 5, 7, 10];
/** DMA setup, register 0x81: the channel of each bit; 2 and 4 cannot be chosen. */
export const sb16DmaChannels = { byte: [0, 1, 3], word: [5, 6, 7] } as const;
/** The settings the card is delivered with: IRQ5, DMA channels 1 and 5. */
export const sb16Defaults = { interruptSetup: 1 << 1, dmaSetup: 1 << 1 | 1 << 5 } as const;
/** Bits of the interrupt status, register 0x82. */
export const sb16Interrupt = { byte: 1 << 0, word: 1 << 1 } as const;
