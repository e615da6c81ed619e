/**
 * printf's formatting and reading numbers, by what C prints (C11, section 7.21.6.1) and Linux 2.4's lib/vsprintf.c
 * reads.
 */
import { describe, expect, test } from 'vitest';
import { loadWithStandIns } from '../../support/stand-ins.ts';

const { functions, memory } = loadWithStandIns('', ['lib/format.ts', 'lib/number.ts']);
const buffer = memory.allocate(256, 4);

function format(text: string, ...args: (number | bigint | string)[]): string {
  expect(functions.snprintf!(buffer, 256, text, ...args)).toBe(memory.textAt(buffer).length);
  return memory.textAt(buffer);
}

const conversions: readonly [string, string, (number | bigint | string)[]][] = [
  ['', '', []],
  ['no conversions, %', 'no conversions, %%', []],
  ['0 -1 2147483647 -2147483648', '%d %d %d %i', [0, -1, 0x7fffffff, -0x80000000]],
  ['4294967295 0', '%u %u', [0xffffffff, 0]],
  ['deadbeef DEADBEEF 0xff 0XFF', '%x %X %#x %#X', [0xdeadbeef, 0xdeadbeef, 255, 255]],
  ['777', '%o', [0o777]],
  ['0000abcd 80000000', '%p %p', [0xabcd, 0x80000000]],
  ['<   42> <42   > <00042> <  -42> <-0042>', '<%5d> <%-5d> <%05d> <%5d> <%05d>', [42, 42, 42, -42, -42]],
  ['<42   > +7 -7', '<%-05d> %+d %+d', [42, 7, -7]],
  ['<00ff> <  ff>', '<%.4x> <%4x>', [255, 255]],
  ['< 0042>', '<%5.4d>', [42]],
  ['18446744073709551615 -1 123456789abcdef0', '%llu %lld %llx', [0xffffffffffffffffn, -1n, 0x123456789abcdef0n]],
  ['-9223372036854775808 1', '%lld %d', [-0x8000000000000000n, 1]],
  ['1 2 3', '%d %llu %d', [1, 2n, 3]],
  ['10000000000 99', '%llu %ld', [10000000000n, 99]],
  ['abc|  abc|abc  |ab|   ab', '%s|%5s|%-5s|%.2s|%5.2s', ['abc', 'abc', 'abc', 'abc', 'abc']],
  ['(null)', '%s', [0]],
  ['x|  x|x  |', '%c|%3c|%-3c|', [0x78, 0x78, 0x78]],
  ['<    7> <7    >', '<%*d> <%*d>', [5, 7, -5, 7]],
  ['<ab> <abc>', '<%.*s> <%.*s>', [2, 'abc', -1, 'abc']],
  ['%y', '%y', []],
];

test.each(conversions.map(([expected, text, args]) => ({ expected, text, args })))('$text', (each) => {
  expect(format(each.text, ...each.args)).toBe(each.expected);
});

test('what does not fit is cut off, ended by a zero, and counted', () => {
  for (const size of [1, 5, 11, 12]) {
    memory.bytes.fill(0xaa, buffer - 0x8000_0000, buffer - 0x8000_0000 + 20);
    expect(functions.snprintf!(buffer, size, '%s %d', 'hello', 12345)).toBe(11);
    expect(memory.textAt(buffer)).toBe('hello 12345'.slice(0, size - 1));
    expect(memory.load(buffer + size, 1)).toBe(0xaa);
  }
  expect(functions.snprintf!(buffer, 0, 'abc')).toBe(3);
});

describe('simple_strtoul', () => {
  const end = memory.allocate(4, 4);
  const read = (text: string, base: number, name = 'simple_strtoul') => {
    const value = functions[name]!(text, end, base);
    return [value, memory.textAt(memory.load(end, 4))];
  };

  test.each<[string, number, number, string]>([
    ['123', 10, 123, ''], ['123abc', 10, 123, 'abc'], ['', 10, 0, ''], ['x', 10, 0, 'x'], ['1f', 16, 31, ''],
    ['0x1F', 16, 31, ''], ['0x1f', 0, 31, ''], ['017', 0, 15, ''], ['42', 0, 42, ''], ['0', 0, 0, ''],
    ['0xg', 0, 0, 'xg'], ['4294967295', 10, 0xffffffff, ''], ['1012', 2, 5, '2'],
  ])('%j in base %i is %i, then %j', (text, base, value, rest) => {
    expect(read(text, base)).toEqual([value, rest]);
  });

  test('simple_strtol takes a sign', () => {
    expect([read('-12 ', 10, 'simple_strtol'), read('12', 10, 'simple_strtol')]).toEqual([[-12, ' '], [12, '']]);
  });
});
