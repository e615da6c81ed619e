import { describe, expect, test } from 'vitest';
import { Devices } from '../../src/host/devices.ts';
import { Machine } from '../../src/host/machine.ts';
import { RecordRing } from '../../src/host/record-ring.ts';
import { UserError } from '../../src/host/user-error.ts';
import { Scratch } from '../support/scratch.ts';

describe('what --device says', () => {
  test('is a name and options', () => {
    const [card] = new Devices(['e1000,mac=02:00:00:00:00:07,peer=10.1.2.3,loss=0.25,down=5-6/7-9']).cards;
    expect(card).toEqual({
      name: 'e1000', mac: Uint8Array.of(2, 0, 0, 0, 0, 7), peer: 0x0a01_0203, loss: 0.25,
      down: [{ fromMs: 5, toMs: 6 }, { fromMs: 7, toMs: 9 }],
    });
  });

  test('may name a folder whose files are served', () => {
    const scratch = new Scratch();
    try {
      const path = scratch.write('hello.txt', 'hello');
      const [card] = new Devices([`pcnet,tftp=${path.replace(/\/[^/]*$/, '')}`]).cards;
      expect(card).toEqual({ name: 'pcnet', files: { 'hello.txt': new TextEncoder().encode('hello') } });
    } finally {
      scratch.remove();
    }
  });

  const mistakes: [string, RegExp][] = [
    ['e1001', /^there is no device 'e1001'; there are e1000, /],
    ['e1000,speed=3', /^e1000 has no option 'speed'; it has mac, /],
    ['e1000,loss=1.5', /^e1000: loss must be a number from 0 to 1, not '1.5'$/],
    ['e1000,mac=1:2', /^e1000: mac must be an address/],
    ['e1000,forward=5000', /^e1000: forward must be pairs of ports/], ['e1000,forward=0-1', /^e1000: forward must be/],
    ['pcnet,down=9-5', /^pcnet: down must be spans/], ['e1000,peer=10.0.0.256', /^e1000: peer must be/],
    ['e1000,tftp=/none/such', /cannot be read$/], ['e1000,pcap=', /needs a path$/],
    ['e1000,pcap=/none/such', /cannot be written$/],
  ];
  test.each(mistakes)('%s is a mistake', (text, sentence) => {
    expect(() => new Devices([text])).toThrow(UserError);
    expect(() => new Devices([text])).toThrow(sentence);
  });
});

test('only the parallel engine forwards to the host\'s network', async () => {
  const create = Machine.create({ image: Uint8Array.of(0x73, 0, 0x50, 0x10), devices: ['e1000,forward=5000-6000'] });
  await expect(create).rejects.toThrow(/forwarding .* needs the parallel engine/);
});

test('frames go to a capture file, with their times', () => {
  const scratch = new Scratch();
  try {
    const path = scratch.write('net.pcap', '');
    const devices = new Devices(['e1000', { name: 'pcnet', pcap: path }]);
    expect([devices.wants(0), devices.wants(1)]).toEqual([false, true]);
    devices.record(1, Uint8Array.of(1, 2, 3, 4), 3_000_000_005);
    devices.record(1, new Uint8Array(60), 4_500_000_000);
    devices.close();
    const bytes = Buffer.from(scratch.read('net.pcap'));
    expect(bytes.subarray(0, 24).toString('hex')).toBe('4d3cb2a1020004000000000000000000' + '0000040001000000');
    expect(bytes.subarray(24, 44).toString('hex')).toBe('03000000' + '05000000' + '04000000' + '04000000' + '01020304');
    expect([bytes.length, bytes.readUInt32LE(44), bytes.readUInt32LE(48)]).toEqual([24 + 20 + 76, 4, 500_000_000]);
  } finally {
    scratch.remove();
  }
});

test('a ring of records gives what was put in, as far as there was room', () => {
  const memory = RecordRing.memory();
  const [put, take] = [new RecordRing(memory), new RecordRing(memory)];
  const taken: [number, number, number][] = [];
  for (let round = 0; round < 40; round++) {
    for (let index = 0; index < 20; index++) put.put(new Uint8Array(1000 + index).fill(round), round * 1e6 + index);
    take.take((bytes, ns) => taken.push([bytes.length, bytes[bytes.length - 1]!, ns]));
  }
  expect([taken.length, taken[0], taken[799]]).toEqual([800, [1000, 0, 0], [1019, 39, 39_000_019]]);
  while (put.lost === 0) put.put(new Uint8Array(100_000), 0);
  let left = 0;
  take.take(() => left++);
  expect([left, put.lost]).toEqual([10, 1]);
});
