import { expect, test } from 'vitest';
import { interruptLines, memoryMap } from '../../../src/platform/memory-map.ts';
import { pciCommand, pciConfig } from '../../../src/platform/pci.ts';
import { PciFunction, type PciIdentity } from '../../../src/machine/devices/pci-function.ts';
import type { Size } from '../../../src/machine/devices/register-file.ts';
import { pciFunctionWords } from '../../../src/machine/words/devices.ts';
import { makeRig, type Rig } from './rig.ts';

const identity: PciIdentity = {
  vendor: 0x8086, device: 0x100e, revision: 3, classCode: 0x02_0000, subsystemVendor: 0x1af4, subsystem: 0x1100,
  interruptPin: 1, minGrant: 255,
  bars: [{ index: 0, kind: 'memory', bytes: 0x2_0000 }, { index: 1, kind: 'ports', bytes: 64 }],
};

/** Logs what is behind its base addresses, and answers with the offset. */
class Card extends PciFunction {
  readonly log: string[] = [];
  override readBar(index: number, offset: number, size: Size): number {
    this.log.push(`read ${index} ${offset} ${size}`);
    return offset;
  }
  override writeBar(index: number, offset: number, size: Size, value: number): void {
    this.log.push(`write ${index} ${offset} ${size} ${value}`);
  }
  ask(level: boolean): void { this.setInterrupt(level); }
  get master(): boolean { return this.isMaster; }
}

function insert(rig: Rig, slot: number, changes: Partial<PciIdentity> = {}): Card {
  const card = new Card(...rig.parts(pciFunctionWords, rig.places.end + slot * pciFunctionWords.size),
    { ...identity, ...changes });
  card.reset();
  rig.pci.attach(slot, card);
  return card;
}

function configOf(rig: Rig, slot: number) {
  const base = memoryMap.ecam.start + (slot << 15);
  return {
    read: (offset: number, size: Size) => rig.bus.read(base + offset, size),
    write: (offset: number, size: Size, value: number) => rig.bus.write(base + offset, size, value),
  };
}

const bars = { memory: 0x4010_0000, ports: 0x1000 };

/** A card in slot 2 as a kernel leaves it. */
function configured() {
  const rig = makeRig();
  const card = insert(rig, 2);
  const config = configOf(rig, 2);
  config.write(pciConfig.bar0, 4, bars.memory);
  config.write(pciConfig.bar0 + 4, 4, bars.ports);
  config.write(pciConfig.command, 2, pciCommand.IO | pciCommand.memory | pciCommand.master);
  return { rig, card, config };
}

/** The sources 32..35 that are pending. */
const lines = (rig: Rig) => [0, 1, 2, 3].filter((line) => rig.plic.pending.get(1) & (1 << line));

/** Slot, function, bus that nobody is in. */
test.each([[1, 0, 0], [0, 1, 0], [0, 0, 1], [31, 7, 255]])('slot %i function %i bus %i is empty', (slot, fn, bus) => {
  const { bus: board } = makeRig();
  const at = memoryMap.ecam.start + (bus << 20) + (slot << 15) + (fn << 12);
  expect([1, 2, 4].map((size) => board.read(at, size as Size))).toEqual([0xff, 0xffff, 0xffff_ffff]);
  expect(board.write(at, 4, 0)).toBe(true);
});

test('slot 0 has the host bridge', () => {
  const config = configOf(makeRig(), 0);
  expect([config.read(0, 4), config.read(8, 4)]).toEqual([0x0008_1b36, 0x0600_0000]);
});

test('the header is read in any size, and what the silicon fixes stays', () => {
  const rig = makeRig();
  insert(rig, 2);
  const config = configOf(rig, 2);
  const header = () => [0, 4, 8, 12, 0x2c, 0x34, 0x3c].map((offset) => config.read(offset, 4));
  const expected = [0x100e_8086, 0, 0x0200_0003, 0, 0x1100_1af4, 0, 0x00ff_0100];
  expect(header()).toEqual(expected);
  expect([config.read(2, 2), config.read(3, 1), config.read(0x3d, 1)]).toEqual([0x100e, 0x10, 1]);
  for (const offset of [0, 8, 0x2c, 0x34]) config.write(offset, 4, 0xffff_ffff);
  expect(header()).toEqual(expected);
  config.write(pciConfig.interruptLine, 1, 35);
  config.write(pciConfig.interruptPin, 1, 4);
  expect(config.read(pciConfig.interruptLine, 2)).toBe(0x0123);
  expect(config.read(0x100, 4)).toBe(0xffff_ffff);
});

