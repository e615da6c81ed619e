import {
  e1000TransmitRegisters, flushPartialDescriptors, interruptCause, TCTL, transmitDescriptor as bit,
} from '../../../platform/e1000.ts';
import { ethernet, join, wireNs, withoutCheck } from '../../peers/ethernet.ts';
import { e1000Timer, type e1000TransmitWords, type e1000Words } from '../../words/e1000.ts';
import type { View } from '../../words/struct.ts';
import type { Clock, Dma } from '../device.ts';
import { keptRegisters } from '../kept-registers.ts';
import { moments } from '../moment.ts';
import type { Interrupts } from './interrupts.ts';
import { contextOf, insertChecksum, segment } from './offload.ts';
import { addressOf, type DescriptorWords, Ring } from './ring.ts';
import type { Statistics } from './statistics.ts';

export interface TransmitterPins {
  readonly dma: Dma;
  readonly clock: Clock;
  readonly interrupts: Interrupts;
  readonly statistics: Statistics;
  readonly general: { readonly VET: number };
  readonly isOnline: boolean;
  readonly isMaster: boolean;
  readonly bitsPerSecond: number;
  /** A frame leaves; its last bit at `ns`. */
  send(frame: Uint8Array, ns: number): void;
}

/** Section 3.3.3: the longest packet that is sent; and the longest that segmentation takes. */
const packetBytesMost = 16_288;
const segmentedBytesMost = 0x4_0000;

/** The parts of the words of a descriptor. */
const commandOf = (words: DescriptorWords) => words[2] >>> 24;
const isExtended = (words: DescriptorWords) => (commandOf(words) & bit.DEXT) !== 0;
const typeOf = (words: DescriptorWords) => words[2] >>> 20 & 15;
const isContext = (words: DescriptorWords) => isExtended(words) && typeOf(words) === bit.context;
const lengthOf = (words: DescriptorWords) => words[2] & (isExtended(words) ? 0xf_ffff : 0xffff);

/**
 * The transmitter of the 82540EM: sections 3.3 and 3.4. A packet is fetched whole when the one before has left; its
 * descriptors are written back when its last bit is out, at the speed of the wire. While the link is down nothing is
 * fetched.
 */
export class Transmitter extends keptRegisters(e1000TransmitRegisters) {
  readonly #chip: View<typeof e1000Words['fields']>;
  readonly #timers: Float64Array;
  readonly #pins: TransmitterPins;

  constructor(
    words: View<typeof e1000TransmitWords['fields']>, chip: View<typeof e1000Words['fields']>, pins: TransmitterPins,
  ) {
    super(words);
    this.#chip = chip;
    this.#timers = moments(chip.timers);
    this.#pins = pins;
  }

  reset(): void {
    const { words } = this;
    words.TCTL = words.TIPG = words.AIT = words.TDBAL = words.TDBAH = words.TDLEN = words.TDH = words.TDT = 0;
    words.TIDV = words.TXDCTL = words.TADV = words.TSPMT = 0;
    words.TXDMAC = 1;
    this.#chip.sending = this.#chip.sendingTo = 0;
    this.#chip.contexts.fill(0);
    this.#timers[e1000Timer.transmit] = Infinity;
  }

  override get TCTL(): number { return this.words.TCTL; }
  override set TCTL(bits: number) {
    this.words.TCTL = bits;
    this.start();
  }

  override get TDLEN(): number { return this.words.TDLEN; }
  override set TDLEN(bytes: number) { this.words.TDLEN = bytes & 0xf_ff80; }

  override get TDH(): number { return this.words.TDH; }
  override set TDH(index: number) { this.words.TDH = index & 0xffff; }

  override get TDT(): number { return this.words.TDT; }
  override set TDT(index: number) {
    this.words.TDT = index & 0xffff;
    this.start();
  }

  override get TIDV(): number { return this.words.TIDV; }
  override set TIDV(delay: number) {
    this.words.TIDV = delay & 0xffff;
    if (delay & flushPartialDescriptors) this.#pins.interrupts.flushTransmitted();
  }

  override get TADV(): number { return this.words.TADV; }
  override set TADV(delay: number) { this.words.TADV = delay & 0xffff; }

