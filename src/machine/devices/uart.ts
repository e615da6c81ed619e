import type { Registers } from '../../platform/registers.ts';
import {
  FCR, IER, IIR, LCR, LSR, MCR, MSR, uartDivisorRegisters, uartFifoBytes, uartRegisters, uartTriggerBytes,
} from '../../platform/uart.ts';
import type { uartWords } from '../words/devices.ts';
import type { View } from '../words/struct.ts';
import type { BusDevice, InterruptPin } from './device.ts';
import type { Lock } from './lock.ts';
import { RegisterFile, type Size } from './register-file.ts';

export interface UartPins extends InterruptPin {
  transmit(byte: number): void;
  /** The guest has read the last byte received: there is room again. */
  drained(): void;
}

/**
 * A 16550 (National Semiconductor PC16550D datasheet; sections and tables below are its own). A byte written to THR
 * is on the wire at once, so the transmitter is always empty; a received byte that is short of the trigger level times
 * out at once, so that it interrupts without a timer. As on QEMU's board, OUT2 does not gate the interrupt.
 */
export class Uart implements Registers<typeof uartRegisters>, Registers<typeof uartDivisorRegisters>, BusDevice {
  readonly sizes = 1 | 2 | 4;
  readonly lock: Lock;
  readonly #words: View<typeof uartWords['fields']>;
  readonly #fifo: Int32Array;
  readonly #divisor: Int32Array;
  readonly #pins: UartPins;
  readonly #registers: RegisterFile<typeof uartRegisters>;
  readonly #divisorRegisters: RegisterFile<typeof uartDivisorRegisters>;

  constructor(words: View<typeof uartWords['fields']>, lock: Lock, pins: UartPins) {
    this.#words = words;
    this.lock = lock;
    this.#fifo = words.fifo;
    this.#divisor = words.divisor;
    this.#pins = pins;
    this.#registers = new RegisterFile(uartRegisters, this);
    this.#divisorRegisters = new RegisterFile(uartDivisorRegisters, this);
  }

  /** Section 8.0, table III: the state after reset. */
  reset(): void {
    const words = this.#words;
    words.IER = words.FCR = words.LCR = words.MCR = words.SCR = 0;
    words.errors = words.deltas = words.emptied = words.first = words.count = words.raised = 0;
    this.#divisor.fill(0);
    this.#fifo.fill(0);
  }

  /**
   * A byte comes in on the wire. False when there is no room, the wire is cut in loopback, or the lock is taken: keep
   * it and try again. It does not wait for the lock, for whoever brings input may be whom a hart in `transmit` waits
   * for to take its output.
   */
  receive(byte: number): boolean {
    if (!this.lock.tryAcquire()) return false;
    const taken = !this.#looped && this.#words.count < this.#capacity;
    if (taken) {
      this.#store(byte);
      this.#update();
    }
    this.lock.release();
    return taken;
  }

  get RBR(): number {
    const words = this.#words;
    if (words.count === 0) return 0;
    const byte = this.#fifo[words.first]!;
    words.first = (words.first + 1) % uartFifoBytes;
    words.count--;
    this.#update();
    if (words.count === 0) this.#pins.drained();
    return byte;
  }

