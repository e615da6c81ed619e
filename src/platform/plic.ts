import { limits } from './memory-map.ts';
import { array, ro, rw } from './registers.ts';

/** A context is where interrupts go: M-mode of hart h is context 2h, S-mode is 2h + 1. */
export const plicContexts = 2 * limits.harts.most;

/** Words of 32 sources each, in the pending array and in each context's enables. */
export const plicSourceWords = (limits.interruptSources >>> 5) + 1;

/** The layout leaves room for 1024 sources: 32 words of enables per context. */
export const plicEnableWords = 32;

/** The three bits of priority that QEMU's board has: 0 never interrupts, 7 is the most urgent. */
export const plicPriorityMask = 7;

/**
 * RISC-V Platform-Level Interrupt Controller Specification 1.0.0, chapter 3 (Memory Map). `enable` is one array over
 * all contexts: word w of context c is entry 32c + w.
 */
export const plicRegisters = {
  priority: array(rw(0x00_0000, 'interrupt source priority'), { count: limits.interruptSources + 1, stride: 4 }),
  pending: array(ro(0x00_1000, 'interrupt pending bits'), { count: plicSourceWords, stride: 4 }),
  enable: array(rw(0x00_2000, 'interrupt enable bits'), { count: plicContexts * plicEnableWords, stride: 4 }),
  threshold: array(rw(0x20_0000, 'priority threshold'), { count: plicContexts, stride: 0x1000 }),
  claim: array(rw(0x20_0004, 'interrupt claim, and completion when written'), { count: plicContexts, stride: 0x1000 }),
} as const;
