/** The results of a campaign as columns, for other programs: a row per trial. */
import { executedKinds, firstExecuted, isCrash, type ResultRow } from './results.ts';

export interface ResultColumn {
  readonly name: string;
  readonly type: 'text' | 'integer' | 'number' | 'truth';
  /** Undefined where there is nothing to tell. */
  readonly of: (row: ResultRow) => string | number | boolean | undefined;
}

const column = (name: string, type: ResultColumn['type'], of: ResultColumn['of']): ResultColumn => ({ name, type, of });

export const resultColumns: readonly ResultColumn[] = [
  column('line', 'text', ({ line }) => line),
  column('extension', 'text', ({ trial }) => trial.extension),
  column('mode', 'text', ({ trial }) => trial.mode),
  column('seed', 'number', ({ trial }) => trial.seed),
  column('schedule', 'number', ({ trial }) => trial.schedule),
  column('harts', 'integer', ({ trial }) => trial.harts),
  column('outcome', 'text', ({ outcome }) => outcome),
  column('crash', 'truth', isCrash),
  column('failures', 'integer', ({ failures }) => failures),
  column('evidence', 'text', ({ evidence }) => evidence.join('\n')),
  column('damage', 'text', ({ damage }) => damage.join('\n')),
  column('kinds', 'text', ({ faults }) => faults.map(({ kind }) => kind).join(',')),
  column('executed', 'text', (row) => executedKinds(row).join(',')),
  column('first_kind', 'text', (row) => firstExecuted(row)?.kind),
  column('first_function', 'text', (row) => firstExecuted(row)?.function),
  column('first_source', 'text', (row) => firstExecuted(row)?.source),
  column('first_edit', 'text', (row) => firstExecuted(row)?.edit),
  column('first_ns', 'number', (row) => firstExecuted(row)?.activated?.ns),
  column('steps', 'number', ({ steps }) => steps),
  column('ns', 'number', ({ ns }) => ns),
];

/** As RFC 4180 has it, with a row of names. */
export function csvOf(rows: readonly ResultRow[]): string {
  const lines = [resultColumns.map(({ name }) => name), ...rows.map((row) => resultColumns.map(({ of }) => of(row)))];
  return lines.map((cells) => `${cells.map(csvCell).join(',')}\r\n`).join('');
}

function csvCell(value: string | number | boolean | undefined): string {
  const text = String(value ?? '');
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
