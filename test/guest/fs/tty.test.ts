/** The line discipline: what is typed, what is echoed, what a reader gets, which signal is sent. */
import { expect, test } from 'vitest';
import { loadGuest } from './host.ts';

const { functions, memory, address } = loadGuest(['kernel/drivers/char/tty.ts']);
const call = (name: string, ...args: (number | string)[]) => Number(functions[name]!(...args)) | 0;
const buffer = memory.allocate(8192, 8);
const ram = 0x8000_0000;

// Offsets in struct termios.
const c_iflag = 0, c_oflag = 4, c_lflag = 12;
const ISIG = 1, ICANON = 2, ECHO = 8, ONLCR = 4;

/** A terminal with some bits of its settings cleared. */
function terminal(...clear: readonly (readonly [field: number, bits: number])[]) {
  const tty = call('test_tty') >>> 0;
  call('n_tty_flush_buffer', tty);
  const termios = (call('termios_address') >>> 0) - ram;
  for (const [field, bits] of clear) {
    memory.view.setUint32(termios + field, memory.view.getUint32(termios + field, true) & ~bits, true);
  }
  const echoed = () => {
    const count = address('sent_bytes') - ram;
    const start = address('sent') - ram;
    const text = Buffer.from(memory.bytes.slice(start, start + sent(count))).toString('latin1');
    memory.view.setUint32(count, 0, true);
    return text;
  };
  return {
    type: (text: string) => {
      for (const c of Buffer.from(text, 'latin1')) call('tty_receive', tty, c);
    },
    readable: () => call('n_tty_readable', tty) !== 0,
    read: (size = 4096) => {
      const count = call('n_tty_take', tty, buffer, size);
      return Buffer.from(memory.bytes.slice(buffer - ram, buffer - ram + count)).toString('latin1');
    },
    echoed,
    signal: () => call('take_signal'),
  };
}

const sent = (count: number) => memory.view.getUint32(count, true);

test.each<[string, string, string, string]>([
  ['a line', 'ls\r', 'ls\r\n', 'ls\n'],
  ['a newline is one too', 'ls\n', 'ls\r\n', 'ls\n'],
  ['DEL erases', 'lx\x7fs\r', 'lx\b \bs\r\n', 'ls\n'],
  ['^H erases', 'lx\bs\r', 'lx\b \bs\r\n', 'ls\n'],
  ['not beyond the beginning', '\x7f\x7fa\r', 'a\r\n', 'a\n'],
  ['not beyond the line before', 'a\r\x7f\x7fb\r', 'a\r\nb\r\n', 'a\n'],
  ['^U kills the line', 'abc\x15d\r', 'abc\b \b\b \b\b \bd\r\n', 'd\n'],
  ['a control character shows as two and is erased as two', 'a\x01\x7fb\r', 'a^A\b \b\b \bb\r\n', 'ab\n'],
  ['^D ends a read without a line end', 'ab\x04', 'ab', 'ab'],
  ['a tab is itself', 'a\tb\r', 'a\tb\r\n', 'a\tb\n'],
  ['^C voids the line', 'abc\x03de\r', 'abc^C\r\nde\r\n', 'de\n'],
])('%s', (_, typed, echo, line) => {
  const tty = terminal();
  tty.echoed();
  tty.type(typed);
  expect([tty.echoed(), tty.readable(), tty.read()]).toEqual([echo, true, line]);
});

test('a line is not readable before its end, and can be read in parts', () => {
  const tty = terminal();
  tty.type('hello');
  expect(tty.readable()).toBe(false);
  tty.type('\rthere\r');
  expect([tty.read(3), tty.read(), tty.read(), tty.readable()]).toEqual(['hel', 'lo\n', 'there\n', false]);
});

test('^D at the beginning of a line is an end of file: readable, and nothing to read', () => {
  const tty = terminal();
  tty.type('\x04x\r');
  expect([tty.readable(), tty.read(), tty.read()]).toEqual([true, '', 'x\n']);
});

test.each([['^C', '\x03', 2], ['^\\', '\x1c', 3], ['x', 'x', 0]])('%s sends its signal', (_, typed, signal) => {
  const tty = terminal();
  tty.type(typed);
  expect(tty.signal()).toBe(signal);
});

test('without ISIG, ICANON and ECHO all bytes pass as they are', () => {
  const tty = terminal([c_lflag, ISIG | ICANON | ECHO], [c_iflag, 0o400]);
  tty.echoed();
  tty.type('a\x03\x04\x7f\r');
  expect([tty.readable(), tty.read(), tty.echoed(), tty.signal()]).toEqual([true, 'a\x03\x04\x7f\r', '', 0]);
});

test('without ONLCR a newline stays one', () => {
  const tty = terminal([c_oflag, ONLCR]);
  tty.echoed();
  tty.type('a\n');
  expect(tty.echoed()).toBe('a\n');
});

test('a line that never ends keeps 4095 bytes and room for its end, and rings the bell', () => {
  const tty = terminal([c_lflag, ECHO]);
  tty.echoed();
  tty.type(`${'x'.repeat(5000)}\r`);
  expect([tty.read(8192), tty.echoed()]).toEqual([`${'x'.repeat(4095)}\n`, '\x07'.repeat(905)]);
});
