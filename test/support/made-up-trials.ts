/** A pool's thread whose trials do as their seeds say: die, die once, hang, throw, or end at once with a record. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { workerData } from 'node:worker_threads';
import type { TrialRecord } from '../../src/campaign/record.ts';
import { parseTrial, type Trial } from '../../src/campaign/trial.ts';
import { type Shift, workShift } from '../../src/host/trial-worker.ts';
import { UserError } from '../../src/host/user-error.ts';
import { recordOf } from '../campaign/made-up.ts';

const { folder, deeds } = workerData as { folder: string; deeds: Readonly<Record<number, string>> };

async function run(line: string): Promise<TrialRecord> {
  const { extension, mode, seed } = parseTrial(line) as Trial;
  const mark = join(folder, `died-${mode}-${seed}`);
  switch (deeds[seed]) {
    case 'die': return process.exit(3);
    case 'die once':
      if (existsSync(mark)) break;
      writeFileSync(mark, '');
      return process.exit(3);
    case 'throw': throw new Error('a planted bug');
    case 'mistake': throw new UserError('sb does not work today');
    case 'hang': for (;;);
  }
  return recordOf(extension, mode, seed, 'panic');
}

export default (shift: Shift) => workShift(shift, run);
