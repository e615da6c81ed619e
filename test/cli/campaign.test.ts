/** `nooks campaign` as a user meets it: mistakes, and small campaigns of sb, killed, resumed, and without room. */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { main } from '../../src/cli/program.ts';
import { shippedSystem } from '../../src/host/shipped.ts';
import { Scratch } from '../support/scratch.ts';

const command = fileURLToPath(new URL('../../src/cli/nooks.mjs', import.meta.url));
const scratch = new Scratch();
afterAll(() => scratch.remove());
beforeAll(async () => void await shippedSystem(() => {}), 120_000);

const files: Record<string, string> = {
  'typo.json': '{"trails": 3}', 'kinds.json': '{"kinds": ["bug"]}', 'list.json': '[1]', 'text.json': 'trials: 3',
  'both.json': '{"extensions": ["sb"], "trials": 0}',
};
// the command line with @ for the folder, the sentence's beginning
const mistakes: [string, string][] = [
  ['--trials many', "--trials must be a whole number from 1 to 1000000, not 'many'"],
  ['--trials 0', '--trials must be a whole number from 1 to 1000000, not 0'],
  ['--extensions sb,x', "--extensions must be one or more of e1000, pcnet32, sb, not 'sb,x'"],
  ['--modes both', "--modes must be one or more of native, nooks, not 'both'"],
  ['--extensions sb --workload x', "--workload: sb has no workload 'x': it has play"],
  ['--paper --trials 3', '--paper says what --trials is'],
  ['--tier 2', "--tier must be 0 or 1, not '2'"],
  ['--trails 3', "unknown option '--trails' (Did you mean --trials?)"],
  ['@typo.json', "there is no setting 'trails': settings are extensions, modes,"],
  ['@kinds.json', '@kinds.json: kinds must be one or more of source,'],
  ['@both.json --extensions x', "--extensions must be one or more of e1000, pcnet32, sb, not 'x'"],
  ['@both.json', '@both.json: trials must be a whole number from 1 to 1000000, not 0'],
  ['@list.json', 'campaign file @list.json must be a JSON object, such as'],
  ['@text.json', 'campaign file @text.json is no JSON: Unexpected token'],
  ['@missing.json', 'cannot read campaign file @missing.json: no such file or directory'],
  ['--resume @', '@ holds no campaign: cannot read @campaign.json: no such file or directory'],
  ['--resume @ --trials 3', '--resume goes on with a campaign as it is: beside it there is only --workers'],
  ['--out /proc/self/x', 'cannot write /proc/self/x'],
  ['--out @typo.json', 'cannot write @typo.json'],
];
test.each(mistakes)('nooks campaign %s: one sentence and status 2', async (line, sentence) => {
  for (const [name, text] of Object.entries(files)) scratch.write(name, text);
  const here = (text: string) => text.replaceAll('@', `${scratch.folder}/`);
  const lines: string[] = [];
  expect(await main(['campaign', ...here(line).split(' ')], (complaint) => { lines.push(complaint); })).toBe(2);
  expect(lines.length).toBe(1);
  expect(lines[0]).toContain(`nooks: ${here(sentence)}`);
}, 30_000);

interface Outcome { readonly status: number | null; readonly stdout: string; readonly stderr: string }

const campaign = (words: readonly string[], ...how: [End?, string?]) => nooks(['campaign', ...words], ...how);

/** When the journals of a folder have so many records, the command is sent the signal. */
interface End { readonly folder: string; readonly after: number; readonly signal: NodeJS.Signals }

async function nooks(words: readonly string[], end?: End, shell?: string): Promise<Outcome> {
  const [program, ...start] = shell === undefined ? [process.execPath, command] : ['bash', '-c', shell, '-', command];
  const child = spawn(program!, [...start, ...words], { cwd: scratch.folder });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (text: Buffer) => { stdout += text; });
  child.stderr.on('data', (text: Buffer) => { stderr += text; });
  const timer = end && setInterval(() => {
    if (recordsIn(end.folder) < end.after) return;
    child.kill(end.signal);
    clearInterval(timer);
  }, 20);
  const status = await new Promise<number | null>((resolve) => child.on('close', resolve));
  clearInterval(timer);
  return { status, stdout, stderr };
}

function recordsIn(folder: string): number {
  try {
    const journals = join(folder, 'journals');
    return readdirSync(journals).map((name) => readFileSync(join(journals, name), 'utf8').split('\n').length - 1)
      .reduce((sum, count) => sum + count, 0);
  } catch {
    return 0; // not yet there
  }
}

const small = ['--extensions', 'sb', '--trials', '3', '--json'];
const hashOf = ({ stdout, stderr }: Outcome) => {
  expect(stdout, stderr).not.toBe('');
  return (JSON.parse(stdout) as { hash: string; done: number; planned: number }).hash;
};