test('base addresses tell their sizes as the specification has it', () => {
  const rig = makeRig();
  insert(rig, 2);
  const config = configOf(rig, 2);
  for (let bar = 0; bar < 6; bar++) config.write(pciConfig.bar0 + 4 * bar, 4, 0xffff_ffff);
  const sizes = [0, 1, 2].map((bar) => config.read(pciConfig.bar0 + 4 * bar, 4));
  expect(sizes).toEqual([0xfffe_0000, 0xffff_ffc1, 0]);
});

test('both windows reach the card, as far as its command register allows', () => {
  const { rig, card, config } = configured();
  expect(rig.bus.read(bars.memory + 0x1_fffc, 4)).toBe(0x1_fffc);
  expect(rig.bus.write(memoryMap.pciPorts.start + bars.ports + 6, 2, 0xbeef)).toBe(true);
  expect(rig.bus.read(bars.memory + 0x2_0000, 4)).toBe(0xffff_ffff);
  expect(card.log.splice(0)).toEqual(['read 0 131068 4', `write 1 6 2 ${0xbeef}`]);
  config.write(pciConfig.command, 2, pciCommand.IO);
  expect(rig.bus.read(bars.memory, 1)).toBe(0xff);
  config.write(pciConfig.command, 2, pciCommand.memory);
  expect(rig.bus.read(memoryMap.pciPorts.start + bars.ports, 2)).toBe(0xffff);
  expect(rig.bus.write(memoryMap.pciPorts.start + bars.ports, 2, 0)).toBe(true);
  expect([card.log, card.master]).toEqual([[], false]);
});

/** Slot, pin, the line of the PLIC beyond 32: as the device tree's interrupt-map says. */
const routes: [number, number, number][] = [
  [1, 1, 1], [2, 1, 2], [3, 1, 3], [4, 1, 0], [3, 2, 0], [5, 4, 0], [31, 3, 1],
];

test.each(routes)('slot %i pin %i drives line %i', (slot, interruptPin, line) => {
  const rig = makeRig();
  const card = insert(rig, slot, { interruptPin });
  card.ask(true);
  expect(lines(rig)).toEqual([line]);
  expect(interruptLines.pci).toBe(32);
});

test('cards that share a line hold it together', () => {
  const rig = makeRig();
  const [first, second] = [insert(rig, 2), insert(rig, 6)];
  rig.plic.priority.set(34, 1);
  rig.plic.enable.set(1, 1 << 2);
  const claimAndComplete = () => rig.plic.claim.set(0, rig.plic.claim.get(0));
  first.ask(true);
  second.ask(true);
  first.ask(false);
  claimAndComplete();
  expect(lines(rig)).toEqual([2]);
  second.ask(false);
  claimAndComplete();
  expect(lines(rig)).toEqual([]);
});

test('the interrupt shows in the status register, and the command register can keep it down', () => {
  const { rig, card, config } = configured();
  config.write(pciConfig.command, 2, pciCommand.interruptDisable);
  card.ask(true);
  expect([lines(rig), config.read(pciConfig.status, 2)]).toEqual([[], 1 << 3]);
  config.write(pciConfig.command, 2, 0);
  expect(lines(rig)).toEqual([2]);
  card.ask(false);
  expect(config.read(pciConfig.status, 2)).toBe(0);
});

test('a reset of the host is one of its cards', () => {
  const { rig, card, config } = configured();
  card.ask(true);
  rig.pci.reset();
  expect([config.read(pciConfig.bar0, 4), config.read(pciConfig.command, 4)]).toEqual([0, 0]);
  expect(card.master).toBe(false);
});
