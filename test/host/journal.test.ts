/** Journals survive whatever cuts them off, and tell damaged records from whole ones. */
import { appendFileSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { Journal, readJournal } from '../../src/host/journal.ts';
import { recordOf } from '../campaign/made-up.ts';
import { Scratch } from '../support/scratch.ts';

const scratch = new Scratch();
afterAll(() => scratch.remove());

const records = [1, 2, 3].map((seed) =>
  ({ ...recordOf('sb', 'native', seed, 'panic'), console: 'Grüße, \u{1f41a}\n' }));

function journalOf(name: string, which = records): string {
  const path = scratch.path(name), journal = new Journal(path);
  for (const record of which) journal.append(record);
  journal.close();
  return path;
}

function contents(path: string) {
  const { records: found, lost } = readJournal(path);
  return { found: [...found], lost: lost() };
}

test('what was written is read', () => expect(contents(journalOf('whole'))).toEqual({ found: records, lost: 0 }));

test('cut anywhere, it has the records before, and one that is torn', () => {
  const path = journalOf('torn'), whole = readFileSync(path);
  const ends = [...whole].flatMap((byte, at) => (byte === 0x0a ? [at + 1] : []));
  for (let size = whole.length - 1; size >= 0; size -= 7) {
    truncateSync(path, size);
    const complete = ends.filter((end) => end <= size).length;
    expect(contents(path), `${size} bytes`)
      .toEqual({ found: records.slice(0, complete), lost: size === [0, ...ends][complete] ? 0 : 1 });
  }
});

test('a changed byte anywhere loses its own record and no other', () => {
  const path = journalOf('damaged'), whole = readFileSync(path), second = whole.indexOf('\n') + 1;
  const third = whole.indexOf('\n', second) + 1;
  for (let at = second; at < third - 1; at += 11) {
    const bytes = Buffer.from(whole);
    bytes[at] = bytes[at]! ^ 1;
    writeFileSync(path, bytes);
    expect(contents(path).found, `byte ${at}`).toEqual([records[0], records[2]]);
  }
});

test('a journal is never added to by two', () => {
  const path = journalOf('taken');
  expect(() => new Journal(path).append(records[0]!)).toThrow(/^cannot write journal .*: it is there already$/);
  appendFileSync(path, 'noise');
  expect(contents(path)).toEqual({ found: records, lost: 1 });
});

test('a folder that is not there is told', () => {
  expect(() => new Journal('/no/such/folder/j').append(records[0]!))
    .toThrow('cannot write journal /no/such/folder/j: no such file or directory');
});
