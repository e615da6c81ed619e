/** `nooks report`: what came of a campaign, as text, page or file for other programs. */
import type { Command } from 'commander';
import { csvOf } from '../campaign/columns.ts';
import { reportPage } from '../campaign/report/page.ts';
import { summarise } from '../campaign/summary.ts';
import { CampaignFolder } from '../host/campaign-folder.ts';
import { readResults } from '../host/campaign-results.ts';
import { writeWhole } from '../host/output.ts';
import { resultsJson, resultsText, tornText } from './results-text.ts';
import { statusHelp } from './status.ts';

interface ReportOptions {
  readonly json?: true;
  readonly csv?: string;
  readonly parquet?: string;
  readonly html?: string;
}

/** Adds the command to the program. */
export function registerReport(program: Command, _finish: (status: number) => void): void {
  program.command('report')
    .summary('tell what came of a campaign')
    .description('Tells what came of a campaign, finished or not; a campaign that runs may be looked at.')
    .argument('<folder>', 'the folder of the campaign')
    .option('--json', 'print the summary as JSON')
    .option('--csv <file>', 'write a row per trial, separated by commas')
    .option('--parquet <file>', 'write a row per trial, as a Parquet file')
    .option('--html <file>', 'write the report as a page that needs no network')
    .addHelpText('after', help)
    .action(async (path: string, options: ReportOptions) => {
      const folder = CampaignFolder.open(path), results = readResults(folder);
      if (results.damaged > 0) process.stderr.write(`nooks: ${tornText(results.damaged)} left out\n`);
      const summary = summarise(folder.campaign, results.rows);
      const written = [
        await write(options.csv, () => csvOf(results.rows)),
        await write(options.parquet, async () => (await import('../host/parquet.ts')).parquetOf(results.rows)),
        await write(options.html, () => reportPage({ summary, ...results })),
      ];
      if (options.json) process.stdout.write(resultsJson(summary, results.hash));
      else if (!written.includes(true)) process.stdout.write(resultsText(summary, results.hash));
    });
}

const help = `
With --csv, --parquet or --html alone nothing is printed.

Exit status:
  0    it was told
${statusHelp('mistake', 'internal')}
`;

/** Writes a file, if it is wanted. */
async function write(
  path: string | undefined, contents: () => string | Uint8Array | Promise<Uint8Array>,
): Promise<boolean> {
  if (path === undefined) return false;
  writeWhole(path, await contents());
  return true;
}
