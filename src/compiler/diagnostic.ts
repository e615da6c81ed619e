/** What the compiler says about a guest program that it cannot accept. */
import { rules, type Rule } from './rules.ts';

/** A place in guest text. Lines and columns count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** One mistake: where, which rule of the dialect, why, and what to write instead (empty: nothing to add). */
export interface Diagnostic extends Place {
  readonly rule: Rule;
  readonly message: string;
  readonly advice: string;
}

/** `file:line:column: message; advice`, as editors and terminals link it. */
export function formatDiagnostic({ file, line, column, message, advice }: Diagnostic): string {
  return `${file}:${line}:${column}: ${message}${advice === '' ? '' : `; ${advice}`}`;
}

/** Collects the mistakes of one compilation; the same rule is reported once for a place. */
export class Diagnostics {
  readonly #list: Diagnostic[] = [];
  readonly #seen = new Set<string>();

  /** `words` replace `{0}`, `{1}`... in the rule's message and advice. */
  report(place: Place, rule: Rule, ...words: readonly (string | number | bigint)[]): void {
    const key = `${place.file}:${place.line}:${place.column}:${rule}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    const fill = (text: string) =>
      text.replaceAll(/\{(\d)\}/g, (_, index: string) => String(words[Number(index)] ?? ''));
    const [message, advice] = rules[rule];
    this.#list.push({
      file: place.file, line: place.line, column: place.column, rule, message: fill(message), advice: fill(advice),
    });
  }

  get count(): number {
    return this.#list.length;
  }

  /** In the order of the text, files in the order in which they were first complained of. */
  sorted(): Diagnostic[] {
    const files = [...new Set(this.#list.map(({ file }) => file))];
    return this.#list.toSorted((a, b) =>
      files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line || a.column - b.column);
  }
}
