import { expect, test } from 'vitest';
import { formatSize, parseSize } from '../../src/host/size.ts';

// as written, bytes, as we would write it
const sizes: [string, number, string][] = [
  ['128M', 128 * 2 ** 20, '128M'], ['1G', 2 ** 30, '1G'], ['16MiB', 2 ** 24, '16M'], ['16mb', 2 ** 24, '16M'],
  ['64k', 65536, '64K'], ['4096', 4096, '4K'], ['5000', 5000, '5000'], ['0.5G', 2 ** 29, '512M'],
  [' 2 G ', 2 ** 31, '2G'], ['0', 0, '0'], ['12B', 12, '12'],
];
test.each(sizes)('%s is %d bytes', (text, bytes, short) => {
  expect(parseSize(text)).toBe(bytes);
  expect(formatSize(bytes)).toBe(short);
});

test.each(['', 'M', '-1M', '1T', '1.2.3M', '0x10', '1e3', '0.3', '99999999999G', 'many'])("'%s' is no size", (text) => {
  expect(() => parseSize(text)).toThrow(expect.objectContaining({
    name: 'UserError', message: `not a size: '${text}' (write 128M or 1G)`,
  }));
});
