import { expect, test } from 'vitest';
import { deviceAddressName } from '../../src/platform/register-names.ts';

// address, read, written
const names: [number, string, string][] = [
  [0x1000_0000, 'uart.RBR', 'uart.THR'],
  [0x1000_0005, 'uart.LSR', 'uart+0x5'],
  [0x0200_4008, 'clint.mtimecmp[1]', 'clint.mtimecmp[1]'],
  [0x0c20_1004, 'plic.claim[1]', 'plic.claim[1]'],
  [0x1000_1070, 'virtio0.Status', 'virtio0.Status'],
  [0x1000_8000, 'virtio7.MagicValue', 'virtio7+0x0'],
  [0x0010_0000, 'finisher.finish', 'finisher.finish'],
  [0x3000_0800, 'ecam+0x800', 'ecam+0x800'],
  [0x0300_022c, 'sb16.writeStatus', 'sb16.write'],
  [0x0300_0220, 'sb16+0x0', 'sb16+0x0'],
  [0x0300_00d4, 'dma2+0x14', 'dma2.mask'],
  [0x0300_0083, 'dmaPages.page[3]', 'dmaPages.page[3]'],
  [0x0300_1000, 'pciPorts+0x1000', 'pciPorts+0x1000'],
  [0x2000_0000, '0x20000000', '0x20000000'],
];
test.each(names)('%i is %s when read, %s when written', (address, read, written) => {
  expect(deviceAddressName(address, 'read')).toBe(read);
  expect(deviceAddressName(address, 'write')).toBe(written);
});
