/** The drivers about which there are stories, and how these are told. */
import type { Way } from '../support/extension.ts';
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
  boot(system: System, harts: number, way: Way): Promise<Teller>;
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
  sb: subject((...where) => SbTrial.boot(...where), sbStories),
};

/** The line that tells a story again. */
export const replayOf = (driver: string, story: string, harts: number, seed: number, way: Way = 'native') =>
  `npm run drivers -- ${driver} --way ${way} --story '${story}' --harts ${harts} --from ${seed} --seeds 1`;

function network(driver: NetDriver): Subject {
  return subject((...where) => NetTrial.boot(driver, ...where), { ...netStories, ...driver.stories });
}

function subject<Trial extends DriverTrial>(
  boot: (...where: Parameters<Subject['boot']>) => Promise<Trial>, stories: Readonly<Record<string, StoryOf<Trial>>>,
): Subject {
  return {
    stories: Object.keys(stories),
    boot: async (...where) => {
      const trial = await boot(...where);
      return {
        tell: (story, seed) => trial.tell(stories[story]!, seed),
        console: () => trial.console,
        dispose: () => trial.dispose(),
      };
    },
  };
}
