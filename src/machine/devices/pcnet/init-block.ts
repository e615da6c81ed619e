/** "Initialization Block" of the Am79C970A: what it reads from memory when told to, in two forms. */
import { csr, softwareStyle } from '../../../platform/pcnet.ts';
import type { Dma } from '../device.ts';

/** Values of CSRs, by number. */
export type BlockValues = Record<number, number>;

const low = (word: number) => word & 0xffff;
const high = (word: number) => word >>> 16;

/** The CSRs that the block at CSR1 and CSR2 sets; undefined when it is not in RAM. */
export function readBlock(dma: Dma, registers: Int32Array): BlockValues | undefined {
  const address = registers[csr.blockHigh]! * 2 ** 16 + registers[csr.blockLow]!;
  const isWide = (registers[csr.style]! & softwareStyle.SSIZE32) !== 0;
  return isWide ? wideBlock(dma, address - address % 4) : narrowBlock(dma, address - address % 2, registers);
}

/** SSIZE32: seven words. */
function wideBlock(dma: Dma, address: number): BlockValues | undefined {
  const words = Array.from({ length: 7 }, (_, index) => dma.read32(address + index * 4));
  if (words.includes(undefined)) return undefined;
  const [mode, station, stationHigh, filter, filterHigh, receive, transmit] = words as
    [number, number, number, number, number, number, number];
  return {
    [csr.mode]: low(mode), ...station48(low(station), high(station), low(stationHigh)),
    ...filter64(low(filter), high(filter), low(filterHigh), high(filterHigh)),
    ...rings(receive, mode >>> 20 & 15, transmit, mode >>> 28),
  };
}

/** Twelve half-words; addresses have 24 bits, and the block's own upper byte stands for the missing ones. */
function narrowBlock(dma: Dma, address: number, registers: Int32Array): BlockValues | undefined {
  const halves = Array.from({ length: 12 }, (_, index) => dma.read16(address + index * 2));
  if (halves.includes(undefined)) return undefined;
  const at = (index: number) => halves[index]!;
  const top = registers[csr.blockHigh]! & 0xff00;
  const ring = (index: number) => ((top | at(index + 1) & 0xff) << 16 | at(index)) >>> 0;
  return {
    [csr.mode]: at(0), ...station48(at(1), at(2), at(3)), ...filter64(at(4), at(5), at(6), at(7)),
    ...rings(ring(8), at(9) >>> 13, ring(10), at(11) >>> 13),
  };
}

const station48 = (...halves: readonly [number, number, number]): BlockValues => numbered(csr.station, halves);
const filter64 = (...halves: readonly [number, number, number, number]): BlockValues => numbered(csr.filter, halves);

const numbered = (first: number, halves: readonly number[]): BlockValues =>
  Object.fromEntries(halves.map((half, index) => [first + index, half]));

/** Lengths are powers of two, at most 512, kept negative. */
function rings(receive: number, receiveLog: number, transmit: number, transmitLog: number): BlockValues {
  const minus = (log: number) => low(-(1 << Math.min(log, 9)));
  return {
    [csr.receiveRing]: low(receive), [csr.receiveRing + 1]: high(receive), [csr.receiveLength]: minus(receiveLog),
    [csr.transmitRing]: low(transmit), [csr.transmitRing + 1]: high(transmit), [csr.transmitLength]: minus(transmitLog),
    [csr.rings]: receiveLog << 8 | transmitLog << 12,
  };
}
