/** The serial port: National Semiconductor PC16550D datasheet (1995); Linux 2.4, drivers/char/serial.c. */
import { smp_processor_id } from '../../arch/cpu.ts';
import type { PtRegs } from '../../arch/ptrace.ts';
import { SA_SHIRQ, request_irq } from '../../irq/irq.ts';
import {
  SpinLock, spin_lock, spin_lock_init, spin_lock_irqsave, spin_unlock, spin_unlock_irqrestore,
} from '../../locking/spinlock.ts';
import { ioremap } from '../../mm/ioremap.ts';
import { TtyDriver, TtyStruct, tty_receive, tty_wakeup } from './tty.ts';

// The board: platform/memory-map.ts.
const UART_BASE = 0x10000000;
const UART_BYTES = 0x100;
const UART_IRQ = 10;
const UART_CLOCK = 3686400;
const BAUD = 38400;

// Registers and bits: datasheet, section 8, table II; platform/uart.ts.
const RBR = 0, THR = 0, DLL = 0, DLM = 1, IER = 1, IIR = 2, FCR = 2, LCR = 3, MCR = 4, LSR = 5;
const IER_ERBFI = 0x01, IER_ETBEI = 0x02;
const IIR_NONE = 0x01;
const FCR_ENABLE = 0x01, FCR_RESET_RECEIVER = 0x02, FCR_RESET_TRANSMITTER = 0x04, FCR_TRIGGER_8 = 0x80;
const LCR_8_BITS = 0x03, LCR_DLAB = 0x80;
const MCR_DTR = 0x01, MCR_RTS = 0x02, MCR_OUT2 = 0x08;
const LSR_DR = 0x01, LSR_THRE = 0x20;
const FIFO_BYTES = 16;

/** Bytes of the transmit ring: a power of two. */
const SERIAL_XMIT_SIZE = 4096;
/** Writers are woken when the ring has become this empty. */
const WAKEUP_CHARS = 256;
/** Turns of one interrupt, after which a line that never falls is left to the next. */
const PASS_LIMIT = 64;

/** The port. `lock` protects registers and ring; inside the terminal's lock and printk's; taken in interrupts. */
class AsyncStruct {
  lock: Embed<SpinLock>;
  /** The registers, 0 before setup. */
  base: usize;
  ier: u32;
  tty: TtyStruct | null;
  /** Counts of bytes put and sent: their difference is in `xmit`. */
  head: u32;
  tail: u32;
  xmit: Arr<u8, 4096>;
}

let port!: Embed<AsyncStruct>;

export const uart_driver: TtyDriver = { put_chars: uart_put_chars, write_room: uart_write_room };

/** Maps the registers and sets the line up, polled: from here on serial_console_write works. Needs ioremap. */
export function serial_console_setup(): void {
  spin_lock_init(port.lock, 'uart');
  port.base = ioremap(UART_BASE, UART_BYTES);
  const divisor = UART_CLOCK / (16 * BAUD);
  out(IER, 0);
  out(LCR, LCR_DLAB | LCR_8_BITS);
  out(DLL, divisor & 0xff);
  out(DLM, divisor >>> 8);
  out(LCR, LCR_8_BITS);
  out(FCR, FCR_ENABLE | FCR_RESET_RECEIVER | FCR_RESET_TRANSMITTER | FCR_TRIGGER_8);
  out(MCR, MCR_DTR | MCR_RTS | MCR_OUT2);
}

/** From now on what comes in goes to `tty`: 0 or a negated error. @sleeps */
export function uart_startup(tty: TtyStruct): i32 {
  port.tty = tty;
  const error = request_irq(UART_IRQ, rs_interrupt, SA_SHIRQ, 'serial', addr(port));
  if (error !== 0) return error;
  const flags = spin_lock_irqsave(port.lock);
  set_ier(IER_ERBFI);
  spin_unlock_irqrestore(port.lock, flags);
  return 0;
}

/** @inline */
function input(register: u32): u32 {
  return readb(port.base + register);
}

/** @inline */
function out(register: u32, value: u32): void {
  writeb(port.base + register, value);
}

function set_ier(value: u32): void {
  port.ier = value;
  out(IER, value);
}

/**
 * Writes text polled, "\n" as "\r\n": what printk calls, interrupts off, in any context. If an exception interrupted
 * this hart while it held the lock, the registers are in its hands already.
 */
export function serial_console_write(text: cstr, count: u32): void {
  const mine = port.lock.locked !== 0 && port.lock.owner_cpu === smp_processor_id();
  if (!mine) spin_lock(port.lock);
  // Polling and the transmit interrupt do not go together: the datasheet's THRE would be seen by either.
  out(IER, 0);
  for (let i: u32 = 0; i < count; i++) {
    if (text[i] === char('\n')) send_polled(char('\r'));
    send_polled(text[i]);
  }
  out(IER, port.ier);
  if (!mine) spin_unlock(port.lock);
}

function send_polled(c: u32): void {
  while ((input(LSR) & LSR_THRE) === 0);
  out(THR, c);
}

/** Queues up to `count` bytes; gives how many. From any context. */
function uart_put_chars(text: Ptr<u8>, count: u32): u32 {
  const flags = spin_lock_irqsave(port.lock);
  const room = SERIAL_XMIT_SIZE - (port.head - port.tail);
  const taken = count < room ? count : room;
  for (let i: u32 = 0; i < taken; i++) port.xmit[port.head++ % SERIAL_XMIT_SIZE] = text[i];
  if (taken !== 0 && (port.ier & IER_ETBEI) === 0) {
    set_ier(IER_ERBFI | IER_ETBEI);
    transmit_chars();
  }
  spin_unlock_irqrestore(port.lock, flags);
  return taken;
}

/** Bytes that uart_put_chars takes now. */
function uart_write_room(): u32 {
  const flags = spin_lock_irqsave(port.lock);
  const room = SERIAL_XMIT_SIZE - (port.head - port.tail);
  spin_unlock_irqrestore(port.lock, flags);
  return room;
}

/** Fills the transmitter if it is empty; without bytes left, its interrupt goes off. Under port.lock. */
function transmit_chars(): void {
  if ((input(LSR) & LSR_THRE) === 0) return;
  for (let room = FIFO_BYTES; room > 0 && port.head !== port.tail; room--) {
    out(THR, port.xmit[port.tail++ % SERIAL_XMIT_SIZE]);
  }
  if (port.head === port.tail) set_ier(IER_ERBFI);
}

/** Bytes from the receiver, at most `size`; gives how many. Under port.lock. */
function receive_chars(to: Ptr<u8>, size: u32): u32 {
  let count: u32 = 0;
  while (count < size && input(LSR) & LSR_DR) to[count++] = input(RBR);
  return count;
}

function rs_interrupt(irq: i32, dev_id: usize, regs: PtRegs): void {
  const received = local<Arr<u8, 16>>();
  for (let pass = 0; pass < PASS_LIMIT; pass++) {
    spin_lock(port.lock);
    if (input(IIR) & IIR_NONE) {
      spin_unlock(port.lock);
      return;
    }
    const count = receive_chars(ptr(received[0]), FIFO_BYTES);
    if (port.ier & IER_ETBEI) transmit_chars();
    const roomy = port.head - port.tail < WAKEUP_CHARS;
    spin_unlock(port.lock);
    // The line discipline echoes, so the lock is not held here.
    const tty = port.tty;
    if (tty === null) continue;
    for (let i: u32 = 0; i < count; i++) tty_receive(tty, received[i]);
    if (roomy) tty_wakeup(tty);
  }
}
