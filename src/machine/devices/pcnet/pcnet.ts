import {
  addressProm, bcr, BCR2, CSR0, CSR15, csr, pcnetDoubleWordPorts, pcnetIdentity, pcnetWordPorts,
} from '../../../platform/pcnet.ts';
import type { Registers } from '../../../platform/registers.ts';
import { Cable, cableBytes, type NetOptions } from '../../peers/cable.ts';
import { pciFunctionWords } from '../../words/devices.ts';
import { pcnetTimer, pcnetWords } from '../../words/pcnet.ts';
import type { View } from '../../words/struct.ts';
import type { CardSetting } from '../card.ts';
import { NetworkController } from '../network-controller.ts';
import { RegisterFile, type Size } from '../register-file.ts';
import { Control } from './control.ts';
import { readBlock } from './init-block.ts';
import { MiiPhy } from './mii-phy.ts';
import { Receiver } from './receiver.ts';
import { Transmitter } from './transmitter.ts';

const chipAt = pciFunctionWords.size;
const cableAt = chipAt + pcnetWords.size;
/** Bytes of shared words, those of the cable included. */
export const pcnetBytes = cableAt + cableBytes;

const bitsPerSecond = 10e6;
/** Virtual time that reading the initialization block takes. */
const initialiseNs = 4_000;

/** An AMD Am79C970A on the PCI bus, with the cable it is on: twisted pair, 10 Mb/s. */
export class Pcnet extends NetworkController implements Registers<typeof pcnetWordPorts> {
  readonly cable: Cable;
  readonly #words: View<typeof pcnetWords['fields']>;
  readonly #setting: CardSetting;
  readonly #mac: Uint8Array;
  readonly #control: Control;
  readonly #phy: MiiPhy;
  readonly #receiver: Receiver;
  readonly #transmitter: Transmitter;
  readonly #wordPorts: RegisterFile<typeof pcnetWordPorts>;
  readonly #doubleWordPorts: RegisterFile<typeof pcnetDoubleWordPorts>;

