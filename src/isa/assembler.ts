import { AssemblyError } from './assembly-error.ts';
import { evaluate, ExpressionError, lowerPart, upperPart, type Scope } from './expression.ts';
import { byMnemonic, encode, table, type Encoding } from './instruction.ts';
import { fenceTso, operands, type Evaluate, type Fields, type OperandName } from './operands.ts';
import { matcher, type Matcher } from './syntax.ts';

/** A line taken apart: its row of the table, and what is written for each operand. */
export interface Line {
  readonly encoding: Encoding;
  readonly texts: Readonly<Record<string, string>>;
}

const order = /\.(aqrl|aq|rl)$/;
const hasOrder = ({ syntax }: Encoding) => syntax.startsWith('.aqrl');
const matchers: readonly Matcher[] = table.map(({ syntax }) => matcher(syntax.replace('.aqrl', '')));

/** The row a mnemonic as written names, such as `lr.w.aq`, and the ordering suffix it carries. */
function row(mnemonic: string): { encoding: Encoding; suffix: string } | undefined {
  const exact = byMnemonic.get(mnemonic);
  if (exact) return { encoding: exact, suffix: '' };
  const suffix = order.exec(mnemonic)?.[0] ?? '';
  const encoding = byMnemonic.get(mnemonic.slice(0, mnemonic.length - suffix.length));
  return suffix && encoding && hasOrder(encoding) ? { encoding, suffix } : undefined;
}

/** How an instruction is written, for messages; undefined when the table has none of this mnemonic. */
export function usage(mnemonic: string): string | undefined {
  const found = row(mnemonic);
  return found && `${mnemonic} ${found.encoding.syntax.replace('.aqrl ', '')}`.trim();
}

/** Takes apart one instruction of the table; undefined when the mnemonic or the shape of the operands is another. */
export function parse(mnemonic: string, text: string): Line | undefined {
  const found = row(mnemonic);
  const texts = found && matchers[found.encoding.index]!(text);
  if (!texts) return undefined;
  return { encoding: found.encoding, texts: hasOrder(found.encoding) ? { ...texts, aqrl: found.suffix } : texts };
}

/** The word of a parsed line. Throws `ExpressionError` for an operand that is malformed or does not fit. */
export function build({ encoding, texts }: Line, compute: Evaluate): number {
  const fields: { -readonly [Field in keyof Fields]: number } = { rd: 0, rs1: 0, rs2: 0, imm: 0 };
  for (const [name, text] of Object.entries(texts)) {
    const operand = operands[name as OperandName];
    const value = operand.parse(text, compute);
    if (value === undefined) throw new ExpressionError(`${text} cannot be the ${name} of ${encoding.mnemonic}.`);
    const allowed = operand.complaint(value, encoding);
    if (allowed) throw new ExpressionError(`${encoding.mnemonic} takes ${allowed} here, not ${value}.`);
    for (const [field, bits] of Object.entries(operand.put(value))) fields[field as keyof Fields] |= bits;
  }
  return encode({ encoding, ...fields });
}

/** The mnemonic and the operands of a line without comment. */
export function splitMnemonic(line: string): { mnemonic: string; rest: string } {
  const [, mnemonic = '', rest = ''] = /^\s*(\S*)\s*(.*?)\s*$/.exec(line) ?? [];
  return { mnemonic, rest };
}

/** Where a single line stands. */
export interface Context {
  /** Address of the line, 0 by default: targets of jumps are addresses. */
  readonly pc?: number;
  /** The value of a symbol; undefined when there is none. */
  readonly symbol?: (name: string) => number | undefined;
}

/** objdump's way to write an address with its symbol. */
const annotated = /^([0-9a-f]+) <.*>$/;

/**
 * Assembles one instruction of the table (no pseudo-instructions: those are for whole programs, see program.ts).
 * `disassemble` is its inverse. Returns the word as a signed 32-bit number; throws `AssemblyError` with line 1.
 */
export function assemble(line: string, { pc = 0, symbol }: Context = {}): number {
  const scope: Scope = {
    value: (name) => {
      const offset = name === '.' ? pc : symbol?.(name);
      if (offset === undefined) throw new ExpressionError(`there is no symbol ${name}.`);
      return { base: undefined, offset };
    },
    distance: () => undefined,
  };
  const compute: Evaluate = (text, operand) => {
    const [, modifier, inner] = /^%(hi|lo)\((.*)\)$/.exec(text) ?? [];
    const value = evaluate(inner ?? text.replace(annotated, '0x$1'), scope).offset;
    if (modifier) return modifier === 'hi' ? upperPart(value) : lowerPart(value);
    return operand === 'target' ? (value - pc) | 0 : value;
  };
  try {
    return assembleLine(line, compute);
  } catch (error) {
    if (error instanceof ExpressionError) throw new AssemblyError([{ line: 1, message: error.message }]);
    throw error;
  }
}

function assembleLine(line: string, compute: Evaluate): number {
  const { mnemonic, rest } = splitMnemonic(line);
  if (mnemonic === fenceTso.mnemonic) return fenceTso.word;
  const parsed = parse(mnemonic, rest);
  if (parsed) return build(parsed, compute);
  const expected = usage(mnemonic);
  throw new ExpressionError(expected
    ? `${mnemonic} is written ${expected}, not ${line.trim()}.`
    : `${mnemonic || '(nothing)'} is not an instruction of RV32IMA.`);
}
