import { e1000Phy, MDIC, PCTRL, phy, PSSTAT, PSTATUS } from '../../../platform/e1000.ts';
import { e1000Timer, type e1000Words } from '../../words/e1000.ts';
import type { View } from '../../words/struct.ts';
import type { Clock } from '../device.ts';
import { moments } from '../moment.ts';

/** Virtual time that auto-negotiation takes: less than the 1.4 s of IEEE 802.3, section 28, so that runs are short. */
const negotiationNs = 5e6;

/** What the far end can do: 10 and 100 Mb/s of both kinds, pause; and 1000 Mb/s (GSTATUS). */
const partnerAbility = 0x45e1;
const partnerGigabit = 0x7c00;
const selfAbility = 0x0de1;
const gigabitControl = 0x0e00;

const writable: Readonly<Partial<Record<number, number>>> = {
  [phy.PCTRL]: 0x7fc0, [phy.ANA]: 0xffff, [phy.NPT]: 0xffff, [phy.GCON]: 0xff00, [phy.PSCON]: 0xffff,
  [phy.PINTE]: 0xffff, [phy.EPSCON]: 0xffff,
};

export interface PhyPins {
  /** Whether the cable is in. */
  readonly isPlugged: boolean;
  linkChanged(): void;
}

/** The PHY in the 82540EM, a Marvell 88E1011 (section 8.8), as software reaches it by MDIC (section 13.4.7). */
export class Phy {
  readonly #words: View<typeof e1000Words['fields']>;
  readonly #registers: Int32Array;
  readonly #timers: Float64Array;
  readonly #clock: Clock;
  readonly #pins: PhyPins;

  constructor(words: View<typeof e1000Words['fields']>, clock: Clock, pins: PhyPins) {
    this.#words = words;
    this.#registers = words.phy;
    this.#timers = moments(words.timers);
    this.#clock = clock;
    this.#pins = pins;
  }

  reset(): void {
    const registers = this.#registers;
    registers.fill(0);
    registers[phy.PCTRL] = PCTRL.autoNegotiate | PCTRL.FD | PCTRL.speedMsb;
    registers[phy.PID] = e1000Phy.id[0];
    registers[phy.EPID] = e1000Phy.id[1];
    registers[phy.ANA] = selfAbility;
    registers[phy.GCON] = gigabitControl;
    registers[phy.EPSTATUS] = 0x3000;
    registers[phy.PSCON] = 0x0068;
    registers[phy.EPSCON] = 0x0c60;
    this.negotiate();
  }

  /** The link is there when the cable is, and the ends have agreed. */
  get isUp(): boolean {
    const control = this.#registers[phy.PCTRL]!;
    if (!this.#pins.isPlugged || control & (PCTRL.powerDown | PCTRL.isolate)) return false;
    return !(control & PCTRL.autoNegotiate) || this.#words.negotiated !== 0;
  }

  /** The ends begin to agree: after a reset, on request, and when the cable is put in. */
  negotiate(): void {
    this.#words.negotiated = 0;
    this.#timers[e1000Timer.negotiation] = this.#pins.isPlugged ? this.#clock.now() + negotiationNs : Infinity;
    this.#pins.linkChanged();
  }

  tick(now: number): void {
    if (this.#timers[e1000Timer.negotiation]! > now) return;
    this.#timers[e1000Timer.negotiation] = Infinity;
    this.#words.negotiated = 1;
    this.#pins.linkChanged();
  }

  /** What MDIC reads after this was written to it; the access is over at once. */
  access(command: number): number {
    const address = command >>> MDIC.phyShift & 31, register = command >>> MDIC.registerShift & 31;
    const operation = command & MDIC.operation;
    if (address !== e1000Phy.address) return command | MDIC.R | MDIC.E;
    if (operation === MDIC.write) this.#write(register, command & MDIC.data);
    const data = operation === MDIC.read ? this.#read(register) : command & MDIC.data;
    return command & ~MDIC.data | data | MDIC.R;
  }

  #read(register: number): number {
    const kept = this.#registers[register]!;
    switch (register) {
      case phy.PSTATUS: return this.#status();
      case phy.LPA: return this.#words.negotiated ? partnerAbility : 0;
      case phy.ANE: return this.#words.negotiated ? 3 : 0;
      case phy.GSTATUS: return this.#words.negotiated ? partnerGigabit : 0;
      case phy.PSSTAT: return PSSTAT.speed1000 | (this.isUp ? PSSTAT.link | PSSTAT.resolved | PSSTAT.FD : 0);
      default: return kept;
    }
  }

  /** IEEE 802.3, section 22.2.4.2.13: a lost link shows until it has been read. */
  #status(): number {
    const kept = this.#registers[phy.PSTATUS]!;
    this.#registers[phy.PSTATUS] = 0;
    const link = this.isUp && kept !== linkWasLost ? PSTATUS.link : 0;
    return PSTATUS.able | PSTATUS.canNegotiate | link | (this.#words.negotiated ? PSTATUS.complete : 0);
  }

  /** The cable was put in or taken out. */
  plugged(): void {
    if (!this.#pins.isPlugged) this.#registers[phy.PSTATUS] = linkWasLost;
    this.negotiate();
  }

  #write(register: number, value: number): void {
    const mask = writable[register];
    if (mask === undefined) return;
    this.#registers[register] = value & mask;
    if (register !== phy.PCTRL) return;
    if (value & PCTRL.reset) this.reset();
    else if (value & PCTRL.restart) {
      this.#registers[phy.PCTRL]! &= ~PCTRL.restart;
      this.negotiate();
    } else this.#pins.linkChanged();
  }
}

/** In the place of PSTATUS, which is made up when read. */
const linkWasLost = 1;