  constructor(options: NetOptions, setting: CardSetting) {
    const { buffer, at, clock, dma } = setting;
    const words = pcnetWords.at(buffer, at + chipAt);
    super(setting, at, words, pcnetIdentity);
    this.#setting = setting;
    this.#words = words;
    this.#mac = options.mac;
    this.cable = new Cable(buffer, at + cableAt, { ...options, bitsPerSecond }, {
      arrive: (frame, isGood) => this.#receiver.arrive(frame, isGood),
      // Nothing tells software of a link that came or went but BCR4, when it looks.
      linkChanged: () => {},
      record: setting.record, forward: setting.forward,
    });
    const { wire } = this.cable;
    this.#phy = new MiiPhy(words.phy, { get hasLink() { return wire.isUp; } });
    this.#control = new Control(words, {
      command: (bits) => this.#command(bits),
      setLine: (level) => this.setInterrupt(level),
      suspendChanged: () => this.#transmitter.poll(clock.now()),
      get hasLink() { return wire.isUp; },
      readPhy: (address) => this.#phy.read(address),
      writePhy: (address, value) => this.#phy.write(address, value),
    });
    this.#receiver = new Receiver(words, this.#control, dma);
    this.#transmitter = new Transmitter(words, this.#control, {
      clock, dma, bitsPerSecond,
      get hasLink() { return wire.isUp; },
      send: (frame, ns) => wire.send(frame, ns),
      loop: (frame) => this.#receiver.arrive(frame, true),
    });
    this.#wordPorts = new RegisterFile(pcnetWordPorts, this);
    this.#doubleWordPorts = new RegisterFile(pcnetDoubleWordPorts, this);
  }

  protected override powerOn(): void {
    this.#words.rap = this.#words.wide = this.#words.receiveIndex = this.#words.transmitIndex = 0;
    this.#fillProm();
    this.#phy.reset();
    this.#transmitter.stop();
    this.#control.hardReset();
  }

  override readBar(_index: number, offset: number, size: Size): number {
    if (offset < addressProm.bytes) return this.#readProm(offset, size);
    const value = this.#ports.read(offset, size);
    this.reschedule();
    return value;
  }

  /** "DWIO": a double word written where RDP is makes all ports double words, until a hardware reset. */
  override writeBar(_index: number, offset: number, size: Size, value: number): void {
    if (offset < addressProm.bytes) {
      this.#writeProm(offset, size, value);
      return;
    }
    if (offset === pcnetWordPorts.RDP.at && size === 4) this.#words.wide = 1;
    this.#ports.write(offset, size, value);
    this.reschedule();
  }

  get RAP(): number { return this.#words.rap; }
  set RAP(number: number) { this.#words.rap = number & csr.count - 1; }

  get RDP(): number { return this.#control.readCsr(this.#words.rap); }
  set RDP(value: number) { this.#control.writeCsr(this.#words.rap, value & 0xffff); }

  get BDP(): number { return this.#control.readBcr(this.#words.rap); }
  set BDP(value: number) { this.#control.writeBcr(this.#words.rap, value & 0xffff); }

  /** A read resets the chip, but for what only the hardware's reset does. */
  get RESET(): number {
    this.#stop();
    this.#control.softReset();
    return 0;
  }
  set RESET(_value: number) { /* writes do nothing on the PCI bus */ }

  protected override advance(now: number): void {
    if (this.timers[pcnetTimer.initialise]! <= now) this.#initialise(now);
    this.#transmitter.tick(now);
  }

  get #ports() { return this.#words.wide ? this.#doubleWordPorts : this.#wordPorts; }

  /** "CSR0": what its command bits do. STOP overrides all. */
  #command(bits: number): void {
    const { csr: registers } = this.#control;
    if (bits & CSR0.STOP) {
      this.#stop();
      return;
    }
    const now = this.#setting.clock.now();
    const fresh = bits & ~registers[csr.status]!;
    const toSet = bits & (CSR0.INIT | CSR0.STRT);
    if (toSet) registers[csr.status] = registers[csr.status]! & ~CSR0.STOP | toSet;
    if (fresh & CSR0.INIT) this.timers[pcnetTimer.initialise] = now + initialiseNs;
    else if (fresh & CSR0.STRT && this.timers[pcnetTimer.initialise] === Infinity) this.#start(now);
    if (bits & CSR0.TDMD) this.#transmitter.poll(now);
  }

  #stop(): void {
    this.timers[pcnetTimer.initialise] = Infinity;
    this.#transmitter.stop();
    this.#control.csr[csr.status] = CSR0.STOP;
  }

  #initialise(now: number): void {
    this.timers[pcnetTimer.initialise] = Infinity;
    const { csr: registers } = this.#control;
    const block = this.isMaster ? readBlock(this.#setting.dma, registers) : undefined;
    if (block === undefined) {
      this.#control.cause(CSR0.MERR);
      return;
    }
    for (const [number, value] of Object.entries(block)) registers[Number(number)] = value;
    this.#words.receiveIndex = this.#words.transmitIndex = 0;
    this.#control.cause(CSR0.IDON);
    if (registers[csr.status]! & CSR0.STRT) this.#start(now);
  }

  #start(now: number): void {
    const { csr: registers } = this.#control;
    const mode = registers[csr.mode]!;
    registers[csr.status]! |= (mode & CSR15.DTX ? 0 : CSR0.TXON) | (mode & CSR15.DRX ? 0 : CSR0.RXON);
    this.#transmitter.poll(now);
  }

  #fillProm(): void {
    const { prom } = this.#words;
    prom.fill(0);
    prom.set(this.#mac);
    prom[addressProm.hardware] = addressProm.hardwareId;
    prom[addressProm.marks] = prom[addressProm.marks + 1] = addressProm.mark;
    const sum = prom.reduce((total, byte) => total + byte, 0);
    prom[addressProm.sum] = sum & 0xff;
    prom[addressProm.sum + 1] = sum >>> 8;
  }

  #readProm(offset: number, size: Size): number {
    let value = 0;
    for (let byte = 0; byte < size; byte++) value |= this.#words.prom[offset + byte]! << byte * 8;
    return value >>> 0;
  }

  #writeProm(offset: number, size: Size, value: number): void {
    if (!(this.#control.bcr[bcr.misc]! & BCR2.APROMWE)) return;
    for (let byte = 0; byte < size; byte++) this.#words.prom[offset + byte] = value >>> byte * 8 & 0xff;
  }
}