  /** Section 8.5: writing THR takes the transmitter-empty interrupt back; its emptying, at once, gives another. */
  set THR(byte: number) {
    if (!this.#looped) this.#pins.transmit(byte);
    else if (this.#words.count < this.#capacity) this.#store(byte);
    else this.#words.errors |= LSR.OE;
    this.#words.emptied = 1;
    this.#update();
  }

  get IER(): number { return this.#words.IER; }
  /** Enabling the transmitter-empty interrupt while it is empty raises it. */
  set IER(bits: number) {
    if (bits & ~this.#words.IER & IER.ETBEI) this.#words.emptied = 1;
    this.#words.IER = bits & IER.all;
    this.#update();
  }

  /** Section 8.6, table IV: reading takes the transmitter-empty interrupt back, if that is what was read. */
  get IIR(): number {
    const source = this.#source();
    if (source === IIR.transmitterEmpty) {
      this.#words.emptied = 0;
      this.#update();
    }
    return source | (this.#words.FCR & FCR.enable ? IIR.FIFOs : 0);
  }

  /** Section 8.4: switching the FIFOs on or off empties them; without the enable bit no other bit is written. */
  set FCR(bits: number) {
    const words = this.#words;
    const switched = ((words.FCR ^ bits) & FCR.enable) !== 0;
    if (switched || bits & FCR.resetReceiver) words.count = 0;
    if (switched || bits & FCR.resetTransmitter) words.emptied = 1;
    words.FCR = bits & FCR.enable ? bits & (FCR.enable | FCR.DMA | FCR.trigger) : 0;
    this.#update();
    if (words.count === 0) this.#pins.drained();
  }

  get LCR(): number { return this.#words.LCR; }
  set LCR(bits: number) { this.#words.LCR = bits; }

  get MCR(): number { return this.#words.MCR; }
  set MCR(bits: number) {
    const before = this.#modemLines();
    const wasLooped = this.#looped;
    this.#words.MCR = bits & MCR.all;
    const after = this.#modemLines();
    const changed = before ^ after;
    // MSR bits 7..4 are DCD, RI, DSR, CTS; their deltas are 3..0, and RI counts only when it ends.
    this.#words.deltas |= ((changed & ~MSR.RI) >>> 4) | (changed & before & MSR.RI ? MSR.TERI : 0);
    this.#update();
    if (wasLooped && !this.#looped) this.#pins.drained();
  }

  get LSR(): number {
    const { errors, count } = this.#words;
    if (errors !== 0) {
      this.#words.errors = 0;
      this.#update();
    }
    return LSR.THRE | LSR.TEMT | errors | (count > 0 ? LSR.DR : 0);
  }

  get MSR(): number {
    const value = this.#modemLines() | this.#words.deltas;
    this.#words.deltas = 0;
    this.#update();
    return value;
  }

  get SCR(): number { return this.#words.SCR; }
  set SCR(bits: number) { this.#words.SCR = bits; }

  get DLL(): number { return this.#divisor[0]!; }
  set DLL(bits: number) { this.#divisor[0] = bits; }

  get DLM(): number { return this.#divisor[1]!; }
  set DLM(bits: number) { this.#divisor[1] = bits; }

  /** Registers are bytes: an access of two or four reaches the one at its first byte, as on QEMU's board. */
  read(offset: number, _size: Size): number {
    return this.#bank(offset).read(offset, 1);
  }

  write(offset: number, _size: Size, value: number): void {
    this.#bank(offset).write(offset, 1, value);
  }

  #bank(offset: number): Pick<RegisterFile<typeof uartRegisters>, 'read' | 'write'> {
    return offset < 2 && this.#words.LCR & LCR.DLAB ? this.#divisorRegisters : this.#registers;
  }

  get #looped(): boolean { return (this.#words.MCR & MCR.loop) !== 0; }

  /** Without FIFOs the receiver holds one byte. */
  get #capacity(): number { return this.#words.FCR & FCR.enable ? uartFifoBytes : 1; }

  #store(byte: number): void {
    this.#fifo[(this.#words.first + this.#words.count) % uartFifoBytes] = byte & 0xff;
    this.#words.count++;
  }

  /** Section 8.7: in loopback the outputs come back as inputs; else a modem is there, ready and in carrier. */
  #modemLines(): number {
    const { MCR: out } = this.#words;
    if (!this.#looped) return MSR.DCD | MSR.DSR | MSR.CTS;
    return (out & MCR.RTS ? MSR.CTS : 0) | (out & MCR.DTR ? MSR.DSR : 0)
      | (out & MCR.OUT1 ? MSR.RI : 0) | (out & MCR.OUT2 ? MSR.DCD : 0);
  }

  /** Table IV: the pending interrupt of the highest priority. */
  #source(): number {
    const words = this.#words;
    const enabled = words.IER;
    // Drivers that poll enable nothing, and poll much.
    if (enabled === 0) return IIR.none;
    const { errors, count, emptied, deltas, FCR: control } = words;
    if (enabled & IER.ELSI && errors !== 0) return IIR.lineStatus;
    if (enabled & IER.ERBFI && count > 0) {
      if (!(control & FCR.enable)) return IIR.receivedData;
      return count >= uartTriggerBytes[(control & FCR.trigger) >>> 6]! ? IIR.receivedData : IIR.characterTimeout;
    }
    if (enabled & IER.ETBEI && emptied !== 0) return IIR.transmitterEmpty;
    if (enabled & IER.EDSSI && deltas !== 0) return IIR.modemStatus;
    return IIR.none;
  }

  #update(): void {
    const level = this.#source() !== IIR.none ? 1 : 0;
    if (level === this.#words.raised) return;
    this.#words.raised = level;
    this.#pins.interrupt(level === 1);
  }
}
