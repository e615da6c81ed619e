import { expect, test } from 'vitest';
import { interruptLines, memoryMap } from '../../../src/platform/memory-map.ts';
import { FCR, IER, IIR, LCR, LSR, MCR, MSR } from '../../../src/platform/uart.ts';
import { makeRig, type Rig } from './rig.ts';

const base = memoryMap.uart.start;
const at = { RBR: 0, THR: 0, DLL: 0, IER: 1, DLM: 1, IIR: 2, FCR: 2, LCR: 3, MCR: 4, LSR: 5, MSR: 6, SCR: 7 };

function uartOf(rig: Rig) {
  return {
    read: (name: keyof typeof at) => rig.bus.read(base + at[name], 1)!,
    write: (name: keyof typeof at, value: number) => rig.bus.write(base + at[name], 1, value),
    receive: (text: string) => [...text].map((letter) => rig.uart.receive(letter.charCodeAt(0))),
    /** Whether the line to the PLIC is up. */
    get line() { return (rig.plic.pending.get(0) & (1 << interruptLines.uart)) !== 0; },
    /** The PLIC's memory of the line forgotten: claim and complete. */
    serve() {
      rig.plic.priority.set(interruptLines.uart, 1);
      rig.plic.enable.set(0, 1 << interruptLines.uart);
      rig.plic.claim.set(0, rig.plic.claim.get(0));
    },
  };
}

test('bytes written are on the wire at once, and the transmitter stays empty', () => {
  const rig = makeRig();
  const uart = uartOf(rig);
  for (const letter of 'hello') uart.write('THR', letter.charCodeAt(0));
  expect(rig.sent).toBe('hello');
  expect(uart.read('LSR')).toBe(LSR.THRE | LSR.TEMT);
});

test('an access of any size is one of the register at its first byte', () => {
  const rig = makeRig();
  rig.bus.write(base + at.THR, 4, 0x4443_4241);
  expect(rig.sent).toBe('A');
  rig.bus.write(base + at.SCR, 1, 0x5a);
  expect(rig.bus.read(base + at.LSR - 1, 4)).toBe(0);
  expect(rig.bus.read(base + at.MSR, 2)).toBe(MSR.DCD | MSR.DSR | MSR.CTS);
  expect(rig.bus.read(base + 8, 1)).toBe(0);
});

test('the transmitter-empty interrupt: raised by enabling, taken back by reading IIR, raised again by writing', () => {
  const rig = makeRig();
  const uart = uartOf(rig);
  expect(uart.line).toBe(false);
  uart.write('IER', IER.ETBEI);
  expect(uart.line).toBe(true);
  expect(uart.read('IIR')).toBe(IIR.transmitterEmpty);
  uart.serve();
  expect([uart.line, uart.read('IIR')]).toEqual([false, IIR.none]);
  uart.write('THR', 65);
  expect([uart.line, uart.read('IIR')]).toEqual([true, IIR.transmitterEmpty]);
  uart.serve();
  uart.write('IER', 0);
  uart.write('IER', IER.ETBEI);
  expect(uart.line).toBe(true);
});

test('reading IIR while something more urgent is there leaves the transmitter-empty interrupt', () => {
  const rig = makeRig();
  const uart = uartOf(rig);
  uart.write('IER', IER.ETBEI | IER.ERBFI);
  uart.receive('x');
  expect(uart.read('IIR')).toBe(IIR.receivedData);
  expect(uart.read('RBR')).toBe(120);
  expect(uart.read('IIR')).toBe(IIR.transmitterEmpty);
  expect(uart.read('IIR')).toBe(IIR.none);
});

test('without FIFOs the receiver holds a byte, and the next waits outside', () => {
  const rig = makeRig();
  const uart = uartOf(rig);
  expect(uart.receive('ab')).toEqual([true, false]);
  expect(uart.read('LSR') & (LSR.DR | LSR.OE)).toBe(LSR.DR);
  expect(uart.read('RBR')).toBe(97);
  expect(rig.events()).toEqual(['drained']);
  expect(uart.receive('b')).toEqual([true]);
});

test('input does not wait for a thread that is in the device', () => {
  const rig = makeRig();
  const other = makeRig({ memory: rig.memory, thread: 2 });
  other.uart.lock.acquire();
  expect(rig.uart.receive(97)).toBe(false);
  other.uart.lock.release();
  expect(rig.uart.receive(97)).toBe(true);
  expect(other.bus.read(base, 1)).toBe(97);
});

/** FCR.trigger, bytes received, the interrupt that says so. */
const triggers: [number, number, number][] = [
  [0, 1, IIR.receivedData], [1, 3, IIR.characterTimeout], [1, 4, IIR.receivedData],
  [2, 7, IIR.characterTimeout], [2, 8, IIR.receivedData], [3, 13, IIR.characterTimeout], [3, 14, IIR.receivedData],
];

test.each(triggers)('trigger %i: %i bytes', (trigger, bytes, expected) => {
  const rig = makeRig();
  const uart = uartOf(rig);
  uart.write('FCR', FCR.enable | trigger << 6);
  uart.write('IER', IER.ERBFI);
  uart.receive('x'.repeat(bytes));
  expect(uart.read('IIR')).toBe(IIR.FIFOs | expected);
  expect(uart.line).toBe(true);
});

