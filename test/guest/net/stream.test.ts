/** Stream datagrams as programs make and check them, against those of the remote host; and addresses as text. */
import { expect, test } from 'vitest';
import { streamDatagram } from '../../../src/machine/peers/streams.ts';
import { loadWithStandIns } from '../../support/stand-ins.ts';

const { functions, memory } = loadWithStandIns('', ['user/lib/stream.ts', 'user/lib/inet.ts']);
const datagram = memory.allocate(2064, 8);
const call = (name: string, ...args: (number | string)[]) => Number(functions[name]!(...args)) >>> 0;
const at = (offset: number) => datagram - 0x8000_0000 + offset;

test.each([[1, 0, 0], [7, 1, 1], [0x12345678, 300, 255], [3, 0xfffffffe, 256], [9, 77, 1456]])(
  'stream %i, datagram %i, %i bytes', (stream, sequence, bytes) => {
    const length = call('fill_datagram', datagram, stream, sequence, bytes);
    const expected = streamDatagram(stream, sequence, bytes);
    expect([...memory.bytes.slice(at(0), at(length))]).toEqual([...expected]);
    expect(call('is_stream', datagram, length)).toBe(1);
    expect(call('content_is_right', datagram, length)).toBe(1);
    // Shorter than it says, another sequence number, another byte.
    expect(call('content_is_right', datagram, length - 1)).toBe(0);
    if (bytes === 0) return;
    for (const offset of [11, length - 1]) {
      memory.bytes[at(offset)]! ^= 1;
      expect(call('content_is_right', datagram, length)).toBe(0);
      memory.bytes[at(offset)]! ^= 1;
    }
  });

test.each<[string, number[] | undefined]>([
  ['10.0.2.15', [10, 0, 2, 15]], ['255.255.255.0', [255, 255, 255, 0]], ['localhost', [127, 0, 0, 1]],
  ['0.0.0.0', [0, 0, 0, 0]], ['10.0.2', undefined], ['10.0.2.256', undefined], ['10.0.2.1x', undefined],
  ['10..2.1', undefined], ['', undefined], ['1.2.3.4.5', undefined], ['00001.2.3.4', undefined],
])('the address %j', (text, bytes) => {
  expect(call('parse_address', text, datagram)).toBe(bytes ? 1 : 0);
  if (bytes) expect([...memory.bytes.slice(at(0), at(4))]).toEqual(bytes);
});
