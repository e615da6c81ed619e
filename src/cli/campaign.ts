/** `nooks campaign`: fault trials in numbers, natively and under Nooks. */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { type CampaignPlan, campaignSettings, paperSize, parseCampaign } from '../campaign/campaign.ts';
import { extensions } from '../host/extensions.ts';
import { attempt } from '../host/files.ts';
import { UserError } from '../host/user-error.ts';
import { tellingOfBuild } from './build-progress.ts';
import { oneOf } from './options.ts';
import { statusHelp } from './status.ts';

interface CampaignOptions extends Readonly<Record<string, unknown>> {
  readonly resume?: string;
  readonly paper?: true;
  readonly json?: true;
  readonly tier?: '0' | '1';
}

/** Adds the command to the program. */
export function registerCampaign(program: Command, finish: (status: number) => void): void {
  const command = program.command('campaign')
    .summary('run many fault trials, and tell what came of them')
    .description('Runs fault trials of kernel extensions, natively and under Nooks, on lockstep machines.')
    .argument('[file]', 'a campaign file: a JSON object of settings, named as the first options are');
  for (const [name, { about, value, initial }] of Object.entries(campaignSettings(extensions))) {
    command.option(`--${name} ${value}`, initial === undefined ? about : `${about} (default: ${inWords(initial)})`);
  }
  command
    .option('--paper', `as many as in the paper: --trials ${paperSize.trials} --faults ${paperSize.faults}`)
    .option('--resume <folder>', 'go on with a campaign that was interrupted')
    .option('--json', 'print the summary as JSON')
    .addOption(new Option('--tier <n>', '0: interpret only, as by default; 1: translate what is hot').argParser(
      oneOf('--tier', ['0', '1'])))
    .addHelpText('after', help)
    .action(async (file: string | undefined, options: CampaignOptions) => finish(await campaign(file, options)));
}

const help = `
Trials run in lockstep, and one worker's result is the same as another's: neither the number of workers nor
interruptions change the results, which the hash at the end shows. The parallel engine cannot do that, and is not
used for trials.

Exit status:
  0    every trial has a verdict
${statusHelp('undecided', 'mistake', 'internal')}
  130  interrupted; --resume goes on

Examples:
  nooks campaign
  nooks campaign --extensions sb --trials 100
  nooks campaign --paper --out paper
  nooks campaign --extensions e1000,sb --kinds text,nop --faults 1 --schedules 4
  nooks campaign --resume paper
`;

async function campaign(file: string | undefined, options: CampaignOptions): Promise<number> {
  const { resume, json, tier } = options;
  const plan = resume === undefined ? planOf(file, options) : undefined;
  if (!plan && Object.keys(settingsOf(options)).some((name) => name !== 'workers')) {
    throw new UserError('--resume goes on with a campaign as it is: beside it there is only --workers');
  }
  const { workers } = plan ?? planOf(undefined, { workers: options['workers'] });
  const { buildFolder } = await import('../host/shipped.ts');
  const { campaignFiles } = await import('../host/campaign-files.ts');
  const { campaignIdentity } = await import('../host/campaign-identity.ts');
  const { CampaignFolder } = await import('../host/campaign-folder.ts');
  const { defaultHotCount } = await import('../machine/core/core.ts');
  const files = await tellingOfBuild(campaignFiles);
  const identity = campaignIdentity(files);
  const folder = plan ? CampaignFolder.create(plan.out ?? newFolder(buildFolder), plan.campaign, identity)
    : CampaignFolder.resume(resume!, identity);
  try {
    const { runShown } = await import('./campaign-run.ts');
    return await runShown({
      folder, files, json: json === true, workers: workers ?? availableParallelism(),
      hotCount: tier === '1' ? defaultHotCount : undefined,
    });
  } finally {
    folder.release();
  }
}

/** Named after the time. */
const newFolder = (within: string) =>
  join(within, 'campaigns', new Date().toISOString().replace('T', '-').replaceAll(':', '').slice(0, 17));

/** Settings by the options, in place of those of the file. */
function planOf(file: string | undefined, options: CampaignOptions): CampaignPlan {
  const given = settingsOf(options);
  const paper = options.paper ? paperSize : {};
  const double = Object.keys(paper).find((name) => name in given);
  if (double !== undefined) throw new UserError(`--paper says what --${double} is`);
  const fromFile = file === undefined ? {} : readCampaignFile(file);
  const nameOf = (name: string) => (name in given ? `--${name}` : `${file}: ${name}`);
  const plan = parseCampaign({ ...fromFile, ...paper, ...given }, extensions, nameOf);
  if ('mistake' in plan) throw new UserError(plan.mistake);
  return plan;
}

/** The options that are settings, as a campaign file would have them. */
function settingsOf(options: CampaignOptions): Record<string, unknown> {
  const given: Record<string, unknown> = {};
  for (const [name, { initial, value }] of Object.entries(campaignSettings(extensions))) {
    const text = options[name];
    if (typeof text !== 'string') continue;
    const number = value === '<n>' && /^\d+$/.test(text) ? Number(text) : text;
    given[name] = Array.isArray(initial) ? text.split(',') : number;
  }
  return given;
}

function readCampaignFile(path: string): Record<string, unknown> {
  const text = attempt(`cannot read campaign file ${path}`, () => readFileSync(path, 'utf8'));
  const value = parse(text, path);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new UserError(`campaign file ${path} must be a JSON object, such as {"extensions": ["sb"], "trials": 100}`);
}

function parse(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UserError(`campaign file ${path} is no JSON: ${(error as Error).message}`);
  }
}

const inWords = (initial: unknown) => (Array.isArray(initial) ? `all: ${initial.join(',')}` : String(initial));
