import type { Registers } from '../../platform/registers.ts';
import {
  type DspCommand, dspCommands, dspCopyright, dspRates, dspReady, dspResetNs, dspStatus, dspTimeConstant, dspTransfer,
  dspVersion, sb16Interrupt, sb16Registers,
} from '../../platform/sb16.ts';
import type { SoundSink } from '../peers/sound-sink.ts';
import { dspQueueBytes, type sb16Words } from '../words/sound.ts';
import type { View } from '../words/struct.ts';
import type { AdpcmPacking } from './adpcm.ts';
import type { Clock, DuePin, TimedDevice } from './device.ts';
import type { Dma8237 } from './dma8237.ts';
import type { IsaDevice } from './isa-ports.ts';
import type { Lock } from './lock.ts';
import { Moment } from './moment.ts';
import { RegisterFile } from './register-file.ts';
import { Sb16Mixer } from './sb16-mixer.ts';
import { Sb16Stream, type Stream, streamKinds, type StreamKind } from './sb16-stream.ts';

export interface Sb16Pins extends DuePin {
  /** Drives an interrupt of the ISA bus. */
  setIrq(irq: number, level: boolean): void;
}

/** What the card is connected to. */
export interface Sb16Surroundings { readonly clock: Clock; readonly dma: Dma8237; readonly sink: SoundSink }

/** No command; no interrupt. */
const none = -1;

/**
 * A Sound Blaster 16: its DSP 4.xx and its mixer (platform/sb16.ts). The DSP takes a command as soon as it is written.
 * High-speed commands are as any other, for this DSP needs no high-speed mode: it takes commands all the while. The
 * speaker switch is only told, and a MIDI byte goes nowhere.
 */
export class Sb16 implements Registers<typeof sb16Registers>, IsaDevice, TimedDevice {
  readonly lock: Lock;
  readonly #words: View<typeof sb16Words['fields']>;
  readonly #clock: Clock;
  readonly #sink: SoundSink;
  readonly #pins: Sb16Pins;
  readonly #ready: Moment;
  readonly #mixer: Sb16Mixer;
  readonly #stream: Sb16Stream;
  readonly #registers: RegisterFile<typeof sb16Registers>;

