import { contention } from './contention.ts';
import { interrupts } from './interrupts.ts';
import { plainRaces } from './races.ts';
import { remote } from './remote.ts';
import { walkers } from './walkers.ts';
import type { Litmus } from './litmus.ts';

/** Every litmus test. */
export const litmusTests: readonly Litmus[] = [...plainRaces, ...contention, ...interrupts, ...remote, ...walkers];
