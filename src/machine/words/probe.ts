import { struct, word, words } from './struct.ts';

/** Hits a probe ring holds before the oldest unread ones are lost. */
export const probeRingHits = 1024;
/** Words of a hit: the address, the steps before it (low, high), and the registers x1 to x31. */
export const probeHitWords = 34;

/** One hart's probe ring, in the parallel engine: what the hart saw at its probes, for the host to read. */
export const probeRingWords = struct({
  head: word('hart', 'hits ever put in'),
  tail: word('machine', 'hits ever taken out'),
  lost: word('hart', 'hits that found the ring full'),
  hits: words(probeRingHits * probeHitWords, 'hart', 'the ring'),
});