  constructor(
    words: View<typeof sb16Words['fields']>, lock: Lock, { clock, dma, sink }: Sb16Surroundings, pins: Sb16Pins,
  ) {
    this.#words = words;
    this.lock = lock;
    this.#clock = clock;
    this.#sink = sink;
    this.#pins = pins;
    this.#ready = new Moment(words.ready);
    this.#mixer = new Sb16Mixer(words);
    this.#stream = new Sb16Stream(words, dma, sink, {
      dueChanged: () => pins.dueChanged(),
      blockEnded: ({ isWide }) => this.#blockEnded(isWide ? sb16Interrupt.word : sb16Interrupt.byte),
      dmaChannel: (width) => this.#mixer.dmaChannel(width),
    });
    this.#registers = new RegisterFile(sb16Registers, this);
  }

  /** Power-on. */
  reset(): void {
    const words = this.#words;
    this.#mixer.reset();
    words.raised = none;
    words.pulse = words.last = words.test = 0;
    this.#resetDsp();
    words.booting = 0;
  }

  get mixerAddress(): number { return this.#mixer.address; }
  set mixerAddress(value: number) { this.#mixer.address = value; }

  get mixerData(): number { return this.#mixer.data; }
  set mixerData(value: number) {
    this.#mixer.data = value;
    this.#drive();
  }

  /** The guide, chapter 2: a 1, a wait of 3 us, a 0; some time later the DSP says `dspReady`. */
  set dspReset(value: number) {
    const isHeld = (value & 1) !== 0;
    if (isHeld) this.#resetDsp();
    else if (this.#words.pulse) this.#ready.ns = this.#clock.now() + dspResetNs;
    this.#words.pulse = isHeld ? 1 : 0;
  }

  /** The oldest byte for the host; the last one again when there is none. */
  get readData(): number {
    const words = this.#words;
    if (words.count > 0) {
      words.last = words.queue[words.first]!;
      words.first = (words.first + 1) % dspQueueBytes;
      words.count--;
    }
    return words.last;
  }

  get writeStatus(): number { return dspStatus.others | (this.#isInReset ? dspStatus.flag : 0); }

  /** A command, or a byte that belongs to the one before. */
  set write(value: number) {
    const words = this.#words;
    if (this.#isInReset) return;
    if (words.command === none) {
      words.command = value;
      words.got = 0;
    } else {
      words.bytes[words.got++] = value;
    }
    if (words.got < bytesAfter(words.command)) return;
    const { command } = words;
    words.command = none;
    this.#obey(command, Uint8Array.from(words.bytes));
  }

  get readStatus(): number {
    this.#acknowledge(sb16Interrupt.byte);
    return dspStatus.others | (this.#words.count > 0 ? dspStatus.flag : 0);
  }

  get acknowledge16(): number {
    this.#acknowledge(sb16Interrupt.word);
    return 0xff;
  }

  get due(): number { return this.#stream.due; }

  tick(now: number): void {
    if (this.due > now) return;
    this.lock.acquire();
    this.#stream.advance(now);
    this.lock.release();
  }

  readPort(port: number): number {
    this.#catchUp();
    return this.#registers.read(port, 1);
  }

  writePort(port: number, value: number): void {
    this.#catchUp();
    this.#registers.write(port, 1, value);
  }

  /** Before the DMA controllers are looked at: what they show is what has been moved by now. */
  beforeDma(): void {
    this.lock.acquire();
    this.#stream.advance(this.#clock.now());
    this.lock.release();
  }

  /** After they have been programmed: a channel that gave nothing may do so. */
  afterDma(): void {
    this.lock.acquire();
    this.#stream.dmaChanged(this.#clock.now());
    this.lock.release();
  }

  /** Moves what is due, and speaks up when the reset is over. */
  #catchUp(): void {
    const now = this.#clock.now();
    this.#stream.advance(now);
    if (now < this.#ready.ns) return;
    this.#ready.ns = Infinity;
    this.#words.booting = 0;
    this.#say(dspReady);
  }

  get #isInReset(): boolean { return this.#words.booting !== 0; }

  #resetDsp(): void {
    const words = this.#words;
    this.#stream.reset();
    this.#ready.ns = Infinity;
    words.constant = words.got = words.first = words.count = words.speaker = words.pending = 0;
    words.outputRate = words.inputRate = dspRates.reset;
    words.blockSize = 1;
    words.command = none;
    words.booting = 1;
    words.bytes.fill(0);
    words.queue.fill(0);
    this.#drive();
  }

  #obey(code: number, bytes: Uint8Array): void {
    const family = code & dspTransfer.family;
    if (family === dspTransfer.family16 || family === dspTransfer.family8) {
      const [mode = 0] = bytes;
      this.#start({
        kind: code & dspTransfer.input ? streamKinds.input : streamKinds.output,
        isWide: family === dspTransfer.family16, isAuto: (code & dspTransfer.auto) !== 0,
        isStereo: (mode & dspTransfer.stereo) !== 0, isSigned: (mode & dspTransfer.signed) !== 0,
        length: lowFirst(bytes.subarray(1)) + 1, packing: 1, hasReference: false,
      });
      return;
    }
    const name = names.get(code);
    if (name !== undefined) this.#actions[name](bytes);
  }

  /** Chapter 6, in its order. */
  readonly #actions: Readonly<Record<DspCommand, (bytes: Uint8Array) => void>> = {
    directOutput: ([byte]) => {
      const rate = this.#stream.rate(directOutput);
      this.#sink.play(Int16Array.of((byte! ^ 0x80) << 8), { rate, bits: 8, channels: 1 });
    },
    output8: (bytes) => this.#startByte(streamKinds.output, { length: lowFirst(bytes) + 1 }),
    adpcm2: (bytes) => this.#startPacked(4, { bytes }),
    adpcm2Reference: (bytes) => this.#startPacked(4, { bytes, hasReference: true }),
    autoOutput8: () => this.#startByte(streamKinds.output, { isAuto: true }),
    autoAdpcm2: () => this.#startPacked(4, { hasReference: true, isAuto: true }),
    directInput: () => {
      const [sample] = this.#sink.listen(1);
      this.#sink.recorded(1);
      this.#say(sample! >> 8 & 0xff ^ 0x80);
    },
    input8: (bytes) => this.#startByte(streamKinds.input, { length: lowFirst(bytes) + 1 }),
    autoInput8: () => this.#startByte(streamKinds.input, { isAuto: true }),
    midiWrite: () => {},
    timeConstant: ([byte]) => {
      this.#words.constant = Math.max(1, Math.min(byte!, dspTimeConstant.most));
      this.#stream.retime(this.#clock.now());
    },
    outputRate: (bytes) => this.#setRate({ outputRate: highFirst(bytes) }),
    inputRate: (bytes) => this.#setRate({ inputRate: highFirst(bytes) }),
    continueAuto8: () => this.#stream.setExiting(byteWide, false),
    continueAuto16: () => this.#stream.setExiting(wordWide, false),
    blockSize: (bytes) => { this.#words.blockSize = lowFirst(bytes) + 1; },
    adpcm4: (bytes) => this.#startPacked(2, { bytes }),
    adpcm4Reference: (bytes) => this.#startPacked(2, { bytes, hasReference: true }),
    adpcm3: (bytes) => this.#startPacked(3, { bytes }),
    adpcm3Reference: (bytes) => this.#startPacked(3, { bytes, hasReference: true }),
    autoAdpcm4: () => this.#startPacked(2, { hasReference: true, isAuto: true }),
    autoAdpcm3: () => this.#startPacked(3, { hasReference: true, isAuto: true }),
    silence: (bytes) => this.#startByte(streamKinds.silence, { length: lowFirst(bytes) + 1 }),
    highSpeedAutoOutput: () => this.#startByte(streamKinds.output, { isAuto: true }),
    highSpeedOutput: () => this.#startByte(streamKinds.output, {}),
    highSpeedAutoInput: () => this.#startByte(streamKinds.input, { isAuto: true }),
    highSpeedInput: () => this.#startByte(streamKinds.input, {}),
    pause8: () => this.#stream.pause(byteWide),
    speakerOn: () => { this.#words.speaker = 1; },
    speakerOff: () => { this.#words.speaker = 0; },
    continue8: () => this.#stream.resume(byteWide, this.#clock.now()),
    pause16: () => this.#stream.pause(wordWide),
    continue16: () => this.#stream.resume(wordWide, this.#clock.now()),
    speakerStatus: () => this.#say(this.#words.speaker ? 0xff : 0),
    exitAuto16: () => this.#stream.setExiting(wordWide, true),
    exitAuto8: () => this.#stream.setExiting(byteWide, true),
    identify: ([byte]) => this.#say(~byte! & 0xff),
    version: () => this.#say(dspVersion.major, dspVersion.minor),
    copyright: () => this.#say(...Array.from(`${dspCopyright}\0`, (character) => character.charCodeAt(0))),
    writeTest: ([byte]) => { this.#words.test = byte!; },
    readTest: () => this.#say(this.#words.test),
    interrupt8: () => this.#interrupt(sb16Interrupt.byte),
    interrupt16: () => this.#interrupt(sb16Interrupt.word),
  };

  #start(stream: Stream): void {
    this.#stream.start(stream, this.#clock.now());
  }

  /** Commands of the older DSPs: 8-bit, mono, unsigned; where they do not say how long, block by block. */
  #startByte(
    kind: StreamKind,
    { length = this.#words.blockSize, isAuto = false, packing = 1, hasReference = false }: Partial<Stream>,
  ): void {
    this.#start({ kind, isWide: false, isStereo: false, isSigned: false, isAuto, length, packing, hasReference });
  }

  /** `bytes`: of the command, when they say the length. */
  #startPacked(packing: AdpcmPacking, { bytes, ...rest }: Partial<Stream> & { readonly bytes?: Uint8Array }): void {
    const length = bytes === undefined ? {} : { length: lowFirst(bytes) + 1 };
    this.#startByte(streamKinds.output, { ...rest, ...length, packing });
  }

  #setRate(rate: { readonly outputRate: number } | { readonly inputRate: number }): void {
    const clamp = (hertz: number) => Math.max(dspRates.least, Math.min(hertz, dspRates.most));
    if ('outputRate' in rate) this.#words.outputRate = clamp(rate.outputRate);
    else this.#words.inputRate = clamp(rate.inputRate);
    this.#words.constant = 0;
    this.#stream.retime(this.#clock.now());
  }

  /** Bytes for the host; what finds no room is lost. */
  #say(...bytes: readonly number[]): void {
    const words = this.#words;
    for (const byte of bytes) {
      if (words.count === dspQueueBytes) return;
      words.queue[(words.first + words.count++) % dspQueueBytes] = byte;
    }
  }

  #blockEnded(bit: number): void {
    this.#sink.blockEnded({ isLate: (this.#words.pending & bit) !== 0 });
    this.#interrupt(bit);
  }

  #interrupt(bit: number): void {
    this.#words.pending |= bit;
    this.#drive();
  }

  #acknowledge(bit: number): void {
    this.#words.pending &= ~bit;
    this.#drive();
  }

  /** Drives the interrupt that the mixer chooses, as long as something is pending. */
  #drive(): void {
    const words = this.#words;
    const wanted = words.pending === 0 ? none : this.#mixer.interrupt ?? none;
    const before = words.raised;
    if (wanted === before) return;
    words.raised = wanted;
    if (before !== none) this.#pins.setIrq(before, false);
    if (wanted !== none) this.#pins.setIrq(wanted, true);
  }
}

const directOutput = { isInput: false, channels: 1 } as const;
const byteWide = { isWide: false } as const;
const wordWide = { isWide: true } as const;

const names: ReadonlyMap<number, DspCommand> =
  new Map((Object.keys(dspCommands) as DspCommand[]).map((name) => [dspCommands[name].code, name]));

/** How many bytes follow a command; none follow one that the DSP does not know. */
function bytesAfter(code: number): number {
  const family = code & dspTransfer.family;
  if (family === dspTransfer.family16 || family === dspTransfer.family8) return dspTransfer.bytes;
  const name = names.get(code);
  return name === undefined ? 0 : dspCommands[name].bytes;
}

const lowFirst = (bytes: Uint8Array) => bytes[0]! | bytes[1]! << 8;
const highFirst = (bytes: Uint8Array) => bytes[0]! << 8 | bytes[1]!;
