/** The text of an assembly program, taken apart into statements. "Using as", chapter "Syntax", for RISC-V. */

/** How many numeric labels of each number have been defined so far: `1b` is the last of them, `1f` the next. */
export type NumericLabels = ReadonlyMap<string, number>;

export type Statement = {
  /** Counted from 1. */
  readonly line: number;
  readonly numeric: NumericLabels;
} & (
  | { readonly kind: 'label'; readonly name: string }
  /** `symbol = expression`, and `.equ symbol, expression`. */
  | { readonly kind: 'assignment'; readonly name: string; readonly expression: string }
  | { readonly kind: 'directive'; readonly name: string; readonly rest: string }
  | { readonly kind: 'instruction'; readonly mnemonic: string; readonly rest: string }
);

/** A name for the `count`th label `number`, which no author can write. */
export const numericName = (number: string, count: number): string => `.L${number}\u0001${count}`;

/** Whether a label is the author's private matter, such as `.L4` and `1`, and stays out of symbol tables. */
export const isPrivate = (name: string): boolean => name.startsWith('.L');

/** Quoted text is kept, comments become a space (block comments keep their line ends). */
function withoutComments(text: string): string {
  return text.replace(/"(?:\\.|[^"\\\n])*"|'(?:\\.|[^\\\n])'?|\/\*[^]*?\*\/|\/\/.*|#.*/g, (part) => {
    if (part.startsWith('"') || part.startsWith("'")) return part;
    return part.replace(/[^\n]/g, ' ');
  });
}

/** Splits at `separator`, but not within quotes or parentheses. Pieces are trimmed. */
export function split(text: string, separator: ',' | ';'): string[] {
  const pieces: string[] = [''];
  let depth = 0;
  for (const [part] of text.matchAll(/"(?:\\.|[^"\\])*"?|'(?:\\.|[^\\])'?|[^]/g)) {
    if (part === '(') depth++;
    if (part === ')') depth--;
    if (part === separator && depth <= 0) pieces.push('');
    else pieces[pieces.length - 1] += part;
  }
  return pieces.map((piece) => piece.trim());
}

function statement(text: string, line: number, numeric: NumericLabels): Statement {
  const [, mnemonic = '', rest = ''] = /^(\S+)\s*([^]*)$/.exec(text) ?? [];
  const assignment = /^([A-Za-z_.$][\w.$]*)\s*=\s*([^=][^]*)$/.exec(text);
  if (assignment) return { kind: 'assignment', name: assignment[1]!, expression: assignment[2]!, line, numeric };
  if (mnemonic === '.equ' || mnemonic === '.set') {
    const [name = '', ...expression] = split(rest, ',');
    return { kind: 'assignment', name, expression: expression.join(','), line, numeric };
  }
  if (mnemonic.startsWith('.')) return { kind: 'directive', name: mnemonic, rest, line, numeric };
  return { kind: 'instruction', mnemonic, rest, line, numeric };
}

/** The statements of a text, in order. Labels come before what follows them on their line. */
export function statements(text: string): Statement[] {
  const found: Statement[] = [];
  let numeric: NumericLabels = new Map();
  const label = (name: string, line: number) => {
    if (!/^\d/.test(name)) return found.push({ kind: 'label', name, line, numeric });
    const count = (numeric.get(name) ?? 0) + 1;
    numeric = new Map(numeric).set(name, count);
    return found.push({ kind: 'label', name: numericName(name, count), line, numeric });
  };
  withoutComments(text).split('\n').forEach((whole, index) => {
    for (const part of split(whole, ';')) {
      let rest = part;
      for (let match; (match = /^([A-Za-z_.$][\w.$]*|\d+)\s*:\s*/.exec(rest)); rest = rest.slice(match[0].length)) {
        label(match[1]!, index + 1);
      }
      if (rest) found.push(statement(rest, index + 1, numeric));
    }
  });
  return found;
}
