import { e1000Eeprom, e1000Identity, EECD, EERD } from '../../../platform/e1000.ts';
import type { e1000Words } from '../../words/e1000.ts';
import type { View } from '../../words/struct.ts';

/** Of the 93C46's instructions, after the start bit (its datasheet, "instruction set"): two bits, or four. */
const instruction = { extended: 0b00, write: 0b01, read: 0b10, erase: 0b11 } as const;
const extended = { disable: 0b00, writeAll: 0b01, eraseAll: 0b10, enable: 0b11 } as const;
const state = { instruction: 0, reading: 1, writing: 2, writingAll: 3, done: 4 } as const;
const { addressBits, words: wordCount } = e1000Eeprom;
/** Bits of an instruction, its start bit included. */
const instructionBits = 3 + addressBits;

/**
 * The serial EEPROM, a 93C46 of 64 words, as software clocks it by EECD (section 5.3) and reads it by EERD. The
 * contents are such as section 5.6 has them, with an address of the station and a right checksum.
 */
export class Eeprom {
  readonly #words: View<typeof e1000Words['fields']>;
  readonly #mac: Uint8Array;

  constructor(words: View<typeof e1000Words['fields']>, mac: Uint8Array) {
    this.#words = words;
    this.#mac = mac;
  }

  /** As it left the factory. */
  reset(): void {
    const { eeprom } = this.#words;
    eeprom.fill(0xffff);
    for (let at = 0; at < 3; at++) eeprom[at] = this.#mac[at * 2]! | this.#mac[at * 2 + 1]! << 8;
    eeprom[e1000Eeprom.init1] = 0x4408;
    eeprom[e1000Eeprom.subsystem] = e1000Identity.subsystem;
    eeprom[e1000Eeprom.subsystemVendor] = e1000Identity.subsystemVendor;
    eeprom[e1000Eeprom.device] = e1000Identity.device;
    eeprom[e1000Eeprom.vendor] = e1000Identity.vendor;
    eeprom[e1000Eeprom.init2] = 0x3040;
    const sum = eeprom.subarray(0, e1000Eeprom.checksumAt).reduce((total, word) => total + word, 0);
    eeprom[e1000Eeprom.checksumAt] = e1000Eeprom.checksum - sum & 0xffff;
    this.#words.eepromWritable = 0;
    this.release();
  }

  /** The controller's own reset: EECD as at power-on, so the chip is deselected; it keeps what it has. */
  release(): void {
    this.#words.eecd = EECD.writeEnabled;
    this.#deselect();
  }

  word(at: number): number { return this.#words.eeprom[at & (wordCount - 1)]!; }

  /** The station's address, from the first three words. */
  get mac(): Uint8Array {
    return Uint8Array.from({ length: 6 }, (_, at) => this.word(at >>> 1) >>> (at & 1) * 8 & 0xff);
  }

  /** Section 13.4.4: software that asks for access has it at once. The size bit is clear: 64 words. */
  get EECD(): number {
    const { eecd } = this.#words;
    const dataOut = this.#words.eepromOutput & 1 << 16 ? EECD.DO : 0;
    return eecd | EECD.PRES | (eecd & EECD.REQ ? EECD.GNT : 0) | dataOut;
  }
  set EECD(bits: number) {
    const before = this.#words.eecd;
    this.#words.eecd = bits & (EECD.SK | EECD.CS | EECD.DI | EECD.FWE | EECD.REQ);
    if (!(bits & EECD.CS)) this.#deselect();
    else if (bits & ~before & EECD.SK) this.#clock(bits & EECD.DI ? 1 : 0);
  }

  /** Section 13.4.5: the read is done by the time anyone looks. */
  read(EERDvalue: number): number {
    if (!(EERDvalue & EERD.START)) return EERDvalue;
    const address = EERDvalue >>> EERD.addressShift & 0xff;
    return this.word(address) << EERD.dataShift | address << EERD.addressShift | EERD.DONE;
  }

  #deselect(): void {
    this.#words.eepromInput = 0;
    this.#words.eepromState = state.instruction;
    // With the chip selected anew, data out is high once a write is over, which it is.
    this.#words.eepromOutput = 1 << 16;
  }

  /** A rising edge of SK. */
  #clock(bit: number): void {
    const words = this.#words;
    switch (words.eepromState) {
      case state.instruction: return this.#shiftInstruction(bit);
      // After the address comes a zero, then the words one behind the other, each from its highest bit on.
      case state.reading:
        if (words.eepromShifted === 16) this.#load(words.eepromInput + 1);
        words.eepromOutput <<= 1;
        words.eepromShifted++;
        return;
      case state.writing: case state.writingAll: return this.#shiftData(bit);
      default:
    }
  }

  #shiftInstruction(bit: number): void {
    const words = this.#words;
    // Zeros before the start bit mean nothing.
    words.eepromInput = words.eepromInput << 1 | bit;
    if (words.eepromInput >>> instructionBits - 1 !== 1) return;
    const address = words.eepromInput & wordCount - 1;
    const code = words.eepromInput >>> addressBits & 3;
    if (code === instruction.read) {
      words.eepromState = state.reading;
      this.#load(address);
      return;
    }
    const what = code === instruction.extended ? address >>> addressBits - 2 : undefined;
    if (what === extended.enable || what === extended.disable) words.eepromWritable = what === extended.enable ? 1 : 0;
    if (words.eepromWritable && code === instruction.erase) words.eeprom[address] = 0xffff;
    if (words.eepromWritable && what === extended.eraseAll) words.eeprom.fill(0xffff);
    words.eepromState = code === instruction.write ? state.writing
      : what === extended.writeAll ? state.writingAll : state.done;
    // Address and, behind it, the bits of data with a 1 before the first.
    words.eepromInput = address << 17 | 1;
  }

  #shiftData(bit: number): void {
    const words = this.#words;
    const address = words.eepromInput >>> 17, data = (words.eepromInput & 0x1_ffff) << 1 | bit;
    if (!(data & 0x1_0000)) {
      words.eepromInput = address << 17 | data;
      return;
    }
    if (words.eepromWritable) {
      if (words.eepromState === state.writing) words.eeprom[address] = data & 0xffff;
      else words.eeprom.fill(data & 0xffff);
    }
    words.eepromState = state.done;
  }

  #load(address: number): void {
    this.#words.eepromInput = address & wordCount - 1;
    this.#words.eepromOutput = this.word(address);
    this.#words.eepromShifted = 0;
  }
}
