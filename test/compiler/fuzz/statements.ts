/** Random statements: declarations, effects, control flow whose loops all end. */
import { Expressions, valueTypes } from './expressions.ts';
import { type Part, statement, text, type TextNode } from './node.ts';
import { inner, type Scope } from './scope.ts';
import { fillText, type MemoryType, memoryTypes, promoted } from './shapes.ts';

export class Statements {
  readonly expressions: Expressions;
  #names = 0;

  constructor(expressions: Expressions) {
    this.expressions = expressions;
  }

  /** A name no other local has. */
  fresh(prefix: string): string {
    return `${prefix}${this.#names++}`;
  }

  /** `count` statements; declarations stay in `scope`. */
  list(count: number, depth: number, scope: Scope, indent: string): TextNode[] {
    return Array.from({ length: count }, () => this.#one(depth, scope, indent));
  }

  get #random() {
    return this.expressions.random;
  }

  #one(depth: number, scope: Scope, indent: string): TextNode {
    const simple = [
      [6, 'declare'],
      [8, 'assign'],
      [2, 'call'],
      [2, 'step'],
    ] as const;
    const control = [
      [4, 'if'],
      [2, 'for'],
      [2, 'while'],
      [1, 'do'],
      [2, 'switch'],
      [1, 'leave'],
      [1, 'block'],
      [1, 'pointer'],
      [1, 'row'],
      [1, 'struct'],
      [1, 'relink'],
    ] as const;
    switch (this.#random.weighted(depth > 0 ? [...simple, ...control] : simple)) {
      case 'declare':
        return this.#declare(scope, indent);
      case 'call':
        return this.#call(scope, indent) ?? this.#assign(scope, indent);
      case 'step':
        return this.#step(scope, indent) ?? this.#assign(scope, indent);
      case 'if':
        return this.#if(depth, scope, indent);
      case 'for':
        return this.#for(depth, scope, indent);
      case 'while':
        return this.#while(depth, scope, indent);
      case 'do':
        return this.#do(depth, scope, indent);
      case 'switch':
        return this.#switch(depth, scope, indent);
      case 'leave':
        return this.#leave(scope, indent) ?? this.#assign(scope, indent);
      case 'block':
        return statement(`${indent}{\n`, ...this.#body(depth, scope, indent), `${indent}}\n`);
      case 'pointer':
        return this.#pointer(scope, indent);
      case 'row':
        return this.#row(scope, indent);
      case 'struct':
        return this.#struct(scope, indent);
      case 'relink':
        return scope.relinks.length > 0
          ? statement(`${indent}${this.#random.pick(scope.relinks)};\n`)
          : this.#assign(scope, indent);
      default:
        return this.#assign(scope, indent);
    }
  }

