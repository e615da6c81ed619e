/**
 * Records on disk, one a line, each with its length and checksum: `2310 9f86d081884c7d65 {"line":...}`. A journal is
 * only ever added to, by one thread. What a process that was killed left unfinished is told by its checksum.
 */
import { closeSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import type { TrialRecord } from '../campaign/record.ts';
import { hash } from './build-cache.ts';
import { attempt } from './files.ts';

export class Journal {
  readonly #path: string;
  #file: number | undefined;
  #size = 0;

  /** The file must not exist; it is made with the first record. */
  constructor(path: string) {
    this.#path = path;
  }

  /**
   * Adds a record, as a whole or not at all.
   * @throws UserError when it cannot be written
   */
  append(record: TrialRecord): void {
    const bytes = Buffer.from(journalLine(record));
    attempt(`cannot write journal ${this.#path}`, () => {
      this.#file ??= openSync(this.#path, 'ax');
      try {
        for (let at = 0; at < bytes.length;) at += writeSync(this.#file, bytes, at);
      } catch (error) {
        ftruncateSync(this.#file, this.#size);
        throw error;
      }
    });
    this.#size += bytes.length;
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }
}

export function journalLine(record: TrialRecord): string {
  const json = JSON.stringify(record);
  return `${Buffer.byteLength(json)} ${checksum(json)} ${json}\n`;
}

export interface JournalContents {
  readonly records: Iterable<TrialRecord>;
  /** Records that were damaged or torn; known once all records were read. */
  readonly lost: () => number;
}

/** What a journal holds, one record after the other. @throws UserError when it cannot be read */
export function readJournal(path: string): JournalContents {
  const bytes = attempt(`cannot read journal ${path}`, () => readFileSync(path));
  let lost = 0;
  function* records(): Generator<TrialRecord> {
    for (let at = 0; at < bytes.length;) {
      const newline = bytes.indexOf(0x0a, at), end = newline < 0 ? bytes.length : newline;
      const record = newline < 0 ? undefined : parseLine(bytes.toString('utf8', at, end));
      if (record) yield record;
      else lost++;
      at = end + 1;
    }
  }
  return { records: records(), lost: () => lost };
}

function parseLine(line: string): TrialRecord | undefined {
  const [, length, sum, json] = /^(\d+) ([0-9a-f]+) (.*)$/.exec(line) ?? [];
  if (json === undefined || Buffer.byteLength(json) !== Number(length) || checksum(json) !== sum) return undefined;
  return JSON.parse(json) as TrialRecord;
}

const checksum = (json: string) => hash(json).slice(0, 16);
