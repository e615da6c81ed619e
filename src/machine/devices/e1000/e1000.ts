import {
  e1000GeneralRegisters, e1000Identity, e1000InterruptRegisters, e1000Ports, e1000ReceiveRegisters,
  e1000StatisticsRegisters, e1000TransmitRegisters, e1000WakeRegisters, interruptCause, RAH,
} from '../../../platform/e1000.ts';
import type { RegisterMap, Registers } from '../../../platform/registers.ts';
import {
  e1000GeneralWords, e1000InterruptWords, e1000ReceiveWords, e1000StatisticsWords, e1000TransmitWords, e1000WakeWords,
  e1000Words,
} from '../../words/e1000.ts';
import { pciFunctionWords } from '../../words/devices.ts';
import type { View } from '../../words/struct.ts';
import type { CardSetting } from '../card.ts';
import { keptRegisters } from '../kept-registers.ts';
import { NetworkController } from '../network-controller.ts';
import { RegisterFile, type Size } from '../register-file.ts';
import { Cable, cableBytes, type NetOptions } from '../../peers/cable.ts';
import { Eeprom } from './eeprom.ts';
import { General } from './general.ts';
import { Interrupts } from './interrupts.ts';
import { Phy } from './phy.ts';
import { Receiver } from './receiver.ts';
import { Statistics } from './statistics.ts';
import { Transmitter } from './transmitter.ts';

const shapes = {
  pci: pciFunctionWords, chip: e1000Words, general: e1000GeneralWords, interrupts: e1000InterruptWords,
  receiver: e1000ReceiveWords, transmitter: e1000TransmitWords, wake: e1000WakeWords, statistics: e1000StatisticsWords,
} as const;

/** Where the words of each part are, and behind them the cable's. */
function placesFrom(start: number): Record<keyof typeof shapes | 'cable', number> {
  let cable = start;
  const places = Object.fromEntries(Object.entries(shapes).map(([name, { size }]) => [name, (cable += size) - size]));
  return { ...places as Record<keyof typeof shapes, number>, cable };
}

/** Bytes of shared words, those of the cable included. */
export const e1000Bytes = placesFrom(0).cable + cableBytes;

const bitsPerSecond = 1e9;
const bar = { memory: 0, ports: 1 } as const;

class Wake extends keptRegisters(e1000WakeRegisters) {}

/**
 * An Intel 82540EM on the PCI bus, with the cable it is on. Registers are words; behind the first base address are all
 * of them, behind the second a window to one (section 4.4).
 */
export class E1000 extends NetworkController implements Registers<typeof e1000Ports> {
  readonly cable: Cable;
  readonly #words: View<typeof e1000Words['fields']>;
  readonly #eeprom: Eeprom;
  readonly #phy: Phy;
  readonly #general: General;
  readonly #interrupts: Interrupts;
  readonly #receiver: Receiver;
  readonly #transmitter: Transmitter;
  readonly #wake: Wake;
  readonly #statistics: Statistics;
  readonly #ports: RegisterFile<typeof e1000Ports>;
  /** By the offset of each register, the accessors of the part of the chip that has it. */
  readonly #files = new Map<number, RegisterFile<RegisterMap>>();

