import { dmaMode, dmaPageOf } from '../../../src/platform/dma8237.ts';
import { isaPorts } from '../../../src/platform/isa.ts';
import { interruptLines, memoryMap, ramStart } from '../../../src/platform/memory-map.ts';
import { type DspCommand, dspCommands, dspReady, dspResetNs, sb16Registers } from '../../../src/platform/sb16.ts';
import { Lock } from '../../../src/machine/devices/lock.ts';
import type { Size } from '../../../src/machine/devices/register-file.ts';
import { Sb16Card, sb16Card } from '../../../src/machine/devices/sb16-card.ts';
import { makeRig } from './rig.ts';

export interface SoundRig extends ReturnType<typeof soundRig> {}

/** What a channel is to do: a mode without its channel bits, a bus address in bytes, a length in bytes. */
export interface DmaJob { readonly mode: number; readonly address: number; readonly bytes: number }

/** Play or record round and round. */
export const around = dmaMode.single | dmaMode.autoInitialise;

/** A Sound Blaster 16 on the board of `makeRig`, reached by its ports, with 1 MiB of RAM behind the DMA controllers. */
export function soundRig() {
  const rig = makeRig();
  const buffer = new SharedArrayBuffer(sb16Card.bytes);
  /** The IRQs that are driven. */
  const irqs = new Set<number>();
  const locks: Lock[] = [];
  const card = new Sb16Card({
    buffer, at: 0, index: 0, clock: rig.clock, dma: rig.ram, dueChanged: () => {}, record: undefined,
    lock: (address) => {
      const lock = new Lock(new Int32Array(buffer), address >>> 2, 1);
      locks.push(lock);
      return lock;
    },
    setLevel: (source, level) => {
      if (level) irqs.add(source - interruptLines.isa);
      else irqs.delete(source - interruptLines.isa);
    },
  });
  card.reset();
  for (const range of card.ports) rig.pci.decode(range);
  const port = (number: number) => memoryMap.pciPorts.start + number;
  const inp = (number: number, size: Size = 1) => rig.bus.read(port(number), size)!;
  const out = (number: number, value: number, size: Size = 1) => { rig.bus.write(port(number), size, value); };
  const at = (name: keyof typeof sb16Registers) => isaPorts.sb16.start + sb16Registers[name].at;
  const [timed] = card.timed;

  return {
    card, irqs, locks, inp, out, at, clock: rig.clock, ram: rig.ram.bytes, words: new Int32Array(buffer),
    sink: card.sink,
    /** Lets time pass, with the card doing what is due on the way. */
    pass(ns: number) {
      const end = rig.clock.ns + ns;
      while (timed!.due <= end) {
        rig.clock.ns = Math.max(rig.clock.ns, timed!.due);
        timed!.tick(rig.clock.ns);
      }
      rig.clock.ns = end;
    },
    get due() { return timed!.due; },
    tickAt(ns: number) {
      rig.clock.ns = ns;
      timed!.tick(ns);
    },
    write(...bytes: number[]) { for (const byte of bytes) out(at('write'), byte); },
    command(name: DspCommand, ...bytes: number[]) { this.write(dspCommands[name].code, ...bytes); },
    get hasData() { return (inp(at('readStatus')) & 0x80) !== 0; },
    readDsp(count: number) { return Array.from({ length: count }, () => inp(at('readData'))); },
    setMixer(register: number, value: number) {
      out(at('mixerAddress'), register);
      out(at('mixerData'), value);
    },
    mixer(register: number) {
      out(at('mixerAddress'), register);
      return inp(at('mixerData'));
    },
    /** The handshake of the guide; says whether the DSP is there. */
    resetDsp() {
      out(at('dspReset'), 1);
      rig.clock.ns += 3000;
      out(at('dspReset'), 0);
      rig.clock.ns += dspResetNs;
      return inp(at('readStatus')) === 0xff && inp(at('readData')) === dspReady;
    },
    /** Programs a DMA channel as Linux 2.4's asm-i386/dma.h does, and unmasks it. */
    startDma(channel: number, { mode, address, bytes }: DmaJob) {
      const isWide = channel >= 4, unit = isWide ? 2 : 1;
      const register = (offset: number) => (isWide ? isaPorts.dma2.start + 2 * offset : isaPorts.dma1.start + offset);
      const count = bytes / unit - 1, start = address / unit;
      out(register(0xa), 4 | channel & 3);
      out(register(0xc), 0);
      out(register(0xb), mode | channel & 3);
      out(isaPorts.dmaPages.start + dmaPageOf[channel]!, address >>> 16);
      out(register(2 * (channel & 3)), start & 0xff);
      out(register(2 * (channel & 3)), start >>> 8 & 0xff);
      out(register(2 * (channel & 3) + 1), count & 0xff);
      out(register(2 * (channel & 3) + 1), count >>> 8);
      out(register(0xa), channel & 3);
    },
    /** The current count of a channel, in its units. */
    residue(channel: number) {
      const register = channel >= 4 ? isaPorts.dma2.start + 2 * (2 * (channel & 3) + 1) : 2 * channel + 1;
      out(channel >= 4 ? isaPorts.dma2.start + 2 * 0xc : 0xc, 0);
      return inp(register) | inp(register) << 8;
    },
    /** What was heard by now; an access to the card makes it do what it may put off. */
    get tally() {
      inp(at('writeStatus'));
      return card.sink.tally;
    },
    /** All that was heard by now. */
    heard() { return [...card.sink.samples(0, this.tally.total)!]; },
    ramStart,
  };
}

/** The low and high byte of a length less one, as commands have it. */
export const lengthBytes = (length: number): [number, number] => [length - 1 & 0xff, length - 1 >>> 8];
export const rateBytes = (rate: number): [number, number] => [rate >>> 8, rate & 0xff];

/** Where the tests have their sound, as the DMA controllers see it. */
export const buffer = 0x1_0000;
/** Play or record to the end. */
export const once = dmaMode.single;

/** A rig whose DSP is up, with something different in every byte of the buffer. */
export function ready(): SoundRig {
  const rig = soundRig();
  rig.resetDsp();
  for (let index = 0; index < 0x8000; index++) rig.ram[buffer + index] = index * 5 + (index >>> 8) * 3;
  return rig;
}

/** Samples as the converter gets them, from bytes of the buffer. */
export const unsigned8 = (rig: SoundRig, from: number, count: number) =>
  [...rig.ram.slice(buffer + from, buffer + from + count)].map((byte) => (byte - 128) * 256);
export const signed16 = (rig: SoundRig, from: number, count: number) =>
  Array.from({ length: count }, (_, index) =>
    new DataView(rig.ram.buffer).getInt16(buffer + 2 * (from + index), true));
