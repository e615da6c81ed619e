/**
 * Who may write a folder: one process at a time. Each that does leaves a file in it, `0001.json` and so on, which only
 * one can make, and never removes it; the last one has the turn until there is a link `0001.ended`, or it is no more.
 * So a process that was killed leaves no lock behind.
 */
import { existsSync, linkSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { attempt } from './files.ts';
import { makeFolder } from './output.ts';
import { UserError } from './user-error.ts';

interface TurnFile {
  readonly pid: number;
  /** When that process began, as the system counts; numbers of processes are used again. Empty where it is not told. */
  readonly began: string;
}

/** A turn that is held. */
export interface Turn {
  /** Counts the turns at the folder, from 1 on. */
  readonly number: number;
  /** Never fails: a turn that is not marked as ended ends with the process. */
  end(): void;
}

/**
 * Takes the next turn at a folder.
 * @param what is worked at, to complete "is at work on"
 * @throws UserError when another process has it, or the folder cannot be written
 */
export function takeTurn(folder: string, what: string): Turn {
  attempt(`cannot write ${folder}`, () => makeFolder(folder));
  for (;;) {
    const last = lastTurn(folder);
    const holder = last === 0 || existsSync(endOf(folder, last)) ? undefined : readTurn(pathOf(folder, last));
    if (holder && isAlive(holder)) throw new UserError(`process ${holder.pid} is at work on ${what}`);
    const number = last + 1, turn = { pid: process.pid, began: beginningOf(process.pid) };
    if (!create(pathOf(folder, number), turn)) continue; // another process was faster
    return { number, end: () => end(folder, number) };
  }
}

/** A link takes no room on a disk that is full. */
function end(folder: string, number: number): void {
  try {
    linkSync(pathOf(folder, number), endOf(folder, number));
  } catch {
    // the folder was removed, or the like: it ends with the process
  }
}

const nameOf = (number: number) => String(number).padStart(4, '0');
const pathOf = (folder: string, number: number) => join(folder, `${nameOf(number)}.json`);
const endOf = (folder: string, number: number) => join(folder, `${nameOf(number)}.ended`);

function lastTurn(folder: string): number {
  const names = attempt(`cannot read ${folder}`, () => readdirSync(folder));
  return Math.max(0, ...names.map((name) => Number(/^(\d+)\.json$/.exec(name)?.[1] ?? 0)));
}

function readTurn(path: string): TurnFile {
  return attempt(`cannot read ${path}`, () => JSON.parse(readFileSync(path, 'utf8')) as TurnFile);
}

/** Makes a file with its contents at once, unless there is one. */
function create(path: string, turn: TurnFile): boolean {
  const draft = `${path}.${process.pid}`;
  return attempt(`cannot write ${path}`, () => {
    try {
      writeFileSync(draft, JSON.stringify(turn));
      linkSync(draft, path);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw error;
    } finally {
      rmSync(draft, { force: true });
    }
  });
}

function isAlive({ pid, began }: TurnFile): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  return beginningOf(pid) === began;
}

/** Field 22 of /proc/PID/stat, after the program's name in parentheses: proc(5). */
function beginningOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')')).split(' ')[20] ?? '';
  } catch {
    return '';
  }
}
