/** What makes a campaign another one: whatever can change a result, and nothing else. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { campaignFiles, type CampaignFiles } from '../../src/host/campaign-files.ts';
import { campaignIdentity, programSources } from '../../src/host/campaign-identity.ts';
import { projectFolder } from '../../src/host/shipped.ts';

let files: CampaignFiles;
beforeAll(async () => { files = await campaignFiles(); }, 120_000);

const flipped = (bytes: Uint8Array) => bytes.map((byte, at) => (at === bytes.length >> 1 ? byte ^ 1 : byte));

test('the program is all that a worker is made of, and nothing that only shows results', () => {
  const paths = programSources().map(([path]) => path);
  const whole = (folder: string) => readdirSync(join(projectFolder, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts')).map((name) => join(folder, name));
  expect(paths).toEqual(expect.arrayContaining([
    ...whole('src/machine'), 'workers/trial.ts', 'src/host/trial-bench.ts', 'src/host/trial-course.ts',
    'src/host/trial-watch.ts', 'src/host/guest-shell.ts', 'src/campaign/faults.ts', 'src/campaign/outcome.ts',
    'src/isa/encodings.ts', 'drivers/sb/manifest.ts', 'drivers/e1000/manifest.ts',
  ]));
  expect(paths.filter((path) => path.startsWith('src/campaign/report/') || path.startsWith('src/cli/'))).toEqual([]);
});

test('one bit of any image makes another campaign', () => {
  const { images } = campaignIdentity(files);
  const { kernel, initrd, modules } = files, sb = modules['sb']!;
  const others: CampaignFiles[] = [
    { ...files, kernel: flipped(kernel) }, { ...files, initrd: flipped(initrd) },
    { ...files, modules: { ...modules, sb: { ...sb, object: flipped(sb.object) } } },
    { ...files, layouts: { ...files.layouts, structs: [] as never } },
  ];
  const found = others.map((each) => campaignIdentity(each).images);
  expect(new Set([images, ...found]).size).toBe(1 + others.length);
  expect(campaignIdentity({ ...files })).toEqual(campaignIdentity(files));
});
