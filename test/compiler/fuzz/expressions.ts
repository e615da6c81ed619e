/** Random expressions of every type, effects included. */
import { expression, type Part, text, type TextNode, type ValueType } from './node.ts';
import { literalText } from './literals.ts';
import type { Random } from './random.ts';
import type { Base, Callee, Row, Scope, Variable } from './scope.ts';
import { type FieldShape, type MemoryType, promoted, type StructShape } from './shapes.ts';

export const valueTypes: readonly ValueType[] = ['u32', 'i32', 'u32', 'i32', 'u64', 'i64', 'bool'];
const integers: readonly ValueType[] = ['u32', 'i32', 'u64', 'i64'];

/** Something that can be assigned to. */
interface Place {
  readonly text: TextNode;
  readonly cell: MemoryType;
}

export class Expressions {
  readonly random: Random;

  constructor(random: Random) {
    this.random = random;
  }

  /** An expression of type `type`, about `depth` operators deep. */
  value(type: ValueType, depth: number, scope: Scope): TextNode {
    if (depth <= 0 || this.random.oneIn(9)) return this.#leaf(type, depth, scope);
    if (type === 'bool') return this.#bool(depth, scope);
    return isWide(type) ? this.#wide(type, depth, scope) : this.#narrow(type, depth, scope);
  }

  /**
   * The same for a place of memory type `type`. Narrow values are cut when stored; constants that do not fit are
   * refused, so
   * they are cut here or mixed with a variable.
   */
  valueFor(type: MemoryType, depth: number, scope: Scope): TextNode {
    const wide = promoted(type);
    const value = this.value(wide, depth, scope);
    if (wide === type) return value;
    if (this.random.oneIn(3)) return expression(wide, '(', value, ` as ${type})`);
    return expression(wide, `(${wide === 'u32' ? 'g2' : 'g5'} ^ `, value, ')');
  }

  /** A literal whose type is certain without its surroundings. */
  typed(type: ValueType): TextNode {
    const literal = this.literal(type);
    return type === 'bool' ? literal : expression(type, '(', literal, ` as ${type})`);
  }

  literal(type: ValueType): TextNode {
    return expression(type, literalText(this.random, type));
  }

  /** Something in memory or a variable that may be written. */
  place(scope: Scope, depth: number): Place | undefined {
    const mutable = scope.variables.filter((variable) => variable.mutable);
    if (mutable.length > 0 && this.random.below(3) > 0) {
      const variable = this.random.pick(mutable);
      return { text: text(variable.name), cell: variable.type };
    }
    return this.#memoryPlace(scope, depth);
  }

  /** An assignment, a compound assignment, an increment: yields its value. */
  effect(scope: Scope, depth: number, wanted?: ValueType): TextNode | undefined {
    const place = this.place(scope, depth);
    if (!place) return undefined;
    const type = promoted(place.cell);
    if (wanted !== undefined && wanted !== type) return undefined;
    if (type === 'bool') return expression(type, '(', place.text, ' = ', this.value(type, depth, scope), ')');
    switch (this.random.below(4)) {
      case 0:
        return expression(type, '(', place.text, ' = ', this.valueFor(place.cell, depth, scope), ')');
      case 1:
        return expression(type, this.random.pick(['++', '--']), place.text);
      case 2:
        return expression(type, place.text, this.random.pick(['++', '--']));
      default:
        return expression(
          type,
          '(',
          place.text,
          ` ${this.compound(type)} `,
          this.#compoundOperand(type, depth, scope),
          ')',
        );
    }
  }

  compound(type: ValueType): string {
    return this.random.pick(['+=', '-=', '*=', '&=', '|=', '^=', ...(isWide(type) ? [] : ['<<=', '>>=', '>>>='])]);
  }

