/**
 * Expressions of the assembler, with GNU as's operators and its precedence, which is not C's: `* / % << >>` bind
 * tightest, then `| & ^`, then `+ -` ("Using as", section "Infix Operators").
 */

/** A number, or a number of bytes from a symbol whose address is known later. */
export interface Value {
  readonly base: string | undefined;
  readonly offset: number;
}

/** What names mean where the expression stands. */
export interface Scope {
  /** The value of a symbol, of `.`, or of a numeric label such as `1f`. Throws `ExpressionError` when there is none. */
  value(name: string): Value;
  /** The distance in bytes from symbol `from` to symbol `to`; undefined when they are not in one section. */
  distance(from: string, to: string): number | undefined;
}

/** An expression that means nothing; the message is one clear sentence without the place. */
export class ExpressionError extends Error {}

const token = /\s*(0x[0-9a-f]+|0b[01]+|\d+[fb](?!\w)|\d+|[\w.$]+|'(?:\\.|[^\\])'?|<<|>>|[-+*/%&|^~!()])/iy;

/** Escapes in character and string literals. */
export const escapes: Readonly<Record<string, string>> = {
  n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', 0: '\0', '\\': '\\', "'": "'", '"': '"', e: '\x1b', a: '\x07', v: '\v',
};

function tokens(text: string): string[] {
  const found: string[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < text.trimEnd().length) {
    const at = token.lastIndex;
    const match = token.exec(text);
    if (!match) throw new ExpressionError(`${text.slice(at).trim()} makes no sense in the expression ${text.trim()}.`);
    found.push(match[1]!);
  }
  return found;
}

const big = (operation: (a: bigint, b: bigint) => bigint) => (a: number, b: number) =>
  Number(operation(BigInt(a), BigInt(b)));

const binary: Readonly<Record<string, (a: number, b: number) => number>> = {
  '*': (a, b) => a * b, '/': (a, b) => Math.trunc(a / b), '%': (a, b) => a % b,
  '<<': (a, b) => a * 2 ** b, '>>': (a, b) => Math.floor(a / 2 ** b),
  '|': big((a, b) => a | b), '&': big((a, b) => a & b), '^': big((a, b) => a ^ b),
};

const levels: readonly (readonly string[])[] = [['+', '-'], ['|', '&', '^'], ['*', '/', '%', '<<', '>>']];

function character(literal: string): number {
  const body = literal.replace(/^'|(?<=..)'$/g, '');
  return (body.startsWith('\\') ? (escapes[body[1]!] ?? body[1]!) : body).charCodeAt(0);
}

function literal(word: string): number | undefined {
  if (word.startsWith("'")) return character(word);
  if (/^0[0-7]+$/.test(word)) return Number.parseInt(word, 8);
  return /^(0x[0-9a-f]+|0b[01]+|\d+)$/i.test(word) ? Number(word) : undefined;
}

/** One expression being evaluated from left to right. */
class Reader {
  readonly #words: string[];
  readonly #text: string;
  readonly #scope: Scope;
  #at = 0;

  constructor(text: string, scope: Scope) {
    this.#words = tokens(text);
    this.#text = text.trim();
    this.#scope = scope;
  }

  whole(): Value {
    const value = this.#level(0);
    if (this.#at < this.#words.length) this.#fail(`${this.#words[this.#at]} is out of place`);
    return value;
  }

  #fail(what: string): never {
    throw new ExpressionError(`${what} in the expression ${this.#text || '(nothing)'}.`);
  }

  #level(level: number): Value {
    const operators = levels[level];
    if (!operators) return this.#unary();
    let left = this.#level(level + 1);
    while (operators.includes(this.#words[this.#at] ?? '')) {
      const operator = this.#words[this.#at++]!;
      left = this.#combine(operator, left, this.#level(level + 1));
    }
    return left;
  }

  #combine(operator: string, left: Value, right: Value): Value {
    if (operator === '+' && (left.base === undefined || right.base === undefined)) {
      return { base: left.base ?? right.base, offset: left.offset + right.offset };
    }
    if (operator === '-' && right.base === undefined) return { base: left.base, offset: left.offset - right.offset };
    if (operator === '-' && left.base !== undefined) return this.#difference(left, right);
    const a = this.#number(left);
    const b = this.#number(right);
    if (b === 0 && (operator === '/' || operator === '%')) this.#fail('a division by zero is');
    return { base: undefined, offset: binary[operator]!(a, b) };
  }

  #difference(left: Value, right: Value): Value {
    const between = this.#scope.distance(right.base!, left.base!);
    if (between === undefined) this.#fail(`${left.base} and ${right.base} are not in one section`);
    return { base: undefined, offset: between + left.offset - right.offset };
  }

  #number({ base, offset }: Value): number {
    if (base !== undefined) this.#fail(`the address of ${base} is not known yet and only + and - apply to it`);
    return offset;
  }

  #unary(): Value {
    const word = this.#words[this.#at++];
    if (word === undefined) this.#fail('something is missing');
    if (word === '-') return { base: undefined, offset: -this.#number(this.#unary()) };
    if (word === '~') return { base: undefined, offset: -this.#number(this.#unary()) - 1 };
    if (word === '!') return { base: undefined, offset: this.#number(this.#unary()) === 0 ? 1 : 0 };
    if (word === '+') return this.#unary();
    if (word === '(') return this.#parenthesised();
    const number = literal(word);
    if (number !== undefined) return { base: undefined, offset: number };
    if (!/^[\w.$]/.test(word)) this.#fail(`${word} is out of place`);
    return this.#scope.value(word);
  }

  #parenthesised(): Value {
    const inner = this.#level(0);
    if (this.#words[this.#at++] !== ')') this.#fail('a ) is missing');
    return inner;
  }
}

/** Evaluates an expression; throws `ExpressionError` on one that is malformed or not computable. */
export function evaluate(text: string, scope: Scope): Value {
  return new Reader(text, scope).whole();
}

/** `%hi` and `%lo` of an absolute value: `(hi << 12) + lo` is the value. psABI, section "absolute addressing". */
export const upperPart = (value: number): number => ((value + 0x800) >>> 12) & 0xf_ffff;
export const lowerPart = (value: number): number => (value << 20) >> 20;
