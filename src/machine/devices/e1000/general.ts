import { CTRL, e1000GeneralRegisters, EECD, STATUS } from '../../../platform/e1000.ts';
import { etherType } from '../../peers/ethernet.ts';
import type { e1000GeneralWords, e1000Words } from '../../words/e1000.ts';
import type { View } from '../../words/struct.ts';
import { keptRegisters } from '../kept-registers.ts';
import type { Eeprom } from './eeprom.ts';
import type { Phy } from './phy.ts';

export interface GeneralPins {
  readonly eeprom: Eeprom;
  readonly phy: Phy;
  /** CTRL.RST: everything but the PHY and the PCI configuration goes back to its state at power-on. */
  softReset(): void;
  /** STATUS.LU may have become another. */
  linkChanged(): void;
}

/** STATUS of 1000 Mb/s, which is what the far end always agrees to. */
const fullSpeed = 2 << STATUS.speedShift | 2 << STATUS.asdvShift;

/** General registers of the 82540EM, and the way to its EEPROM and PHY. */
export class General extends keptRegisters(e1000GeneralRegisters) {
  readonly #chip: View<typeof e1000Words['fields']>;
  readonly #pins: GeneralPins;

  constructor(
    words: View<typeof e1000GeneralWords['fields']>, chip: View<typeof e1000Words['fields']>, pins: GeneralPins,
  ) {
    super(words);
    this.#chip = chip;
    this.#pins = pins;
  }

  /** Section 13.4.1 and 13.4.15: power-on values; 48 KiB of the packet buffer are the receiver's. */
  reset(): void {
    const { words } = this;
    words.CTRL = CTRL.FD | CTRL.ASDE;
    words.CTRL_EXT = words.EERD = words.MDIC = words.FCAL = words.FCAH = words.FCT = words.FCTTV = 0;
    words.VET = etherType.VLAN;
    words.LEDCTL = 0x0706_8302;
    words.PBA = 0x0010_0030;
    this.#chip.linkUp = 0;
    this.#pins.linkChanged();
  }

  override get CTRL(): number { return this.words.CTRL; }
  override set CTRL(bits: number) {
    if (bits & CTRL.RST) {
      this.#pins.softReset();
      return;
    }
    this.words.CTRL = bits & ~CTRL.PHY_RST;
    if (bits & CTRL.PHY_RST) this.#pins.phy.reset();
    this.#pins.linkChanged();
  }

  override get CTRL_DUP(): number { return this.CTRL; }
  override set CTRL_DUP(bits: number) { this.CTRL = bits; }

  override get STATUS(): number {
    const link = this.#chip.linkUp ? STATUS.LU | fullSpeed : 0;
    return (this.words.CTRL & CTRL.FD ? STATUS.FD : 0) | link | STATUS.MTXCKOK;
  }

  override get EECD(): number { return this.#pins.eeprom.EECD; }
  override set EECD(bits: number) { this.#pins.eeprom.EECD = bits & ~EECD.PRES; }

  override get EERD(): number { return this.words.EERD; }
  override set EERD(bits: number) { this.words.EERD = this.#pins.eeprom.read(bits); }

  override get MDIC(): number { return this.words.MDIC; }
  override set MDIC(bits: number) { this.words.MDIC = this.#pins.phy.access(bits); }

  override get PBA(): number { return this.words.PBA; }
  /** Section 13.4.15: the transmitter has what the receiver leaves of 64 KiB. */
  override set PBA(bits: number) { this.words.PBA = bits & 0x3f | (64 - (bits & 0x3f)) << 16; }

  /** Whether software wants the link, and the PHY has it. */
  get wantsLink(): boolean { return (this.words.CTRL & CTRL.SLU) !== 0 && this.#pins.phy.isUp; }
}