  /** Begins with the next packet, if there is one and nothing keeps it. */
  start(): void {
    while (this.#chip.sending === 0 && this.#fetch(this.#pins.clock.now())) { /* contexts take no time */ }
  }

  tick(now: number): void {
    if (this.#timers[e1000Timer.transmit]! > now) return;
    const ended = this.#timers[e1000Timer.transmit]!;
    this.#timers[e1000Timer.transmit] = Infinity;
    this.#chip.sending = 0;
    this.#writeBack(this.#ring(), this.#chip.sendingTo);
    // Late ticks must not slow the wire: the next packet follows on the heels of this one.
    for (let at = ended; this.#chip.sending === 0 && this.#fetch(at);) { /* as above */ }
  }

  #ring(): Ring {
    return new Ring(this.#pins.dma, { low: this.words.TDBAL, high: this.words.TDBAH, length: this.words.TDLEN });
  }

  /** Takes the next packet or context from the ring at `now`; false when there is none. */
  #fetch(now: number): boolean {
    const { TCTL: control, TDH, TDT } = this.words;
    if (TDH === TDT || !(control & TCTL.EN) || !this.#pins.isOnline || !this.#pins.isMaster) return false;
    const ring = this.#ring();
    if (TDH >= ring.count || TDT >= ring.count) return false;
    const first = ring.read(TDH);
    if (first === undefined) return false;
    if (isContext(first)) {
      const isForSegments = (commandOf(first) & bit.TSE) !== 0;
      this.#chip.contexts.set(first, isForSegments ? 4 : 0);
      this.#writeBack(ring, ring.after(TDH));
      return true;
    }
    const packet = this.#gather(ring, TDH, TDT);
    if (packet === undefined) return false;
    this.#send(packet, now);
    return true;
  }

  /** A packet's descriptors and data, up to the one with EOP; undefined when that is not in the ring yet. */
  #gather(ring: Ring, from: number, to: number): Packet | undefined {
    const parts: Uint8Array[] = [];
    let bytes = 0, first: DescriptorWords | undefined;
    for (let index = from; index !== to; index = ring.after(index)) {
      const words = ring.read(index);
      if (words === undefined) return undefined;
      // What software says of a packet as a whole is in its first descriptor, section 3.3.7.
      first ??= words;
      const part = this.#pins.dma.read(addressOf(words), lengthOf(words));
      bytes += lengthOf(words);
      if (part !== undefined && bytes <= segmentedBytesMost) parts.push(part);
      if (commandOf(words) & bit.EOP) return { data: join(parts), first, last: words, after: ring.after(index) };
    }
    return undefined;
  }

  #send(packet: Packet, now: number): void {
    const { statistics, bitsPerSecond } = this.#pins;
    let at = now;
    for (const frame of this.#frames(packet)) {
      at += wireNs(frame.length, bitsPerSecond);
      statistics.transmitted(frame);
      this.#pins.send(frame, at);
    }
    this.#chip.sending = 1;
    this.#chip.sendingTo = packet.after;
    this.#timers[e1000Timer.transmit] = at;
  }

  /** The frames of a packet, checksums put in, padded; none when it cannot be sent. */
  #frames(packet: Packet): Uint8Array[] {
    const { first, last, data } = packet;
    const cooked = isExtended(first) ? this.#extended(packet) : [legacy(packet)];
    const command = commandOf(last);
    const tag = command & bit.VLE ? last[3] >>> 16 : undefined;
    if (cooked.length === 0 && data.length > 0) this.#pins.statistics.count('TSCTFC');
    // Without IFCS, software has put the check sequence there itself.
    return cooked.map((frame) => (tag === undefined ? frame : withTag(frame, this.#pins.general.VET, tag)))
      .map((frame) => (command & bit.IFCS ? frame : withoutCheck(frame)))
      .flatMap((frame) => (frame !== undefined && frame.length <= packetBytesMost ? this.#padded(frame) : []));
  }

  /** Section 3.3.7: checksums and segments as the last context says. */
  #extended({ first, data }: Packet): Uint8Array[] {
    const options = first[3] >>> 8;
    const isSegmented = (commandOf(first) & bit.TSE) !== 0;
    const context = contextOf(this.#chip.contexts.subarray(isSegmented ? 4 : 0));
    const frames = isSegmented ? segment(data, context) : [data];
    if (isSegmented && frames.length > 0) this.#pins.statistics.count('TSCTC');
    for (const frame of frames) {
      if (options & bit.TXSM) insertChecksum(frame, context.start, context.at, context.end);
      if (options & bit.IXSM) insertChecksum(frame, context.ipStart, context.ipAt, context.ipEnd);
    }
    return frames;
  }

  /** Section 13.4.33: short packets are padded if TCTL.PSP says so; else they are too short for anyone. */
  #padded(frame: Uint8Array): Uint8Array[] {
    if (frame.length >= ethernet.leastBytes) return [frame];
    if (!(this.words.TCTL & TCTL.PSP) || frame.length === 0) return [];
    const padded = new Uint8Array(ethernet.leastBytes);
    padded.set(frame);
    return [padded];
  }

  /** Marks descriptors as done, from the head up to `to`, where they ask for it. */
  #writeBack(ring: Ring, to: number): void {
    const { interrupts } = this.#pins;
    let reported = false, mayWait = false;
    // Software may have changed the ring under a packet on its way; then there is nothing to be written back to.
    const isSame = this.words.TDH < ring.count && to < ring.count;
    for (let index = this.words.TDH; isSame && index !== to; index = ring.after(index)) {
      const words = ring.read(index);
      if (words === undefined) break;
      const command = commandOf(words);
      if (!(command & bit.RS)) continue;
      ring.write(index, 3, words[3] | bit.DD);
      reported = true;
      mayWait = (command & bit.IDE) !== 0;
    }
    this.words.TDH = to;
    const { TIDV, TADV, TDT, TXDCTL } = this.words;
    if (reported) interrupts.transmitted({ relative: mayWait ? TIDV : 0, absolute: TADV });
    const left = ring.between(to, TDT), low = (TXDCTL >>> 25) * 8;
    if (left === 0) interrupts.cause(interruptCause.TXQE);
    if (low > 0 && left === low) interrupts.cause(interruptCause.TXD_LOW);
  }
}

interface Packet {
  readonly data: Uint8Array;
  readonly first: DescriptorWords;
  readonly last: DescriptorWords;
  /** The descriptor behind it. */
  readonly after: number;
}

/** Section 3.3.3: with IC set, the sum from CSS to the end goes to CSO. */
function legacy({ data, last }: Packet): Uint8Array {
  if (commandOf(last) & bit.IC) insertChecksum(data, last[3] >>> 8 & 0xff, last[2] >>> 16 & 0xff, 0);
  return data;
}

function withTag(frame: Uint8Array, type: number, tag: number): Uint8Array {
  if (frame.length < ethernet.type) return frame;
  const tagged = new Uint8Array(frame.length + 4);
  tagged.set(frame.subarray(0, ethernet.type));
  tagged.set([type >>> 8 & 0xff, type & 0xff, tag >>> 8, tag & 0xff], ethernet.type);
  tagged.set(frame.subarray(ethernet.type), ethernet.type + 4);
  return tagged;
}
