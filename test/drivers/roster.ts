/** The drivers about which there are stories, and how these are told. */
import type { System } from '../support/system.ts';
import type { DriverTrial, StoryOf } from './driver-trial.ts';
import { e1000Driver } from './e1000.ts';
import type { NetDriver } from './net-driver.ts';
import { stories as netStories } from './net-stories.ts';
import { NetTrial } from './net-trial.ts';
import { pcnet32Driver } from './pcnet32.ts';
import { sbStories } from './sb-stories.ts';
import { SbTrial } from './sb-trial.ts';

export interface Subject {
  /** The stories' names. */
  readonly stories: readonly string[];
  boot(system: System, harts: number): Promise<Teller>;
}

export interface Teller {
  /** @throws Error when it does not end well */
  tell(story: string, seed: number): Promise<void>;
  /** What the last story's console has said. */
  console(): string;
  dispose(): Promise<void>;
}

export const roster: Readonly<Record<string, Subject>> = {
  e1000: network(e1000Driver),
  pcnet32: network(pcnet32Driver),
  sb: subject((system, harts) => SbTrial.boot(system, harts), sbStories),
};

/** The line that tells a story again. */
export const replayOf = (driver: string, story: string, harts: number, seed: number) =>
  `npm run drivers -- ${driver} --story '${story}' --harts ${harts} --from ${seed} --seeds 1`;

function network(driver: NetDriver): Subject {
  return subject((system, harts) => NetTrial.boot(driver, system, harts), { ...netStories, ...driver.stories });
}

function subject<Trial extends DriverTrial>(
  boot: (system: System, harts: number) => Promise<Trial>, stories: Readonly<Record<string, StoryOf<Trial>>>,
): Subject {
  return {
    stories: Object.keys(stories),
    boot: async (system, harts) => {
      const trial = await boot(system, harts);
      return {
        tell: (story, seed) => trial.tell(stories[story]!, seed),
        console: () => trial.console,
        dispose: () => trial.dispose(),
      };
    },
  };
}
