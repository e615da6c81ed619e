/** The Internet checksum on the host, by the oracle: against RFC 1071's own words, for all places and lengths. */
import { expect, test } from 'vitest';
import { loadWithStandIns } from '../../support/stand-ins.ts';
import { randomFrom } from '../mm/host.ts';

const { functions, memory } = loadWithStandIns('', ['kernel/net/checksum.ts']);
const buffer = memory.allocate(2048, 8);
const call = (name: string, ...args: number[]) => Number(functions[name]!(...args)) >>> 0;

function put(at: number, bytes: Uint8Array): void {
  memory.bytes.fill(0xa5, buffer - 0x8000_0000, buffer - 0x8000_0000 + 2048);
  memory.bytes.set(bytes, at - 0x8000_0000);
}

/** RFC 1071, section 1: the ones' complement sum of big-endian words, and its complement. */
function reference(bytes: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) sum += bytes[at]! << 8 | (bytes[at + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

const swapped = (word: number) => (word & 0xff) << 8 | word >>> 8;

test('the example of RFC 1071, section 3', () => {
  put(buffer, Uint8Array.of(0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7));
  expect(swapped(call('ip_compute_csum', buffer, 8))).toBe(~0xddf2 & 0xffff);
});

test('all places and lengths, random bytes', () => {
  const seed = 3;
  const random = randomFrom(seed);
  for (const length of [...Array.from({ length: 70 }, (_, index) => index), 576, 1459, 1500]) {
    for (let offset = 0; offset < 8; offset++) {
      const bytes = Uint8Array.from({ length }, () => random(8) === 0 ? 0xff : random(256));
      put(buffer + offset, bytes);
      const context = `seed ${seed}, ${length} bytes at offset ${offset}`;
      expect(swapped(call('ip_compute_csum', buffer + offset, length)), context).toBe(reference(bytes));
    }
  }
});

test('a packet in two parts, with its pseudo header', () => {
  const seed = 4;
  const random = randomFrom(seed);
  for (let round = 0; round < 200; round++) {
    const bytes = Uint8Array.from({ length: 8 + random(300) }, () => random(256));
    const first = random(bytes.length >>> 1) * 2;
    const addresses = Uint8Array.from({ length: 8 }, () => random(256)), words = new DataView(addresses.buffer);
    put(buffer, bytes);
    const sum = call('csum_add', call('csum_partial', buffer, first, 0),
      call('csum_partial', buffer + first, bytes.length - first, 0));
    const magic = call('csum_tcpudp_magic', words.getUint32(0, true), words.getUint32(4, true), bytes.length, 17, sum);
    const pseudo = [...addresses, 0, 17, bytes.length >>> 8, bytes.length & 0xff, ...bytes];
    expect(swapped(magic), `seed ${seed}, round ${round}`).toBe(reference(pseudo));
  }
});

test('what holds its own checksum sums up to nothing, and a changed bit shows', () => {
  const header = Uint8Array.of(0x45, 0, 0, 0x54, 0, 1, 0x40, 0, 64, 1, 0, 0, 10, 0, 2, 15, 10, 0, 2, 2);
  const sum = reference(header);
  header.set([sum >>> 8, sum & 0xff], 10);
  put(buffer, header);
  expect(call('ip_fast_csum', buffer, 5)).toBe(0);
  header[13] = 1;
  put(buffer, header);
  expect(call('ip_fast_csum', buffer, 5)).not.toBe(0);
});
