/** The pcnet32 driver and the board on their hardware: two readings of one datasheet. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectFolder } from '../../src/host/shipped.ts';
import {
  addressProm, bcr, BCR4, CSR0, CSR15, csr, CSR5, pcnetDescriptor, pcnetDoubleWordPorts, pcnetIdentity, pcnetWordPorts,
} from '../../src/platform/pcnet.ts';

const text = readFileSync(join(projectFolder, 'drivers/pcnet32/regs.ts'), 'utf8');
const driver = new Map([...text.matchAll(/^export const (\w+) = (0x[0-9a-f]+|\d+);$/gm)]
  .map(([, name, value]) => [name!, Number(value)]));

const ports = (prefix: string, map: Readonly<Record<'RDP' | 'RAP' | 'RESET' | 'BDP', { at: number }>>) =>
  Object.entries(map).map(([name, { at }]) => [`${prefix}_${name}`, at] as const);
/** Bits of a descriptor's first status word: the driver sees the upper half of it. */
const upper = (bits: number) => bits >>> 16;
const { OWN, ERR, STP, ENP, FRAM, OFLO, CRC, RBUFF, TBUFF, UFLO, LCAR } = pcnetDescriptor;

test.each([
  ...ports('PCNET32_WIO', pcnetWordPorts), ...ports('PCNET32_DWIO', pcnetDoubleWordPorts),
  ['PCNET32_TOTAL_SIZE', pcnetIdentity.bars[0].bytes], ['PCNET32_PROM_SIZE', addressProm.bytes],
  ['PCNET32_INIT_LOW', csr.blockLow], ['PCNET32_INIT_HIGH', csr.blockHigh], ['CSR3', csr.masks], ['CSR4', csr.features],
  ['CSR5', csr.suspend], ['PCNET32_MC_FILTER', csr.filter], ['PCNET32_PADR', csr.station], ['CSR15', csr.mode],
  ['PCNET32_CHIP_LOW', csr.chipLow], ['PCNET32_CHIP_HIGH', csr.chipHigh], ['PCNET32_MISSED', csr.missed],
  ['CSR0_INIT', CSR0.INIT], ['CSR0_START', CSR0.STRT], ['CSR0_STOP', CSR0.STOP], ['CSR0_TXPOLL', CSR0.TDMD],
  ['CSR0_TXON', CSR0.TXON], ['CSR0_RXON', CSR0.RXON], ['CSR0_INTEN', CSR0.IENA], ['CSR0_IDON', CSR0.IDON],
  ['CSR0_TINT', CSR0.TINT], ['CSR0_RINT', CSR0.RINT], ['CSR0_MERR', CSR0.MERR], ['CSR0_MISS', CSR0.MISS],
  ['CSR0_CERR', CSR0.CERR], ['CSR0_BABL', CSR0.BABL], ['CSR0_ERR', CSR0.ERR],
  ['CSR0_NORMAL', CSR0.STRT | CSR0.IENA], ['CSR0_WORK', CSR0.ERR | CSR0.RINT | CSR0.TINT],
  ['CSR0_REARM', CSR0.IENA | CSR0.clearable & ~(CSR0.TINT | CSR0.RINT)], ['CSR5_SUSPEND', CSR5.SPND],
  ['CSR15_PROMISC', CSR15.PROM], ['PCNET32_BCR_MISC', bcr.misc], ['PCNET32_BCR_LINK', bcr.link],
  ['PCNET32_BCR_DUPLEX', bcr.duplex], ['PCNET32_BCR_STYLE', bcr.style], ['PCNET32_BCR_MIIADDR', bcr.miiAddress],
  ['PCNET32_BCR_MIIDATA', bcr.miiData], ['BCR4_LNKSTE', BCR4.LNKSTE], ['BCR4_LEDOUT', BCR4.LEDOUT],
  ['DESC_OWN', upper(OWN)], ['DESC_ERR', upper(ERR)], ['DESC_STP', upper(STP)], ['DESC_ENP', upper(ENP)],
  ['RMD_FRAM', upper(FRAM)], ['RMD_OFLO', upper(OFLO)], ['RMD_CRC', upper(CRC)], ['RMD_BUFF', upper(RBUFF)],
  ['TMD_LCAR', LCAR >>> 0], ['TMD_UFLO', UFLO >>> 0], ['TMD_BUFF', TBUFF >>> 0],
] as const)('%s', (name, value) => expect(driver.get(name)).toBe(value));
