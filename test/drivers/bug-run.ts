/** The long run of the bugs put in by hand: a table of what became of each, under one schedule after another. */
import type { Way } from '../support/extension.ts';
import { shipped } from '../support/system.ts';
import { BugMachine, bugReplay } from './bug-trial.ts';
import { bugs } from './bugs.ts';

interface Wish {
  /** One driver's alone; all, when empty. */
  readonly driver: string;
  readonly harts: number;
  readonly from: number;
  readonly seeds: number;
  say(text: string): void;
}

const ways: readonly Way[] = ['native', 'isolated'];

/** Whether all went as the table says. */
export async function tryBugs({ driver: wanted, harts, from, seeds, say }: Wish): Promise<boolean> {
  let good = true;
  for (const driver of new Set(bugs.map((bug) => bug.driver))) {
    if (wanted !== '' && wanted !== driver) continue;
    const own = bugs.filter((bug) => bug.driver === driver);
    const machine = await BugMachine.boot(own, await shipped(), harts);
    for (const bug of own) {
      const wrong: Record<Way, number> = { native: 0, isolated: 0 };
      for (let seed = from; seed < from + seeds; seed++) {
        for (const way of ways) {
          const complaints = await machine.try(bug, way, seed);
          if (complaints.length === 0) continue;
          wrong[way]++;
          say(`${complaints.join('\n')}\n${machine.console.slice(-3000)}\n  again: ${bugReplay(driver, harts, seed)}`);
        }
      }
      const count = (way: Way) => `${seeds - wrong[way]} of ${seeds}`;
      const native = `native ${bug.native}, service ${bug.service}: ${count('native')}`;
      say(`${driver.padEnd(8)} ${bug.kind.padEnd(28)} ${native}; isolated restarted: ${count('isolated')}`);
      good &&= wrong.native + wrong.isolated === 0;
    }
    await machine.dispose();
  }
  return good;
}
