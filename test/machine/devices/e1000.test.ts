/** The 82540EM as its manual has it: registers, EEPROM and PHY, interrupts. Frames: e1000-frames.test.ts. */
import { expect, test } from 'vitest';
import {
  CTRL, e1000Eeprom, e1000Ports, e1000Registers as at, EECD, interruptCause as cause, MDIC, phy, STATUS,
} from '../../../src/platform/e1000.ts';
import { e1000Card } from '../../../src/machine/devices/net-cards.ts';
import { guestMac, networkRig } from './network-rig.ts';

type Rig = ReturnType<typeof makeRig>;

function makeRig() {
  const rig = networkRig(e1000Card);
  return {
    ...rig,
    get: (name: keyof typeof at) => rig.read(at[name].at),
    set: (name: keyof typeof at, value: number) => rig.write(at[name].at, value),
    get line() { return rig.line; },
  };
}

/** Clocks bits into the EEPROM by EECD, first bit first, and returns what came out after each rising edge. */
function clockBits(rig: Rig, bits: string): string {
  const { CS, SK, DI, DO } = EECD;
  return [...bits].map((bit) => {
    const data = bit === '1' ? DI : 0;
    rig.set('EECD', CS | data);
    rig.set('EECD', CS | data | SK);
    const out = rig.get('EECD') & DO ? '1' : '0';
    rig.set('EECD', CS | data);
    return out;
  }).join('');
}
const select = (rig: Rig) => rig.set('EECD', EECD.CS);
const deselect = (rig: Rig) => rig.set('EECD', 0);
const binary = (value: number, width: number) => value.toString(2).padStart(width, '0');

function readSerially(rig: Rig, word: number): number {
  select(rig);
  const out = clockBits(rig, `110${binary(word, 6)}${'0'.repeat(16)}`);
  deselect(rig);
  // The last address bit brings the dummy zero.
  expect(out[8]).toBe('0');
  return Number.parseInt(out.slice(9), 2);
}

const readByRegister = (rig: Rig, word: number) => {
  rig.set('EERD', word << 8 | 1);
  expect(rig.get('EERD') & 0x10).toBe(0x10);
  return rig.get('EERD') >>> 16;
};

test('the EEPROM has address and checksum, by either way', () => {
  const rig = makeRig();
  const words = Array.from({ length: e1000Eeprom.words }, (_, word) => readSerially(rig, word));
  expect(words.map((_, word) => readByRegister(rig, word))).toEqual(words);
  expect(words.slice(0, 3)).toEqual([0x5452, 0x1200, 0x5634]);
  expect(words.reduce((sum, word) => sum + word, 0) & 0xffff).toBe(0xbaba);
  expect([words[0x0d], words[0x0e]]).toEqual([0x100e, 0x8086]);
});

test('a read goes on with the next word, as long as it is clocked', () => {
  const rig = makeRig();
  select(rig);
  const out = clockBits(rig, `110${binary(0, 6)}${'0'.repeat(48)}`).slice(9);
  expect([0, 16, 32].map((from) => Number.parseInt(out.slice(from, from + 16), 2))).toEqual([0x5452, 0x1200, 0x5634]);
});

test('the EEPROM is written after it was enabled, and not before', () => {
  const rig = makeRig();
  const write = () => {
    select(rig);
    clockBits(rig, `101${binary(0x20, 6)}${binary(0x1234, 16)}`);
    deselect(rig);
    return readSerially(rig, 0x20);
  };
  expect(write()).toBe(0xffff);
  select(rig);
  clockBits(rig, '100110000');
  deselect(rig);
  expect(write()).toBe(0x1234);
  select(rig);
  clockBits(rig, `111${binary(0x20, 6)}`);
  deselect(rig);
  expect(readSerially(rig, 0x20)).toBe(0xffff);
});