test('the FIFO keeps order around its end, takes 16 bytes, and says when it is empty', () => {
  const rig = makeRig();
  const uart = uartOf(rig);
  uart.write('FCR', FCR.enable);
  rig.events();
  uart.receive('0123456789');
  for (let count = 0; count < 10; count++) uart.read('RBR');
  expect(uart.receive('abcdefghijklmnopq').filter(Boolean)).toHaveLength(16);
  const text = Array.from({ length: 16 }, () => String.fromCharCode(uart.read('RBR'))).join('');
  expect(text).toBe('abcdefghijklmnop');
  expect(rig.events()).toEqual(['drained', 'drained']);
  expect([uart.read('RBR'), uart.read('LSR') & LSR.DR]).toEqual([0, 0]);
});

test('the received-data interrupt falls with the last byte', () => {
  const rig = makeRig();
  const uart = uartOf(rig);
  uart.write('FCR', FCR.enable);
  uart.write('IER', IER.ERBFI);
  uart.receive('xy');
  uart.read('RBR');
  uart.serve();
  expect(uart.line).toBe(true);
  uart.read('RBR');
  uart.serve();
  expect([uart.line, uart.read('IIR')]).toEqual([false, IIR.FIFOs | IIR.none]);
});

test('resetting or switching the FIFOs drops what they hold', () => {
  const rig = makeRig();
  const uart = uartOf(rig);
  for (const bits of [FCR.enable | FCR.resetReceiver, 0, FCR.enable]) {
    uart.receive('abc');
    expect(uart.read('LSR') & LSR.DR).toBe(LSR.DR);
    uart.write('FCR', bits);
    expect(uart.read('LSR') & LSR.DR).toBe(0);
  }
});

test('the divisor latch hides THR, RBR and IER', () => {
  const rig = makeRig();
  const uart = uartOf(rig);
  uart.write('IER', IER.ELSI);
  uart.write('LCR', LCR.DLAB | LCR.WLS);
  uart.write('DLL', 0x34);
  uart.write('DLM', 0x12);
  expect([uart.read('DLL'), uart.read('DLM'), rig.sent]).toEqual([0x34, 0x12, '']);
  uart.write('LCR', LCR.WLS);
  expect([uart.read('RBR'), uart.read('IER')]).toEqual([0, IER.ELSI]);
});

test('loopback: what is sent is received, nothing is on the wire, the wire is cut, overrun is an error', () => {
  const rig = makeRig();
  const uart = uartOf(rig);
  uart.write('MCR', MCR.loop);
  uart.write('IER', IER.ELSI);
  uart.write('THR', 65);
  expect([rig.sent, uart.receive('z')]).toEqual(['', [false]]);
  uart.write('THR', 66);
  expect(uart.read('IIR')).toBe(IIR.lineStatus);
  expect(uart.read('LSR') & (LSR.OE | LSR.DR)).toBe(LSR.OE | LSR.DR);
  expect(uart.read('LSR') & LSR.OE).toBe(0);
  expect(uart.read('IIR')).toBe(IIR.none);
  expect(uart.read('RBR')).toBe(65);
  rig.events();
  uart.write('MCR', 0);
  expect(rig.events()).toEqual(['drained']);
});

/** MCR outputs in loopback, and the MSR lines that they become. */
const modem: [number, number][] = [
  [0, 0], [MCR.RTS, MSR.CTS], [MCR.DTR, MSR.DSR], [MCR.OUT1, MSR.RI], [MCR.OUT2, MSR.DCD],
];

test.each(modem)('loopback: MCR %i gives MSR %i', (outputs, lines) => {
  const uart = uartOf(makeRig());
  uart.write('MCR', MCR.loop | outputs);
  expect(uart.read('MSR') & ~MSR.deltas).toBe(lines);
});

test('changes of the modem lines interrupt until MSR is read; RI counts when it ends', () => {
  const uart = uartOf(makeRig());
  uart.write('MCR', MCR.loop);
  uart.read('MSR');
  uart.write('IER', IER.EDSSI);
  uart.write('MCR', MCR.loop | MCR.OUT1);
  expect(uart.read('IIR')).toBe(IIR.none);
  uart.write('MCR', MCR.loop | MCR.RTS);
  expect(uart.read('IIR')).toBe(IIR.modemStatus);
  expect(uart.read('MSR')).toBe(MSR.CTS | MSR.TERI | MSR.DCTS);
  expect([uart.read('IIR'), uart.read('MSR')]).toEqual([IIR.none, MSR.CTS]);
});

/** Register, what is written, what is read: as Linux's 8250 driver tells a 16550A from its relatives. */
const kept: [keyof typeof at, number, number][] = [
  ['IER', 0xff, 0x0f], ['MCR', 0xff, 0x1f], ['SCR', 0xa5, 0xa5], ['LCR', 0x3f, 0x3f],
];

test.each(kept)('%s keeps of %i only %i', (name, written, expected) => {
  const uart = uartOf(makeRig());
  uart.write(name, written);
  expect(uart.read(name)).toBe(expected);
});

test('IIR shows the FIFOs on, and no larger ones', () => {
  const uart = uartOf(makeRig());
  uart.write('FCR', 0xff);
  expect(uart.read('IIR') & 0xf0).toBe(IIR.FIFOs);
  uart.write('FCR', 0);
  expect(uart.read('IIR') & 0xf0).toBe(0);
});
