/** The count of jumps to an address shares its word with the region that starts there: src/machine/core/run.ts. */
import { expect, test } from 'vitest';
import { ramStart } from '../../src/platform/memory-map.ts';
import { bootText, setArrivals } from '../support/guest.ts';

test('a jump target that is never translated may be arrived at more than 2^31 times', () => {
  const { machine } = bootText('1: j 1b');
  machine.run(10);
  setArrivals(machine, ramStart, 0x7fff_fffe);
  expect(machine.run(1000)).toEqual({ end: { kind: 'limit' }, steps: 1000 });
});
