/** A page of RAM may hold code and data, and what was one may become the other: src/machine/core/code-cache.ts. */
import { describe, expect, test } from 'vitest';
import { bootText, isTranslated } from '../support/guest.ts';

/** Stores to the page in a row: more than make it data, and than make it data again. */
const stores = 300;
/** Calls a function, stores beside it, makes it return one more, and calls it, ten times. Sums up what it returns. */
const text = `
  li s1, 10
  la s2, function
  li s3, 0
again:
  jal ra, function
  add s3, s3, a0
  li t0, ${stores}
fill:
  sw t0, 256(s2)
  addi t0, t0, -1
  bgtz t0, fill
  lw t1, 0(s2)
  li t2, 1 << 20
  add t1, t1, t2
  sw t1, 0(s2)
  addi s1, s1, -1
  bgtz s1, again
end:
  j end
  .balign 4096
function:
  li a0, 1
  nop
  nop
  nop
  nop
  nop
  nop
  ret`;

describe.each([['interpreted', 0], ['translated', 2]])('%s', (_, hotCount) => {
  test('a function is seen to change after any number of stores to its page', () => {
    const { machine } = bootText(text, { hotCount });
    for (let piece = 0; piece < 100; piece++) machine.run(100);
    expect(machine.hart(0).x[19]).toBe(1 + 2 + 3 + 4 + 5 + 6 + 7 + 8 + 9 + 10);
  });

  test('one that does not change stays translated, however much is stored beside it', () => {
    const unchanged = text.replace('sw t1, 0(s2)', 'nop').replace('li s1, 10', 'li s1, 100000');
    const { machine, symbols } = bootText(unchanged, { hotCount });
    let times = 0;
    for (let piece = 0; piece < 1000; piece++) {
      machine.run(1000);
      if (isTranslated(machine, symbols.get('function')!)) times++;
    }
    expect(times > 900).toBe(hotCount > 0);
  });
});