  constructor(options: NetOptions, setting: CardSetting) {
    const { buffer, clock, dma } = setting;
    const at = placesFrom(setting.at);
    const words = e1000Words.at(buffer, at.chip);
    super(setting, at.pci, words, e1000Identity);
    this.#words = words;
    this.cable = new Cable(buffer, at.cable, { ...options, bitsPerSecond }, {
      arrive: (frame, isGood) => this.#receiver.arrive(frame, isGood),
      linkChanged: () => this.#phy.plugged(),
      record: setting.record, forward: setting.forward,
    });
    const chip = this;
    this.#statistics = new Statistics(e1000StatisticsWords.at(buffer, at.statistics));
    this.#interrupts = new Interrupts(e1000InterruptWords.at(buffer, at.interrupts), words, clock,
      (level) => this.setInterrupt(level));
    this.#eeprom = new Eeprom(words, options.mac);
    this.#phy = new Phy(words, clock,
      { get isPlugged() { return chip.cable.wire.isUp; }, linkChanged: () => this.#linkChanged() });
    this.#general = new General(e1000GeneralWords.at(buffer, at.general), words, {
      eeprom: this.#eeprom, phy: this.#phy, softReset: () => this.#softReset(),
      linkChanged: () => this.#linkChanged(),
    });
    const common = {
      dma, clock, interrupts: this.#interrupts, statistics: this.#statistics, general: this.#general, bitsPerSecond,
      get isOnline() { return words.linkUp !== 0; },
      get isMaster() { return chip.isMaster; },
      send: (frame: Uint8Array, ns: number) => this.cable.wire.send(frame, ns),
    };
    this.#receiver = new Receiver(e1000ReceiveWords.at(buffer, at.receiver), words, common);
    this.#transmitter = new Transmitter(e1000TransmitWords.at(buffer, at.transmitter), words, common);
    this.#wake = new Wake(e1000WakeWords.at(buffer, at.wake));
    this.#ports = new RegisterFile(e1000Ports, this);
    this.#map(e1000GeneralRegisters, this.#general);
    this.#map(e1000InterruptRegisters, this.#interrupts);
    this.#map(e1000ReceiveRegisters, this.#receiver);
    this.#map(e1000TransmitRegisters, this.#transmitter);
    this.#map(e1000WakeRegisters, this.#wake);
    this.#map(e1000StatisticsRegisters, this.#statistics.registers);
  }

  protected override powerOn(): void {
    this.#words.ioAddress = this.#words.linkUp = this.#words.lineRaised = 0;
    this.#eeprom.reset();
    this.#phy.reset();
    this.#softReset();
  }

  override readBar(index: number, offset: number, size: Size): number {
    const file = index === bar.memory ? this.#files.get(offset) : this.#ports;
    const value = file?.read(offset, size) ?? 0;
    this.reschedule();
    return value;
  }

  override writeBar(index: number, offset: number, size: Size, value: number): void {
    const file = index === bar.memory ? this.#files.get(offset) : this.#ports;
    file?.write(offset, size, value);
    this.reschedule();
  }

  get IOADDR(): number { return this.#words.ioAddress; }
  set IOADDR(address: number) { this.#words.ioAddress = address; }

  get IODATA(): number { return this.#files.get(this.IOADDR)?.read(this.IOADDR, 4) ?? 0; }
  set IODATA(value: number) { this.#files.get(this.IOADDR)?.write(this.IOADDR, 4, value); }

  protected override advance(now: number): void {
    this.#transmitter.tick(now);
    this.#phy.tick(now);
    this.#interrupts.tick(now);
  }

  #map<M extends RegisterMap>(map: M, part: Registers<M>): void {
    const file = new RegisterFile(map, part);
    for (const { at, count = 1, stride = 0 } of Object.values(map)) {
      for (let index = 0; index < count; index++) this.#files.set(at + index * stride, file);
    }
  }

  /** Section 13.4.1, RST: as at power-on, less the PCI configuration and the PHY; the address comes from the EEPROM. */
  #softReset(): void {
    this.#eeprom.release();
    this.#interrupts.reset();
    this.#receiver.reset();
    this.#transmitter.reset();
    this.#statistics.reset();
    for (const name of Object.keys(e1000WakeRegisters)) this.#wake[name as keyof typeof e1000WakeRegisters] = 0;
    const { mac } = this.#eeprom;
    this.#receiver.RA.set(0, mac[0]! | mac[1]! << 8 | mac[2]! << 16 | mac[3]! << 24);
    this.#receiver.RA.set(1, mac[4]! | mac[5]! << 8 | RAH.AV);
    this.#general.reset();
  }

  #linkChanged(): void {
    const isUp = this.#general.wantsLink ? 1 : 0;
    if (isUp === this.#words.linkUp) return;
    this.#words.linkUp = isUp;
    this.#interrupts.cause(interruptCause.LSC);
    if (isUp) this.#transmitter.start();
  }
}
