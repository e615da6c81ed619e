/** The functions of C's <string.h>, against JavaScript, on random texts of few letters. */
import { expect, test } from 'vitest';
import { loadWithStandIns } from '../../support/stand-ins.ts';
import { randomFrom } from '../mm/host.ts';

const { functions, memory } = loadWithStandIns('', ['lib/string.ts', 'lib/memory.ts']);
const [a, b] = [memory.allocate(64, 4), memory.allocate(64, 4)];
const call = (name: string, ...args: number[]) => Number(functions[name]!(...args));

function put(address: number, text: string): void {
  memory.bytes.fill(0xee, address - 0x8000_0000, address - 0x8000_0000 + 64);
  memory.bytes.set(new TextEncoder().encode(`${text}\0`), address - 0x8000_0000);
}

/** Where a result points to, from the start of a text; -1 for none. */
const offset = (result: number, from: number) => (result === 0 ? -1 : result - from);

test('random texts', () => {
  const seed = 11;
  const random = randomFrom(seed);
  const word = (most: number) => Array.from({ length: random(most) }, () => 'abc'[random(3)]).join('');
  for (let round = 0; round < 400; round++) {
    const [first, second, size, letter] = [word(12), word(4), random(14), 'abcd'[random(4)]!];
    const code = letter.charCodeAt(0);
    put(a, first);
    put(b, second);
    const found = {
      strlen: call('strlen', a), strnlen: call('strnlen', a, size), compared: Math.sign(call('strcmp', a, b)),
      strchr: offset(call('strchr', a, code), a), strrchr: offset(call('strrchr', a, code), a),
      end: offset(call('strchr', a, 0), a), strstr: offset(call('strstr', a, b), a), strspn: call('strspn', a, b),
      strpbrk: offset(call('strpbrk', a, b), a), memchr: offset(call('memchr', a, code, size), a),
    };
    const letters = [...first];
    const firstOutside = letters.findIndex((each) => !second.includes(each));
    const inFirst = `${first}\0${'\xee'.repeat(64)}`.slice(0, size);
    expect(found, `${first} ${second} ${size} ${letter}, seed ${seed}`).toEqual({
      strlen: first.length, strnlen: Math.min(size, first.length),
      compared: first < second ? -1 : Number(first > second),
      strchr: first.indexOf(letter), strrchr: first.lastIndexOf(letter), end: first.length,
      strstr: first.indexOf(second), strspn: firstOutside < 0 ? first.length : firstOutside,
      strpbrk: letters.findIndex((each) => second.includes(each)), memchr: inFirst.indexOf(letter),
    });
    expect([call('strcat', a, b), memory.textAt(a)]).toEqual([a, first + second]);
    put(a, first);
    call('strncat', a, b, size);
    expect(memory.textAt(a)).toBe(first + second.slice(0, size));
    put(a, '');
    expect([call('strcpy', a, b), memory.textAt(a), memory.load(a + second.length + 1, 1)]).toEqual([a, second, 0xee]);
    put(a, first);
    call('strncpy', a, b, size);
    const bytes = memory.bytes.subarray(a - 0x8000_0000, a - 0x8000_0000 + size);
    expect(new TextDecoder().decode(bytes)).toBe(second.slice(0, size).padEnd(size, '\0'));
  }
});
