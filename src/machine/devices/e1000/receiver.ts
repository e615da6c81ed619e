import {
  CTRL, e1000ReceiveRegisters, flushPartialDescriptors, interruptCause, RCTL, receiveDescriptor as bit, RXCSUM,
} from '../../../platform/e1000.ts';
import { checkSequence, ethernet, etherType, sum16, withCheck } from '../../peers/ethernet.ts';
import { FrameQueue } from '../../peers/frame-queue.ts';
import { parseIpv4, parseUdp, protocol, typeOf } from '../../peers/packets.ts';
import type { e1000ReceiveWords, e1000Words } from '../../words/e1000.ts';
import type { View } from '../../words/struct.ts';
import type { Dma } from '../device.ts';
import { keptRegisters } from '../kept-registers.ts';
import { accepts, vlanTag } from './filter.ts';
import type { Interrupts } from './interrupts.ts';
import { addressOf, Ring } from './ring.ts';
import type { Statistics } from './statistics.ts';

export interface ReceiverPins {
  readonly dma: Dma;
  readonly interrupts: Interrupts;
  readonly statistics: Statistics;
  /** Registers of the rest of the chip. */
  readonly general: { readonly CTRL: number; readonly VET: number; readonly PBA: number };
  /** Whether the link is up, and the chip may reach memory. */
  readonly isOnline: boolean;
  readonly isMaster: boolean;
}

const frameBytes = { least: ethernet.leastBytes, most: 1518, jumbo: 16_380 } as const;
const flags = { damaged: 1 } as const;

/**
 * The receiver of the 82540EM: section 3.2. A frame that passes the filters waits in the packet buffer until there are
 * descriptors for all of it; one that finds the buffer full is missed.
 */
export class Receiver extends keptRegisters(e1000ReceiveRegisters) {
  readonly #fifo: FrameQueue;
  readonly #pins: ReceiverPins;

  constructor(
    words: View<typeof e1000ReceiveWords['fields']>, chip: View<typeof e1000Words['fields']>, pins: ReceiverPins,
  ) {
    super(words);
    this.#fifo = new FrameQueue(chip.fifo);
    this.#pins = pins;
  }

  reset(): void {
    const { words } = this;
    words.RCTL = words.FCRTL = words.FCRTH = words.RDBAL = words.RDBAH = words.RDLEN = words.RDH = words.RDT = 0;
    words.RDTR = words.RADV = words.RSRPD = words.RXCSUM = 0;
    words.RXDCTL = 0x0001_0000;
    for (const table of [words.MTA, words.RA, words.VFTA]) table.fill(0);
    this.#fifo.clear();
  }

  override get RCTL(): number { return this.words.RCTL; }
  override set RCTL(bits: number) {
    this.words.RCTL = bits;
    this.#drain();
  }

  override get RDLEN(): number { return this.words.RDLEN; }
  override set RDLEN(bytes: number) { this.words.RDLEN = bytes & 0xf_ff80; }

  override get RDH(): number { return this.words.RDH; }
  override set RDH(index: number) { this.words.RDH = index & 0xffff; }

  /** Section 13.4.28: software gives descriptors. */
  override get RDT(): number { return this.words.RDT; }
  override set RDT(index: number) {
    this.words.RDT = index & 0xffff;
    this.#drain();
  }

  override get RDTR(): number { return this.words.RDTR; }
  override set RDTR(delay: number) {
    this.words.RDTR = delay & 0xffff;
    if (delay & flushPartialDescriptors) this.#pins.interrupts.flushReceived();
  }

  override get RADV(): number { return this.words.RADV; }
  override set RADV(delay: number) { this.words.RADV = delay & 0xffff; }

