/** The console: National Semiconductor PC16550D datasheet (1995), section 8. The kernel may drive it as well. */
import { Fault, loadByte, PHYSICAL, storeByte } from './access.ts';
import { shared } from './hart.ts';

const UART = 0x10000000;
const DATA = UART;
const IER = UART + 1;
const LCR = UART + 3;
const LSR = UART + 5;
const LCR_8N1 = 3;
const LSR_DR = 1 << 0;
const LSR_THRE = 1 << 5;
/** More than any line of text takes. */
const SEIZE_TURNS = 1000000;

/** Leaves the FIFOs alone: something may have been typed already. */
export function initConsole(): void {
  writeb(IER, 0);
  writeb(LCR, LCR_8N1);
}

export function putCharacter(character: u32): void {
  while ((readb(LSR) & LSR_THRE) === 0) {}
  writeb(DATA, character);
}

/** The next character typed, -1 when there is none. */
export function getCharacter(): i32 {
  return (readb(LSR) & LSR_DR) !== 0 ? readb(DATA) as i32 : -1;
}

/** Writes bytes of physical memory, unmixed with those of other harts. Yields how many could be read. */
export function writeConsole(address: u32, size: u32): u32 {
  const fault = local<Fault>();
  fault.taken = 0;
  let written: u32 = 0;
  lockConsole();
  for (; written < size; written++) {
    const byte = loadByte(address + written, PHYSICAL, fault);
    if (fault.taken) break;
    putCharacter(byte);
  }
  unlockConsole();
  return written;
}

/** Reads what was typed into physical memory. Yields the number of bytes. */
export function readConsole(address: u32, size: u32): u32 {
  const fault = local<Fault>();
  fault.taken = 0;
  let read: u32 = 0;
  lockConsole();
  while (read < size) {
    const character = getCharacter();
    if (character < 0) break;
    storeByte(address + read, PHYSICAL, fault, character as u32);
    if (fault.taken) break;
    read++;
  }
  unlockConsole();
  return read;
}

export function printText(text: cstr): void {
  for (let index: u32 = 0; text[index] !== 0; index++) putCharacter(text[index]);
}

export function printHex(value: u32): void {
  for (let shift: u32 = 32; shift !== 0;) {
    shift -= 4;
    const digit = value >>> shift & 15;
    putCharacter(digit < 10 ? char('0') + digit : char('a') + digit - 10);
  }
}

/** Holders never wait for another hart, so that others may wait here with interrupts off. */
function lockConsole(): void {
  while (amoswap_aq(addr(shared().consoleLock), 1) !== 0) {}
}

/** Waits for a while only, for whoever has the console may have failed. */
export function seizeConsole(): void {
  for (let turn: u32 = 0; turn < SEIZE_TURNS && amoswap_aq(addr(shared().consoleLock), 1) !== 0; turn++) {}
}

export function unlockConsole(): void {
  amoswap_rl(addr(shared().consoleLock), 0);
}