test('a reset of the controller deselects the EEPROM, in whatever it was', () => {
  const rig = makeRig();
  select(rig);
  clockBits(rig, `110${binary(0, 3)}`);
  rig.set('CTRL', CTRL.RST);
  expect(rig.get('EECD') & (EECD.CS | EECD.SK | EECD.DI | EECD.REQ)).toBe(0);
  // As the driver does: it is selected without being deselected before.
  select(rig);
  const out = clockBits(rig, `110${binary(0, 6)}${'0'.repeat(16)}`).slice(9);
  expect(Number.parseInt(out, 2)).toBe(0x5452);
});

test('access to the EEPROM is granted when asked for', () => {
  const rig = makeRig();
  expect(rig.get('EECD') & (EECD.GNT | EECD.PRES | EECD.SIZE)).toBe(EECD.PRES);
  rig.set('EECD', EECD.REQ);
  expect(rig.get('EECD') & EECD.GNT).toBe(EECD.GNT);
});

function readPhy(rig: Rig, register: number, address = 1): number {
  rig.set('MDIC', MDIC.read | address << 21 | register << 16);
  expect(rig.get('MDIC') & MDIC.R).toBe(MDIC.R);
  return rig.get('MDIC');
}
const writePhy = (rig: Rig, register: number, value: number) =>
  rig.set('MDIC', MDIC.write | 1 << 21 | register << 16 | value);

test('the PHY is an 88E1011 at address 1, and nobody is elsewhere', () => {
  const rig = makeRig();
  expect([readPhy(rig, phy.PID), readPhy(rig, phy.EPID)].map((word) => word & 0xffff)).toEqual([0x0141, 0x0c20]);
  expect(readPhy(rig, phy.PID, 2) & MDIC.E).not.toBe(0);
  expect(readPhy(rig, phy.PID) & MDIC.E).toBe(0);
});

const linkBits = (rig: Rig) => [rig.get('STATUS') & STATUS.LU ? 1 : 0, readPhy(rig, phy.PSTATUS) & 4 ? 1 : 0];

test('the link comes with negotiation and SLU, goes with the cable, and each change is told', () => {
  const rig = makeRig();
  rig.set('IMS', cause.LSC);
  expect(linkBits(rig)).toEqual([0, 0]);
  rig.pass(10e6);
  expect(linkBits(rig)).toEqual([0, 1]);
  expect(rig.line).toBe(false);
  rig.set('CTRL', CTRL.SLU | CTRL.FD);
  expect([rig.get('STATUS') & 0xc3, rig.line, rig.get('ICR')]).toEqual([0x83, true, cause.LSC]);
  rig.controller.plug(false);
  expect([rig.get('STATUS') & STATUS.LU, rig.get('ICR')]).toEqual([0, cause.LSC]);
  rig.controller.plug(true);
  rig.pass(10e6);
  expect(rig.get('ICR')).toBe(cause.LSC);
  // IEEE 802.3: the loss shows once.
  expect([linkBits(rig), linkBits(rig)]).toEqual([[1, 0], [1, 1]]);
});

test('negotiation starts again when asked, and a PHY without power has no link', () => {
  const rig = makeRig();
  rig.set('CTRL', CTRL.SLU);
  rig.pass(10e6);
  writePhy(rig, phy.PCTRL, 0x1340);
  expect([linkBits(rig)[0], readPhy(rig, phy.PSTATUS) & 0x20]).toEqual([0, 0]);
  rig.pass(10e6);
  expect([linkBits(rig)[0], readPhy(rig, phy.PSTATUS) & 0x20]).toEqual([1, 0x20]);
  expect(readPhy(rig, phy.PSSTAT) & 0xac00).toBe(0xac00);
  writePhy(rig, phy.PCTRL, 0x1940);
  expect(linkBits(rig)[0]).toBe(0);
});

