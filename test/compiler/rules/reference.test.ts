import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { csrIntrinsic } from '../../../src/compiler/intrinsics.ts';
import { rules } from '../../../src/compiler/rules.ts';

const page = new URL('../../../src/compiler/README.md', import.meta.url);
const prelude = new URL('../../../src/guest/prelude.d.ts', import.meta.url);
const begin = '<!-- rules -->\n';
const end = '<!-- end of rules -->';

function ruleTable(): string {
  const rows = Object.entries(rules).map(
    ([name, [message, advice]]) => `| \`${name}\` | ${cell(message)} | ${cell(advice)} |\n`,
  );
  return `| rule | message | advice |\n|---|---|---|\n${rows.join('')}`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '\\<');
}

test('the reference page lists every rule with its message and advice', () => {
  const text = readFileSync(page, 'utf8');
  const [before = '', rest = ''] = text.split(begin);
  const [table, after = ''] = rest.split(end);
  if (process.env['UPDATE']) writeFileSync(page, `${before}${begin}${ruleTable()}${end}${after}`);
  else expect(table).toBe(ruleTable());
});

test('the reference page mentions every type and builtin of the prelude', () => {
  const text = readFileSync(page, 'utf8');
  const declared = [...readFileSync(prelude, 'utf8').matchAll(/^declare (?:function|type|interface) (\w+)/gm)].map(
    (match) => match[1] ?? '',
  );
  expect(declared.length).toBeGreaterThan(100);
  const missing = declared.filter((name) => !mentions(text, name));
  expect(missing).toEqual([]);
});

/** CSR accessors and ordered atomics are mentioned by their pattern. */
function mentions(text: string, name: string): boolean {
  const access = csrIntrinsic(name);
  const pattern = access ? `${access.operation}_X` : name.replace(/^(amo\w+?|lr|sc)_(aq|rl|aqrl)$/, '$1');
  return new RegExp(`\`[^\`\\n]*\\b${pattern}\\b`).test(text);
}
