import { PCTRL, PSTATUS, phy } from '../../../platform/e1000.ts';

/** AMD's Am79C874. */
const id = [0x0022, 0x561b] as const;
/** What both ends can do: 10 Mb/s. */
const ability = 0x0061;
const able = 0x1801;

export interface MiiPins { readonly hasLink: boolean }

/**
 * A PHY at address 0 of the management interface (IEEE 802.3, section 22.2.4), behind BCR32 to BCR34. The Am79C970A has
 * none; its successors do, and some drivers ask for the link there.
 */
export class MiiPhy {
  readonly #registers: Int32Array;
  readonly #pins: MiiPins;

  constructor(registers: Int32Array, pins: MiiPins) {
    this.#registers = registers;
    this.#pins = pins;
  }

  reset(): void {
    this.#registers.fill(0);
    this.#registers[phy.PCTRL] = PCTRL.autoNegotiate;
    this.#registers[phy.ANA] = ability;
  }

  /** `address`: BCR33, the PHY's address and the register's. */
  read(address: number): number {
    if (address >>> 5 & 31) return 0xffff;
    const register = address & 31;
    switch (register) {
      case phy.PSTATUS: return able | PSTATUS.canNegotiate | (this.#pins.hasLink ? PSTATUS.link | PSTATUS.complete : 0);
      case phy.PID: return id[0];
      case phy.EPID: return id[1];
      case phy.LPA: return this.#pins.hasLink ? ability : 0;
      default: return this.#registers[register]!;
    }
  }

  write(address: number, value: number): void {
    const register = address & 31;
    if (address >>> 5 & 31 || register !== phy.PCTRL && register !== phy.ANA) return;
    if (register === phy.PCTRL && value & PCTRL.reset) this.reset();
    else this.#registers[register] = value & ~(register === phy.PCTRL ? PCTRL.restart : 0);
  }
}
