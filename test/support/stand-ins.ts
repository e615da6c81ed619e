/** Some of the guest's files on the host, by the oracle, with files of the test in place of some that they import. */
import { existsSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { check } from '../../src/compiler/check/checker.ts';
import { GuestTextError } from '../../src/compiler/oracle/host.ts';
import { type HostProgram, type LoadOptions, loadProgram } from '../../src/compiler/oracle/load.ts';
import { GuestFault } from '../../src/compiler/oracle/memory.ts';
import type { Program } from '../../src/compiler/tree.ts';
import { projectFolder } from './compiled.ts';
import { type Planted, spoilt } from './planted.ts';

const sources = 'src/guest';

/** Checked programs by folder and files: a test loads the same ones many times. */
const checked = new Map<string, Program>();

/**
 * Loads `files` of `src/guest` and what they import. A file below the folder `standIns` takes the place of the one of
 * that path below `src/guest`. `ebreak`, with which BUG ends, is a fault `BUG`. A mistake is planted in a file below
 * `src/guest`; a program with one is not kept.
 */
export function loadWithStandIns(
  standIns: string, files: readonly string[], options: LoadOptions = {}, planted?: Planted,
): HostProgram {
  const key = [standIns, ...files].join(' ');
  const program = (planted ? undefined : checked.get(key)) ?? checkedProgram(standIns, files, planted);
  if (!planted) checked.set(key, program);
  return loadProgram(program, { ebreak: bug, ...options });
}

function bug(): never {
  throw new GuestFault('BUG');
}

function checkedProgram(standIns: string, files: readonly string[], planted: Planted | undefined): Program {
  const texts = new Map<string, string>();
  const queue = files.map((file) => `${sources}/${file}`);
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    if (texts.has(path)) continue;
    const whole = textOf(path, standIns);
    const text = planted && path === `${sources}/${planted.file}` ? spoilt(whole, planted) : whole;
    texts.set(path, text);
    queue.push(...importsOf(path, text));
  }
  const image = { kind: 'module', name: 'guest', files: [...texts.keys()], imports: [], exports: 'all' } as const;
  const { program, diagnostics } = check(texts, image);
  if (diagnostics.length > 0) throw new GuestTextError(diagnostics);
  return program;
}

function textOf(path: string, standIns: string): string {
  const standIn = path.replace(sources, standIns);
  return readFileSync(`${projectFolder}/${existsSync(`${projectFolder}/${standIn}`) ? standIn : path}`, 'utf8');
}

const importsOf = (path: string, text: string) =>
  [...text.matchAll(/\bfrom '(\.{1,2}\/[^']+)'/g)].map(([, name]) => posix.join(posix.dirname(path), name!));
