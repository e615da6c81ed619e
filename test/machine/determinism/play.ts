/** Plays a guest in lockstep in several manners, and notes what must come out the same. */
import type { CostProfile } from '../../../src/platform/cost.ts';
import type { LockstepMachine } from '../../../src/machine/machine.ts';
import { Random } from '../../../src/machine/random.ts';
import { bootText } from '../../support/guest.ts';

export interface Setting {
  readonly text: string;
  readonly harts: number;
  readonly seed: number;
  readonly costs: CostProfile;
}

/** What comes of a run; all of it is a function of the setting. */
export interface Result {
  readonly end: string;
  readonly steps: number;
  readonly hash: string;
  readonly events: string;
  readonly console: string;
  readonly now: number;
}

const most = 1_000_000;

/** A manner of playing; `hotCount` and what is done between the steps must not matter. */
export interface Manner {
  readonly name: string;
  readonly hotCount: number;
  /** Steps of the next piece; everything at once when absent. */
  readonly piece?: () => number;
  /** Is given the machine once, after that many steps. */
  readonly meanwhile?: { readonly after: number; readonly act: (machine: LockstepMachine) => void };
}

export function play({ text, harts, seed, costs }: Setting, { hotCount, piece, meanwhile }: Manner): Result {
  let console = '';
  const { machine } = bootText(text, {
    harts, seed, costs, hotCount, quantum: 100, onConsole: (byte) => void (console += String.fromCharCode(byte)),
  });
  let steps = 0, end = 'limit';
  let waiting = meanwhile;
  while (end === 'limit' && steps < most) {
    const until = waiting ? waiting.after : most;
    const result = machine.run(Math.min(until - steps, piece?.() ?? most));
    steps += result.steps;
    end = result.end.kind;
    if (waiting && steps >= waiting.after) {
      const before = console;
      waiting.act(machine);
      console = before;
      waiting = undefined;
    }
  }
  return {
    end: end === 'exit' ? `exit ${machine.exit?.status}` : end, steps, hash: machine.hash(), events: machine.events(),
    console, now: machine.now,
  };
}

/** Pieces of varying length, odd ones among them. */
function pieces(least: number, most: number): () => number {
  const random = new Random().seed(5);
  return () => least + random.below(most - least);
}

/** Steps at which something is done in the middle of the run. */
export const middle = 4_973;

export const manners: readonly Manner[] = [
  { name: 'again', hotCount: 0 },
  { name: 'translated at once', hotCount: 1, piece: pieces(1, 300) },
  { name: 'translated later', hotCount: 40, piece: pieces(1000, 5000) },
  { name: 'in tiny pieces', hotCount: 0, piece: pieces(1, 12) },
  {
    name: 'gone back to the middle twice', hotCount: 3, piece: pieces(100, 3000),
    meanwhile: {
      after: middle,
      act: (machine) => {
        const snapshot = machine.snapshot();
        machine.run(9_011);
        machine.restore(snapshot);
        machine.run(57);
        machine.restore(snapshot);
      },
    },
  },
  {
    name: 'gone back over a snapshot in between', hotCount: 0, piece: pieces(100, 3000),
    meanwhile: {
      after: middle,
      act: (machine) => {
        const first = machine.snapshot();
        machine.run(1_999);
        const second = machine.snapshot();
        machine.run(2_001);
        machine.restore(second);
        machine.run(12);
        machine.restore(first);
      },
    },
  },
];