  #declare(scope: Scope, indent: string): TextNode {
    const type: MemoryType = this.#random.oneIn(6) ? this.#random.pick(memoryTypes) : this.#random.pick(valueTypes);
    const mutable = this.#random.below(4) > 0;
    const name = this.fresh('v');
    const value = this.expressions.valueFor(type, 3, scope);
    scope.variables.push({ name, type, mutable });
    return statement(`${indent}${mutable ? 'let' : 'const'} ${name}: ${type} = `, value, ';\n');
  }

  #assign(scope: Scope, indent: string): TextNode {
    const place = this.expressions.place(scope, 2);
    if (!place) return this.#declare(scope, indent);
    const type = promoted(place.cell);
    if (type === 'bool' || this.#random.below(3) > 0) {
      return statement(indent, place.text, ' = ', this.expressions.valueFor(place.cell, 3, scope), ';\n');
    }
    return statement(
      indent,
      place.text,
      ` ${this.expressions.compound(type)} `,
      this.expressions.value(type, 3, scope),
      ';\n',
    );
  }

  #step(scope: Scope, indent: string): TextNode | undefined {
    const effect = this.expressions.effect(scope, 2);
    return effect && statement(indent, effect, ';\n');
  }

  #call(scope: Scope, indent: string): TextNode | undefined {
    if (scope.callees.length === 0) return undefined;
    return statement(indent, this.expressions.call(this.#random.pick(scope.callees), 3, scope), ';\n');
  }

  #body(depth: number, scope: Scope, indent: string): TextNode[] {
    return this.list(1 + this.#random.below(3), depth - 1, inner(scope), `${indent}  `);
  }

  #if(depth: number, scope: Scope, indent: string): TextNode {
    const condition = this.#condition(scope);
    const parts: Part[] = [`${indent}if (`, condition, ') {\n', ...this.#body(depth, scope, indent), `${indent}}`];
    if (this.#random.oneIn(4)) {
      parts.push(' else if (', this.#condition(scope), ') {\n', ...this.#body(depth, scope, indent), `${indent}}`);
    }
    if (this.#random.oneIn(2)) parts.push(' else {\n', ...this.#body(depth, scope, indent), `${indent}}`);
    return statement(...parts, '\n');
  }

  /** A bool, or now and then an integer that is tested for zero. */
  #condition(scope: Scope): TextNode {
    return this.expressions.value(
      this.#random.oneIn(6) ? this.#random.pick(['u32', 'i32', 'u64'] as const) : 'bool',
      3,
      scope,
    );
  }

  #for(depth: number, scope: Scope, indent: string): TextNode {
    const name = this.fresh('i');
    const type = this.#random.pick(['u32', 'i32', 'u8'] as const);
    const turns = 1 + this.#random.below(6);
    const { around, label } = this.#loop(scope, true);
    const head = this.#random.pick([
      `let ${name}: ${type} = 0; ${name} < ${turns}; ${name}++`,
      `let ${name}: ${type} = ${turns}; ${name} > 0; ${name}--`,
      `let ${name}: ${type} = 0; ${name} !== ${2 * turns}; ${name} += 2`,
    ]);
    around.variables.push({ name, type, mutable: false });
    return statement(`${indent}${label}for (${head}) {\n`, ...this.#body(depth, around, indent), `${indent}}\n`);
  }

  /** The counter counts first, so that `continue` does not skip it. */
  #while(depth: number, scope: Scope, indent: string): TextNode {
    const name = this.fresh('n');
    const { around, label } = this.#loop(scope, true);
    around.variables.push({ name, type: 'u32', mutable: false });
    const also = this.#random.oneIn(2) ? [' && ', this.expressions.value('bool', 2, scope)] : [];
    return statement(
      `${indent}let ${name}: u32 = ${1 + this.#random.below(6)};\n`,
      `${indent}${label}while (${name}-- !== 0`,
      ...also,
      ') {\n',
      ...this.#body(depth, around, indent),
      `${indent}}\n`,
    );
  }

  #do(depth: number, scope: Scope, indent: string): TextNode {
    const name = this.fresh('n');
    const { around, label } = this.#loop(scope, true);
    around.variables.push({ name, type: 'i32', mutable: false });
    const also = this.#random.oneIn(2) ? [' && ', this.expressions.value('bool', 2, scope)] : [];
    return statement(
      `${indent}let ${name}: i32 = 0;\n`,
      `${indent}${label}do {\n`,
      ...this.#body(depth, around, indent),
      `${indent}} while (++${name} < ${1 + this.#random.below(5)}`,
      ...also,
      ');\n',
    );
  }

  #switch(depth: number, scope: Scope, indent: string): TextNode {
    const { around, label } = this.#loop(scope, false);
    const type = this.#random.pick(['u32', 'i32'] as const);
    const dense = this.#random.oneIn(2);
    const value = this.expressions.value(type, 2, scope);
    const parts: Part[] = [`${indent}${label}switch (`, ...(dense ? [text('(', value, ') & 15')] : [value]), ') {\n'];
    const cases = this.#cases(dense, type);
    const otherwise = this.#random.below(cases.length + 1);
    cases.forEach((each, index) => {
      if (index === otherwise) parts.push(`${indent}  default:\n`);
      parts.push(`${indent}  case ${each}:`);
      if (this.#random.oneIn(5)) parts.push('\n');
      else
        parts.push(
          ' {\n',
          ...this.list(1 + this.#random.below(2), depth - 1, inner(around), `${indent}    `),
          this.#clauseEnd(indent),
        );
    });
    return statement(...parts, `${indent}}\n`);
  }

  #clauseEnd(indent: string): TextNode {
    return text(this.#random.below(4) > 0 ? `${indent}    break;\n${indent}  }\n` : `${indent}  }\n`);
  }

  #cases(dense: boolean, type: 'u32' | 'i32'): string[] {
    const count = 2 + this.#random.below(dense ? 12 : 5);
    const values = new Set<string>();
    const start = this.#random.below(4);
    for (let i = 0; i < count; i++)
      values.add(dense ? String(start + i) : this.expressions.literal(type).parts.join(''));
    return [...new Map([...values].map((value) => [BigInt(value.replace(/[()]/g, '')), value])).values()];
  }

  #loop(scope: Scope, loop: boolean): { around: Scope; label: string } {
    const around = inner(scope);
    const name = this.#random.oneIn(2) ? this.fresh('L') : '';
    around.loops.push({ label: name, loop });
    return { around, label: name === '' ? '' : `${name}: ` };
  }

  #leave(scope: Scope, indent: string): TextNode | undefined {
    const condition = this.expressions.value('bool', 2, scope);
    if (this.#random.oneIn(3)) return this.#return(condition, scope, indent);
    const around = scope.loops.at(-1);
    if (!around) return this.#return(condition, scope, indent);
    const labelled = scope.loops.filter((each) => each.label !== '');
    if (labelled.length > 0 && this.#random.oneIn(2)) {
      const target = this.#random.pick(labelled);
      const word = target.loop ? this.#random.pick(['break', 'continue']) : 'break';
      return statement(`${indent}if (`, condition, `) ${word} ${target.label};\n`);
    }
    const word = scope.loops.some((each) => each.loop) ? this.#random.pick(['break', 'continue']) : 'break';
    return statement(`${indent}if (`, condition, `) ${word};\n`);
  }

  #return(condition: TextNode, scope: Scope, indent: string): TextNode {
    if (scope.result === 'void') return statement(`${indent}if (`, condition, ') return;\n');
    return statement(`${indent}if (`, condition, ') return ', this.expressions.valueFor(scope.result, 3, scope), ';\n');
  }

  /** A variable that holds the address of a struct within a struct. */
  #pointer(scope: Scope, indent: string): TextNode {
    const base = this.#random.pick(scope.bases);
    const field = base.struct.fields.find((each) => typeof each.element !== 'string');
    if (!field || typeof field.element === 'string') return this.#assign(scope, indent);
    const name = this.fresh('p');
    const index = field.count === undefined ? '' : `[${this.#random.below(field.count)}]`;
    scope.bases.push({ text: name, struct: field.element });
    return statement(`${indent}const ${name}: ${field.element.name} = ${base.text}.${field.name}${index};\n`);
  }

  /** A struct in the frame. */
  #struct(scope: Scope, indent: string): TextNode {
    const { struct } = this.#random.pick(scope.bases);
    if (struct.fields.length > 8) return this.#assign(scope, indent);
    const name = this.fresh('s');
    scope.bases.push({ text: name, struct });
    return text(`${indent}const ${name} = local<${struct.name}>();\n${fillText(struct, name, 'next()', indent)}`);
  }

  /** An array in the frame, filled before it is used. */
  #row(scope: Scope, indent: string): TextNode {
    const name = this.fresh('r');
    const element = this.#random.pick(memoryTypes);
    const count = this.#random.pick([2, 4, 8]);
    const values = Array.from({ length: count }, (_, index) => {
      return statement(`${indent}${name}[${index}] = `, this.expressions.valueFor(element, 1, scope), ';\n');
    });
    scope.rows.push({ text: name, element, count, writable: true });
    return text(`${indent}const ${name} = local<Arr<${element}, ${count}>>();\n`, ...values);
  }
}