  /** A frame, without its check sequence, has come in; `isGood` when that was right. */
  arrive(frame: Uint8Array, isGood: boolean): void {
    const { statistics, interrupts, general } = this.#pins;
    if (!(this.words.RCTL & RCTL.EN) || !this.#pins.isOnline) return;
    statistics.passed(frame);
    if (!this.#isSound(frame, isGood)) return;
    if (!accepts({
      RCTL: this.words.RCTL, CTRL: general.CTRL, VET: general.VET,
      RA: this.words.RA, MTA: this.words.MTA, VFTA: this.words.VFTA,
    }, frame)) return;
    // The low half of PBA: KiB of the packet buffer for receiving.
    const fits = this.#fifo.held + frame.length <= (general.PBA & 0xff) * 1024;
    if (!fits || !this.#fifo.put(frame, 0, isGood ? 0 : flags.damaged)) {
      statistics.count('MPC');
      interrupts.cause(interruptCause.RXO);
      return;
    }
    if (isGood) statistics.received(frame);
    if (this.#free(this.#ring()) === 0) statistics.count('RNBC');
    this.#drain();
  }

  /** Lengths and check sequence; with RCTL.SBP bad frames are taken all the same. */
  #isSound(frame: Uint8Array, isGood: boolean): boolean {
    const { statistics } = this.#pins;
    const control = this.words.RCTL;
    const tagBytes = vlanTag(frame, this.#pins.general.VET) === undefined ? 0 : 4;
    const most = control & RCTL.LPE ? frameBytes.jumbo : frameBytes.most - ethernet.checkBytes + tagBytes;
    if (frame.length < frameBytes.least) statistics.count('RUC');
    else if (frame.length > most) statistics.count('ROC');
    else if (!isGood) statistics.count('CRCERRS');
    else return true;
    return (control & RCTL.SBP) !== 0 && frame.length <= frameBytes.jumbo;
  }

  #ring(): Ring {
    return new Ring(this.#pins.dma, { low: this.words.RDBAL, high: this.words.RDBAH, length: this.words.RDLEN });
  }

  /** Descriptors from the head to the tail; none when they do not make sense. */
  #free(ring: Ring): number {
    const { RDH, RDT } = this.words;
    return RDH < ring.count && RDT < ring.count ? ring.between(RDH, RDT) : 0;
  }

  /** Section 3.2.4: by RCTL.BSIZE and BSEX. */
  get #bufferBytes(): number {
    const control = this.words.RCTL;
    const bytes = 2048 >> (control >>> RCTL.sizeShift & 3);
    return control & RCTL.BSEX ? bytes * 16 : bytes;
  }

  /** Stores what waits, as far as there are descriptors. */
  #drain(): void {
    if (this.#fifo.count === 0) return;
    if (!(this.words.RCTL & RCTL.EN) || !this.#pins.isMaster) return;
    const ring = this.#ring();
    for (let frame = this.#fifo.front; frame; frame = this.#fifo.front) {
      const strip = (this.words.RCTL & RCTL.SECRC) !== 0;
      const stored = this.#stored(frame.bytes, strip);
      const needed = Math.ceil(stored.bytes.length / this.#bufferBytes);
      const free = this.#free(ring);
      // One descriptor is never the chip's, so that a frame for all of them would wait for ever.
      if (ring.count > 0 && needed >= ring.count) {
        this.#fifo.drop();
        this.#pins.statistics.count('MPC');
        continue;
      }
      if (needed > free) return;
      if (!this.#store(ring, stored, (frame.flags & flags.damaged) !== 0)) return;
      this.#fifo.drop();
      this.#afterPacket(ring, stored.bytes.length, free - needed);
    }
  }

  /** What goes into memory: without the VLAN tag if it is to be taken off, with the check sequence if it is wanted. */
  #stored(frame: Uint8Array, strip: boolean): Stored {
    const { CTRL: control, VET } = this.#pins.general;
    const tag = control & CTRL.VME ? vlanTag(frame, VET) : undefined;
    const whole = tag === undefined ? frame : withoutTag(frame);
    if (strip) return { bytes: whole, frame, tag };
    return { bytes: withCheck(whole, checkSequence(frame)), frame, tag };
  }

  /** Section 3.2.3: the data first, then the descriptor. False when the ring is not in RAM. */
  #store(ring: Ring, { bytes, frame, tag }: Stored, isDamaged: boolean): boolean {
    const { dma } = this.#pins;
    const { status, errors, sum } = this.#checks(frame);
    const size = this.#bufferBytes;
    for (let at = 0; at < bytes.length; at += size) {
      const index = this.words.RDH;
      const descriptor = ring.read(index);
      if (descriptor === undefined) return false;
      const part = bytes.subarray(at, at + size);
      dma.write(addressOf(descriptor), part);
      const isLast = at + size >= bytes.length;
      const state = bit.DD | (isLast ? bit.EOP | status | (tag === undefined ? 0 : bit.VP) : bit.IXSM);
      const fault = isLast ? errors | (isDamaged ? bit.CE : 0) : 0;
      ring.write(index, 2, part.length | sum << 16);
      ring.write(index, 3, state | fault << 8 | (isLast ? tag ?? 0 : 0) << 16);
      this.words.RDH = ring.after(index);
    }
    return true;
  }

  /** Section 3.2.9: the packet checksum, and what was found of the IP and TCP or UDP checksums. */
  #checks(frame: Uint8Array): { status: number; errors: number; sum: number } {
    const control = this.words.RXCSUM;
    const sum = sum16(frame.subarray(Math.min(control & RXCSUM.PCSS, frame.length)));
    const none = { status: bit.IXSM, errors: 0, sum };
    if (!(control & (RXCSUM.IPOFL | RXCSUM.TUOFL)) || typeOf(frame) !== etherType.IPv4) return none;
    const headerBytes = (frame[ethernet.headerBytes]! & 15) * 4;
    const header = frame.subarray(ethernet.headerBytes, ethernet.headerBytes + headerBytes);
    if (header.length < 20) return none;
    const isWrong = sum16(header) !== 0xffff;
    const status = control & RXCSUM.IPOFL ? bit.IPCS : 0;
    const errors = isWrong && control & RXCSUM.IPOFL ? bit.IPE : 0;
    const upper = control & RXCSUM.TUOFL ? upperCheck(frame) : undefined;
    if (upper === undefined) return { status, errors, sum };
    return { status: status | bit.TCPCS, errors: errors | (upper ? 0 : bit.TCPE), sum };
  }

  #afterPacket(ring: Ring, bytes: number, free: number): void {
    const { interrupts } = this.#pins;
    const { RSRPD, RDTR, RADV, RCTL: control } = this.words;
    // Section 13.4.22: half, a quarter or an eighth of the ring.
    const threshold = ring.count >>> 1 + Math.min(2, control >>> RCTL.thresholdShift & 3);
    if (free <= threshold) interrupts.cause(interruptCause.RXDMT0);
    if (bytes <= (RSRPD & 0xfff)) interrupts.cause(interruptCause.SRPD);
    interrupts.received({ relative: RDTR, absolute: RADV });
  }
}

/** A frame on its way into memory. */
interface Stored { readonly bytes: Uint8Array; readonly frame: Uint8Array; readonly tag: number | undefined }

function withoutTag(frame: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(frame.length - 4);
  bytes.set(frame.subarray(0, ethernet.type));
  bytes.set(frame.subarray(ethernet.type + 4), ethernet.type);
  return bytes;
}

/** Whether the TCP or UDP checksum is right; undefined when there is none to look at. */
function upperCheck(frame: Uint8Array): boolean | undefined {
  const datagram = parseIpv4(frame);
  if (datagram === undefined) return undefined;
  const { payload, from, to } = datagram;
  if (datagram.protocol === protocol.UDP) {
    return payload.length >= 8 && (payload[6]! | payload[7]!) !== 0 ? parseUdp(datagram) !== undefined : undefined;
  }
  if (datagram.protocol !== protocol.TCP) return undefined;
  const pseudo = (from.ip >>> 16) + (from.ip & 0xffff) + (to >>> 16) + (to & 0xffff) + protocol.TCP + payload.length;
  return sum16(payload, pseudo) === 0xffff;
}
