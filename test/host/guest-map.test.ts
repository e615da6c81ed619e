import { expect, test } from 'vitest';
import { writeImage } from '../../src/compiler/elf/image-writer.ts';
import { writeObject } from '../../src/compiler/elf/object-writer.ts';
import { linkImage } from '../../src/compiler/link/linker.ts';
import { GuestMap } from '../../src/host/guest-map.ts';
import { file, sample } from '../compiler/dwarf/sample.ts';
import { kernelImage } from '../support/image.ts';

test('an address is told by function and line, of images and of modules that come and go', () => {
  const map = new GuestMap();
  map.addImage('kernel', writeImage(linkImage([sample], kernelImage())));
  map.addModule('nic', writeObject(sample), new Map([['.text', 0xc000_0000], ['.data', 0xc000_1000]]));
  expect(map.describe(0x8000_002c)).toBe(`outer+0x14 (${file}:14)`);
  expect(map.describe(0xc000_0040)).toBe(`inner+0x4 (${file}:22)`);
  expect(map.describe(0xc000_1004)).toBe('tasks+0x4');
  expect(map.symbols.address('nic:inner')).toBe(0xc000_003c);
  map.remove('nic');
  expect(map.describe(0xc000_0040)).toBe('0xc0000040');
});