  /** A call of one of the functions in reach. */
  call(callee: Callee, depth: number, scope: Scope): TextNode {
    const parts: Part[] = [`${callee.name}(`];
    callee.parameters.forEach((parameter, index) => {
      if (index > 0) parts.push(', ');
      const value = this.valueFor(parameter, depth - 1, scope);
      if (index === 0 && callee.bounded) parts.push('(', value, ') & 7');
      else parts.push(value);
    });
    const result = callee.result === 'void' ? 'u32' : promoted(callee.result);
    return expression(result, ...parts, ')');
  }

  #leaf(type: ValueType, depth: number, scope: Scope): TextNode {
    const variables = scope.variables.filter((variable) => promoted(variable.type) === type);
    if (variables.length > 0 && this.random.below(4) > 0) return this.#read(this.random.pick(variables), type);
    const leaves = scope.leaves.filter((leaf) => leaf.type === type);
    if (leaves.length > 0 && this.random.oneIn(5)) return expression(type, this.random.pick(leaves).text);
    if (type === 'u32' && this.random.oneIn(8)) return expression(type, "'seven!!'[", this.#index(8, scope, 0), ']');
    if (depth > -2 && this.random.oneIn(2)) {
      const place = this.#memoryPlace(scope, -1, type);
      if (place) return expression(type, place.text);
    }
    return this.typed(type);
  }