let undisturbed: string;
test('one worker, and nothing happens', async () => {
  const outcome = await campaign([...small, '--workers', '1', '--out', 'one']);
  undisturbed = hashOf(outcome);
  expect(JSON.parse(outcome.stdout)).toMatchObject({ planned: 6, done: 6, harnessErrors: [] });
  expect(outcome.status).toBe(0);
}, 120_000);

test('nooks report tells the same, and writes files', async () => {
  const written = ['--csv', 'r.csv', '--parquet', 'r.parquet', '--html', 'r.html'];
  expect(await nooks(['report', 'one', ...written])).toEqual({ status: 0, stdout: '', stderr: '' });
  expect(readFileSync(scratch.path('r.csv'), 'utf8').split('\r\n').length).toBe(1 + 6 + 1);
  expect(readFileSync(scratch.path('r.parquet'), 'latin1').slice(0, 4)).toBe('PAR1');
  expect(readFileSync(scratch.path('r.html'), 'utf8')).toEqual(readFileSync(scratch.path('one/report.html'), 'utf8'));
  expect(hashOf(await nooks(['report', 'one', '--json']))).toBe(undisturbed);
  const { stdout } = await nooks(['report', 'one']);
  expect(stdout).toContain(`hash of 6 records: ${undisturbed}\n`);
  expect(stdout).toMatch(/^sb +3 +/m);
  expect(await nooks(['report', 'missing'])).toEqual({
    status: 2, stdout: '',
    stderr: 'nooks: missing holds no campaign: cannot read missing/campaign.json: no such file or directory\n',
  });
  expect((await nooks(['report', 'one', '--csv', '/proc/self/x'])).stderr)
    .toMatch(/^nooks: cannot write \/proc\/self\/x/);
}, 60_000);

test('killed at three moments, and resumed each time: the same results, and nothing is run twice', async () => {
  const folder = scratch.path('killed');
  const kill = { folder, signal: 'SIGKILL' as const };
  await campaign([...small, '--workers', '2', '--out', folder], { ...kill, after: 1 });
  const resume = ['--resume', folder, '--json', '--workers'];
  await campaign([...resume, '2'], { ...kill, after: 2 });
  await campaign([...resume, '1'], { ...kill, after: 4 });
  const before = recordsIn(folder);
  expect(before).toBeGreaterThanOrEqual(4);
  const outcome = await campaign([...resume, '2']);
  expect([hashOf(outcome), recordsIn(folder)]).toEqual([undisturbed, 6]);
}, 300_000);

test('the translator gives the same results', async () => {
  expect(hashOf(await campaign([...small, '--tier', '1', '--out', 'translated']))).toBe(undisturbed);
}, 120_000);

test('Ctrl-C ends it with the line that goes on, and a torn record is made again', async () => {
  const folder = scratch.path('interrupted');
  const first = await campaign([...small, '--out', folder], { folder, after: 2, signal: 'SIGINT' });
  expect(first.status).toBe(130);
  expect(first.stderr).toMatch(/interrupted after \d of 6 trials; go on with: nooks campaign --resume interrupted\n$/);
  const journals = readdirSync(join(folder, 'journals')), torn = join(folder, 'journals', journals[0]!);
  writeFileSync(torn, readFileSync(torn).subarray(0, -100));
  const second = await campaign(['--resume', folder, '--json']);
  expect(second.stderr).toContain('nooks: 1 torn or damaged record is made again\n');
  expect(hashOf(second)).toBe(undisturbed);
  const again = await campaign(['--out', folder]);
  expect(again.stderr).toBe(`nooks: ${folder} holds a campaign already: go on with it by --resume ${folder}\n`);
}, 120_000);

test('a file that may not grow is told in one sentence, and loses nothing', async () => {
  const folder = scratch.path('full');
  const outcome = await campaign([...small, '--workers', '1', '--out', folder], undefined,
    'ulimit -f 8; exec node "$@" 2>&1 | tail -1; exit ${PIPESTATUS[0]}');
  expect(outcome.stdout).toMatch(/^nooks: cannot write journal .*\/0001-1.jsonl: the file is as large as it may be\n$/);
  expect(outcome.status).toBe(2);
  const resumed = await campaign(['--resume', folder, '--json']);
  expect(resumed.stderr).not.toContain('torn');
  expect(hashOf(resumed)).toBe(undisturbed);
}, 120_000);

test('a campaign of another build is not resumed', async () => {
  const folder = scratch.path('one'), file = join(folder, 'campaign.json');
  const description = JSON.parse(readFileSync(file, 'utf8')) as { identity: { images: string } };
  description.identity.images = 'others';
  writeFileSync(file, JSON.stringify(description));
  expect(await campaign(['--resume', folder])).toEqual({
    status: 2, stdout: '', stderr: `nooks: ${folder} was begun with other guest images: begin a new one\n`,
  });
}, 60_000);
