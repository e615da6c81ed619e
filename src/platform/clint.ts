import { limits } from './memory-map.ts';
import { array, rw } from './registers.ts';

const count = limits.harts.most;

/**
 * SiFive FU540-C000 Manual v1p4, chapter 9, table 9.1 (Core-Local Interruptor). RV32 reads and writes the 64-bit
 * registers as two halves; a name ending in `h` is the upper one.
 */
export const clintRegisters = {
  msip: array(rw(0x0000, 'machine software interrupt, one per hart'), { count, stride: 4 }),
  mtimecmp: array(rw(0x4000, 'machine timer compare, one per hart'), { count, stride: 8 }),
  mtimecmph: array(rw(0x4004, 'machine timer compare, upper half'), { count, stride: 8 }),
  mtime: rw(0xbff8, 'machine time'),
  mtimeh: rw(0xbffc, 'machine time, upper half'),
} as const;
