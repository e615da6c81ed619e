import { dmaChannels } from '../../platform/dma8237.ts';
import { struct, word, words } from './struct.ts';

/** The words of the sound card, its DMA controllers and what hears it; rules as in devices.ts. */
const lock = word('any', 'the lock of the device');

export const dma8237Words = struct({
  lock,
  baseAddress: words(dmaChannels, 'device', 'base address of each channel, in bytes or words'),
  baseCount: words(dmaChannels, 'device', 'base word count'),
  address: words(dmaChannels, 'device', 'current address'),
  count: words(dmaChannels, 'device', 'current word count'),
  mode: words(dmaChannels, 'device', 'mode'),
  pages: words(16, 'device', 'page registers, by port'),
  masked: word('device', 'bit per channel: its requests are ignored'),
  ended: word('device', 'bit per channel: terminal count reached, until status is read'),
  requested: word('device', 'bit per channel: software request'),
  flipFlop: word('device', 'bit per controller: the high byte is next'),
  command: words(2, 'device', 'command of each controller'),
  strays: word('device', 'bytes moved where there is no RAM'),
});

/** Bytes that the DSP has ready for the host at most: the copyright string is the longest. */
export const dspQueueBytes = 64;

export const sb16Words = struct({
  due: words(2, 'device', 'when samples are to be moved next, a moment; read without the lock'),
  clock: words(2, 'device', 'the moment from which the samples of the block are counted'),
  ready: words(2, 'device', 'when the DSP has come out of reset, a moment; Infinity once it has said so'),
  lock,
  /** See the fields of the same names in devices/sb16-stream.ts. */
  kind: word('device', 'what is under way, a StreamKind'),
  wide: word('device', '1: 16-bit samples'),
  stereo: word('device', '1: two channels'),
  signed: word('device', '1: signed samples'),
  auto: word('device', '1: auto-initialise: another block follows each'),
  length: word('device', 'samples in a block, or bytes of packed ones'),
  packing: word('device', 'samples in a byte; 1: they are not packed'),
  reference: word('device', '1: the next byte of packed samples is a sample itself'),
  level: word('device', 'the last of packed samples, -128..127'),
  scale: word('device', 'what their codes count'),
  done: word('device', 'samples of the block that were moved since `clock`'),
  left: word('device', 'samples of the block still to be moved'),
  leap: word('device', 'what of a nanosecond is to be added to `clock`, in units of 1 / the rate\'s divisor'),
  paused: word('device', 'bit 0: 8-bit transfers are, bit 1: 16-bit ones'),
  starved: word('device', '1 while the DMA channel gives nothing'),
  exiting: word('device', '1: the block under way is the last'),
  next: words(8, 'device', 'the transfer that follows the block under way: kind, wide, .. reference'),
  constant: word('device', 'time constant; 0 when a rate was set since'),
  outputRate: word('device', 'Hz'),
  inputRate: word('device', 'Hz'),
  blockSize: word('device', 'samples of a block for commands that do not say'),
  pulse: word('device', '1 while reset is held'),
  booting: word('device', '1 from reset until the DSP has said so'),
  command: word('device', 'the command whose bytes are awaited; -1 when none'),
  got: word('device', 'how many of them have come'),
  bytes: words(3, 'device', 'those'),
  first: word('device', 'where in `queue` the oldest byte is'),
  count: word('device', 'bytes ready for the host'),
  queue: words(dspQueueBytes, 'device', 'those'),
  last: word('device', 'the byte last read, which is read again when there is none'),
  test: word('device', 'test register'),
  speaker: word('device', '1 while the speaker is said to be on'),
  pending: word('device', 'interrupt status: what was not acknowledged'),
  raised: word('device', 'the IRQ that is driven; -1 when none'),
  mixerAddress: word('device', 'mixer register selected'),
  mixer: words(256, 'device', 'mixer registers'),
});

/** Samples that the sink keeps: 1.5 s of 44.1 kHz mono. */
export const soundRingSamples = 65_536;
/** Changes of format that it keeps. */
export const soundFormats = 16;

export const soundSinkWords = struct({
  total: words(2, 'device', 'samples ever heard: a 64-bit float'),
  underruns: word('device', 'times a sample was due and the DMA channel gave none'),
  late: word('device', 'blocks that followed one whose interrupt was not acknowledged'),
  blocks: word('device', 'blocks played to their end'),
  recorded: word('device', 'samples given to the recording side, modulo 2^32'),
  hash: word('device', 'running hash of the samples'),
  formatCount: word('device', 'changes of format ever'),
  formatStart: words(2 * soundFormats, 'device', 'the sample with which each format began: 64-bit floats'),
  formatRate: words(2 * soundFormats, 'device', 'the rate of each in Hz: 64-bit floats'),
  formatShape: words(soundFormats, 'device', 'bits a sample, times 4, plus channels'),
  ring: words(soundRingSamples / 2, 'device', 'the samples heard last, two to a word'),
});