  #read(variable: Variable, type: ValueType): TextNode {
    return expression(type, variable.name);
  }

  #bool(depth: number, scope: Scope): TextNode {
    const choice = this.random.below(12);
    if (choice < 6) return this.#comparison(depth, scope);
    const value = (type: ValueType) => this.value(type, depth - 1, scope);
    if (choice < 8)
      return expression('bool', '(', value('bool'), this.random.pick([' && ', ' || ']), value('bool'), ')');
    if (choice < 9) return expression('bool', '!', value('bool'));
    if (choice < 10)
      return expression('bool', '(', value('bool'), this.random.pick([' === ', ' !== ']), value('bool'), ')');
    if (choice < 11) return this.#conditional('bool', depth, scope);
    return this.effect(scope, depth - 1, 'bool') ?? this.#comparison(depth, scope);
  }

  #comparison(depth: number, scope: Scope): TextNode {
    const type = this.random.pick(integers);
    const operator = this.random.pick(['<', '<=', '>', '>=', '===', '!==']);
    const left = this.value(type, depth - 1, scope);
    // `a << (b > (c)...` begins type arguments to TypeScript's parser; a zero in front of `(` ends that reading.
    const between = operator === '>' ? (isWide(type) ? ' > 0n + ' : ' > 0 + ') : ` ${operator} `;
    return expression('bool', '(', left, between, this.#right(type, depth, scope), ')');
  }

  /** A right operand: here a literal takes its type from the left. */
  #right(type: ValueType, depth: number, scope: Scope): TextNode {
    return this.random.oneIn(4) ? this.literal(type) : this.value(type, depth - 1, scope);
  }

  #narrow(type: ValueType, depth: number, scope: Scope): TextNode {
    const value = (t: ValueType) => this.value(t, depth - 1, scope);
    switch (
      this.random.weighted([
        [7, 'binary'],
        [3, 'shift'],
        [2, 'divide'],
        [3, 'cast'],
        [2, 'conditional'],
        [2, 'unary'],
        [2, 'call'],
        [2, 'effect'],
        [2, 'small'],
        [1, 'mixed'],
        [1, 'builtin'],
      ] as const)
    ) {
      case 'binary':
        return this.#binary(type, depth, scope);
      case 'shift': {
        const count = this.random.oneIn(2)
          ? String(this.random.below(32))
          : expression(type, '0 + (', value(type), ' & 63)');
        // `>>>` of an i32 is a u32. The zero before `(` is for the parser, as in a comparison.
        const operator = this.random.pick(['<<', '>>', '>>>']);
        return expression(type, '((', value(type), ` ${operator} `, count, operator === '>>>' ? `) as ${type})` : '))');
      }
      case 'divide':
        return this.#divide(type, depth, scope);
      case 'cast':
        return this.#castNarrow(type, depth, scope);
      case 'conditional':
        return this.#conditional(type, depth, scope);
      case 'unary':
        return expression(type, '(', this.random.pick(['-', '~']), '(', value(type), '))');
      case 'call':
        return this.#callOf(type, depth, scope) ?? this.#binary(type, depth, scope);
      case 'effect':
        return this.effect(scope, depth - 1, type) ?? this.#binary(type, depth, scope);
      case 'small': {
        const small = this.random.pick(type === 'u32' ? (['u8', 'u16'] as const) : (['i8', 'i16'] as const));
        return expression(type, '(', value(this.random.pick(['u32', 'i32'])), ` as ${small})`);
      }
      case 'mixed': {
        const mixed = [
          '(',
          value('u32'),
          ` ${this.random.pick(['+', '-', '*', '&', '|', '^'])} `,
          value('i32'),
        ] as const;
        return expression(type, '(', ...mixed, `) as ${type})`);
      }
      default:
        return this.#builtin(type, depth, scope);
    }
  }

  #builtin(type: ValueType, depth: number, scope: Scope): TextNode {
    if (type === 'i32')
      return expression(
        type,
        'mulh(',
        this.value('i32', depth - 1, scope),
        ', ',
        this.value('i32', depth - 1, scope),
        ')',
      );
    return expression(
      type,
      'mulhu(',
      this.value('u32', depth - 1, scope),
      ', ',
      this.value('u32', depth - 1, scope),
      ')',
    );
  }

  #wide(type: ValueType, depth: number, scope: Scope): TextNode {
    const value = (t: ValueType) => this.value(t, depth - 1, scope);
    switch (
      this.random.weighted([
        [7, 'binary'],
        [3, 'shift'],
        [1, 'divide'],
        [4, 'cast'],
        [2, 'conditional'],
        [2, 'unary'],
        [2, 'call'],
        [2, 'effect'],
      ] as const)
    ) {
      case 'binary':
        return this.#binary(type, depth, scope);
      case 'shift': {
        const count = this.random.oneIn(2)
          ? `${this.random.below(64)}n`
          : expression(type, '0n + (', value(type), ' & 127n)');
        return expression(type, '(', value(type), ` ${this.random.pick(['<<', '>>'])} `, count, ')');
      }
      case 'divide':
        return this.#divide(type, depth, scope);
      case 'cast':
        return this.#castWide(type, depth, scope);
      case 'conditional':
        return this.#conditional(type, depth, scope);
      case 'unary':
        return expression(type, '(', this.random.pick(['-', '~']), '(', value(type), '))');
      case 'call':
        return this.#callOf(type, depth, scope) ?? this.#binary(type, depth, scope);
      default:
        return this.effect(scope, depth - 1, type) ?? this.#binary(type, depth, scope);
    }
  }

  #binary(type: ValueType, depth: number, scope: Scope): TextNode {
    const operator = this.random.pick(['+', '-', '*', '&', '|', '^', '+', '-']);
    return expression(
      type,
      '(',
      this.value(type, depth - 1, scope),
      ` ${operator} `,
      this.#right(type, depth, scope),
      ')',
    );
  }

  /** By anything, by something never zero, by a constant: divisions by constants become shifts and multiplications. */
  #divide(type: ValueType, depth: number, scope: Scope): TextNode {
    const left = this.value(type, depth - 1, scope);
    const suffix = isWide(type) ? 'n' : '';
    const constant = this.random.pick([1, 2, 3, 4, 5, 7, 8, 10, 16, 100, 255, 1000, 4096, 65537]);
    const right = this.random.weighted<Part>([
      [2, this.#nonLiteral(type, depth, scope)],
      [2, expression(type, '((', this.#nonLiteral(type, depth, scope), ` & 15${suffix}) + 1${suffix})`)],
      [3, expression(type, `${constant}${suffix}`)],
    ]);
    return expression(type, '(', left, ` ${this.random.pick(['/', '%'])} `, right, ')');
  }

  /** A literal zero as divisor is refused, and constants fold: begin with a variable. */
  #nonLiteral(type: ValueType, depth: number, scope: Scope): TextNode {
    const variable = scope.variables.find((each) => each.mutable && each.type === type);
    const value = this.value(type, depth - 1, scope);
    return variable
      ? expression(type, '(', variable.name, ' ^ ', value, ')')
      : expression(type, '(', value, isWide(type) ? ' | 1n)' : ' | 1)');
  }

  #castNarrow(type: ValueType, depth: number, scope: Scope): TextNode {
    const from = this.random.pick(['u32', 'i32', 'u64', 'i64', 'bool', 'u64'] as const);
    const value = this.value(from, depth - 1, scope);
    if (from === 'bool') return expression(type, '(', value, ' ? ', this.typed(type), ' : ', this.typed(type), ')');
    if (!isWide(from)) return expression(type, '(', value, ` as ${type})`);
    return expression(type, `(${this.random.pick(['lo32', 'hi32'])}(`, value, `) as ${type})`);
  }

  #castWide(type: ValueType, depth: number, scope: Scope): TextNode {
    const value = (t: ValueType) => this.value(t, depth - 1, scope);
    switch (this.random.below(4)) {
      case 0:
        return expression(type, '(wide(', value('u32'), ', ', value('u32'), `) as ${type})`);
      case 1:
        return expression(type, '(', value(type === 'u64' ? 'i64' : 'u64'), ` as ${type})`);
      default:
        return expression(type, type === 'u64' ? 'u64of(' : 'i64of(', value(this.random.pick(['u32', 'i32'])), ')');
    }
  }

  #conditional(type: ValueType, depth: number, scope: Scope): TextNode {
    const value = () => this.value(type, depth - 1, scope);
    return expression(type, '(', this.value('bool', depth - 1, scope), ' ? ', value(), ' : ', value(), ')');
  }

  #callOf(type: ValueType, depth: number, scope: Scope): TextNode | undefined {
    const callees = scope.callees.filter((callee) => callee.result !== 'void' && promoted(callee.result) === type);
    return callees.length === 0 ? undefined : this.call(this.random.pick(callees), Math.min(depth, 2), scope);
  }

  #compoundOperand(type: ValueType, depth: number, scope: Scope): TextNode {
    return this.value(type, depth - 1, scope);
  }

  #memoryPlace(scope: Scope, depth: number, wanted?: ValueType): Place | undefined {
    for (let attempt = 0; attempt < 4; attempt++) {
      const place =
        scope.rows.length > 0 && this.random.oneIn(3)
          ? this.#rowPlace(this.random.pick(scope.rows), scope, depth, wanted !== undefined)
          : this.#fieldPlace(this.random.pick(scope.bases), scope, depth);
      if (place && (wanted === undefined || promoted(place.cell) === wanted)) return place;
    }
    return undefined;
  }

  #rowPlace(row: Row, scope: Scope, depth: number, read: boolean): Place | undefined {
    if (!row.writable && !read) return undefined;
    return { text: text(row.text, '[', this.#index(row.count, scope, depth), ']'), cell: row.element };
  }

  #fieldPlace(base: Base, scope: Scope, depth: number): Place {
    let at: Part = base.text;
    let struct: StructShape = base.struct;
    for (;;) {
      const field: FieldShape = this.random.pick(struct.fields);
      at = text(at, `.${field.name}`);
      if (field.count !== undefined) at = text(at, '[', this.#index(field.count, scope, depth), ']');
      if (typeof field.element === 'string') return { text: at, cell: field.element };
      struct = field.element;
    }
  }

  #index(count: number, scope: Scope, depth: number): Part {
    if (depth <= 0 || this.random.oneIn(2)) {
      const variables = scope.variables.filter((each) => each.type === 'u32');
      if (variables.length === 0 || this.random.oneIn(2)) return String(this.random.below(count));
      return `${this.random.pick(variables).name} & ${count - 1}`;
    }
    return text('(', this.value(this.random.pick(['u32', 'i32']), depth - 1, scope), `) & ${count - 1}`);
  }
}

export function isWide(type: MemoryType): boolean {
  return type === 'u64' || type === 'i64';
}