test('causes are set, masked, and cleared by reading or by writing ones', () => {
  const rig = makeRig();
  rig.set('ICS', cause.RXT0 | cause.TXDW);
  expect(rig.line).toBe(false);
  rig.set('IMS', cause.RXT0);
  expect([rig.line, rig.get('IMS')]).toEqual([true, cause.RXT0]);
  rig.set('ICR', cause.RXT0);
  rig.acknowledge();
  expect(rig.line).toBe(false);
  rig.set('IMS', cause.TXDW);
  expect(rig.line).toBe(true);
  rig.set('IMC', cause.TXDW);
  rig.acknowledge();
  expect([rig.line, rig.get('ICR'), rig.get('ICR')]).toEqual([false, cause.TXDW, 0]);
});

test('ITR keeps interrupts apart', () => {
  const rig = makeRig();
  rig.set('IMS', cause.TXDW);
  rig.set('ITR', 1000);
  const raise = () => {
    rig.set('ICS', cause.TXDW);
    const up = rig.line;
    return up;
  };
  expect(raise()).toBe(true);
  rig.get('ICR');
  rig.acknowledge();
  expect(raise()).toBe(false);
  rig.pass(255_999);
  expect(rig.line).toBe(false);
  rig.pass(1);
  expect(rig.line).toBe(true);
  rig.get('ICR');
  rig.acknowledge();
  rig.pass(300_000);
  expect(raise()).toBe(true);
});

test('a reset brings back what was at power-on, the address too, and leaves PHY and PCI alone', () => {
  const rig = makeRig();
  rig.pass(10e6);
  rig.set('RCTL', 0x8002);
  rig.set('IMS', cause.all);
  rig.set('ICS', cause.TXDW);
  rig.write(at.RA.at, 0);
  rig.set('TDT', 3);
  rig.set('CTRL', CTRL.RST | CTRL.SLU);
  expect([rig.get('CTRL'), rig.get('RCTL'), rig.get('IMS'), rig.get('ICR'), rig.get('TDT')])
    .toEqual([CTRL.FD | CTRL.ASDE, 0, 0, 0, 0]);
  const [low, high] = [rig.read(at.RA.at), rig.read(at.RA.at + 4)];
  expect([low, high]).toEqual([0x1200_5452, 0x8000_5634]);
  expect(Array.from(guestMac)).toEqual([0x52, 0x54, 0, 0x12, 0x34, 0x56]);
  expect(readPhy(rig, phy.PSTATUS) & 4).toBe(4);
  rig.acknowledge();
  expect(rig.line).toBe(false);
});

test('a trace knows its registers wherever they are', () => {
  const { pci } = makeRig();
  const name = (offset: number) => pci.addressName('memory', 0x4010_0000 + offset, 'write');
  expect([at.TDT.at, at.RA.at + 8, 0xfffc].map(name)).toEqual(['e1000.TDT', 'e1000.RA[2]', 'e1000.bar0+0xfffc']);
  expect([pci.addressName('ports', 0x1004, 'read'), pci.addressName('ports', 0x2000, 'read')])
    .toEqual(['e1000.IODATA', undefined]);
});

test('every register is behind the port window as well', () => {
  const rig = makeRig();
  rig.write(e1000Ports.IOADDR.at, at.TIPG.at, 4, 'ports');
  rig.write(e1000Ports.IODATA.at, 0x602006, 4, 'ports');
  expect([rig.get('TIPG'), rig.read(e1000Ports.IODATA.at, 4, 'ports')]).toEqual([0x602006, 0x602006]);
  rig.write(e1000Ports.IOADDR.at, 0x1_0000, 4, 'ports');
  expect(rig.read(e1000Ports.IODATA.at, 4, 'ports')).toBe(0);
});

test('what the packet buffer is not given for receiving is for sending', () => {
  const rig = makeRig();
  expect(rig.get('PBA')).toBe(0x0010_0030);
  rig.set('PBA', 40);
  expect(rig.get('PBA')).toBe(24 << 16 | 40);
});
