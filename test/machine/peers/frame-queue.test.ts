import { expect, test } from 'vitest';
import { FrameQueue, frameQueueWords } from '../../../src/machine/peers/frame-queue.ts';
import { randomFrom } from '../devices/rig.ts';

const makeQueue = (bytes: number) => new FrameQueue(new Int32Array(frameQueueWords(bytes)));

test('frames come out as they went in, in order', () => {
  const queue = makeQueue(256);
  expect([queue.due, queue.front, queue.count]).toEqual([Infinity, undefined, 0]);
  queue.put(Uint8Array.of(1, 2, 3), 5.5, 1);
  queue.put(Uint8Array.of(4), 7);
  expect([queue.due, queue.count, queue.held]).toEqual([5.5, 2, 4]);
  expect(queue.front).toEqual({ bytes: Uint8Array.of(1, 2, 3), ns: 5.5, flags: 1 });
  queue.drop();
  expect(queue.front).toEqual({ bytes: Uint8Array.of(4), ns: 7, flags: 0 });
});

test('a queue over the words of another is the same queue', () => {
  const words = new Int32Array(frameQueueWords(256));
  new FrameQueue(words).put(Uint8Array.of(9), 3);
  expect(new FrameQueue(words).front?.bytes).toEqual(Uint8Array.of(9));
});

test.each([1, 2, 3, 4, 5])('against a list, seed %i', (seed) => {
  const random = randomFrom(seed * 7919);
  const queue = makeQueue(2048);
  const list: { bytes: Uint8Array; ns: number }[] = [];
  let [full, taken] = [0, 0];
  for (let round = 0; round < 2000; round++) {
    if (random.below(9) < 5) {
      const bytes = Uint8Array.from({ length: random.below(400) }, () => random.below(256));
      const size = (frame: { bytes: Uint8Array }) => 16 + (frame.bytes.length + 3 & ~3);
      const used = list.reduce((sum, frame) => sum + size(frame), 0);
      if (queue.put(bytes, round)) {
        list.push({ bytes, ns: round });
        taken++;
      } else {
        // One frame's room may be lost at the end, and one word between last and first.
        expect(used + size({ bytes }) + 416 + 4).toBeGreaterThan(2048);
        full++;
      }
    } else if (list.length > 0) {
      const { bytes, ns } = list.shift()!;
      expect([Buffer.compare(queue.front!.bytes, bytes), queue.front!.ns]).toEqual([0, ns]);
      queue.drop();
    }
    expect(queue.count).toBe(list.length);
    expect(queue.held).toBe(list.reduce((sum, frame) => sum + frame.bytes.length, 0));
  }
  expect(Math.min(full, taken)).toBeGreaterThan(100);
});
