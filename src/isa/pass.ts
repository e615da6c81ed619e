/**
 * One pass over the statements of a program. Where labels are is only known after a pass, and depends on how long each
 * branch is, so passes are repeated, each with the places found by the one before, until nothing moves.
 */
import { build, parse, usage } from './assembler.ts';
import type { Problem } from './assembly-error.ts';
import { directives } from './directives.ts';
import { evaluate, ExpressionError, lowerPart, upperPart, type Scope, type Value } from './expression.ts';
import { fenceTso, type Evaluate } from './operands.ts';
import { expand, loadImmediate, oppositeBranch, pseudoUsage } from './pseudo.ts';
import type { RelocationType } from './relocation.ts';
import { SectionBuilder, sectionKind } from './section.ts';
import { isPrivate, numericName, type Statement } from './source.ts';

/** Where a label is. */
export interface Label {
  readonly section: string;
  readonly offset: number;
}

/** What `.type`, `.size` and `.globl` say of a symbol. */
export interface Attributes {
  global?: boolean;
  kind?: 'function' | 'object';
  size?: number;
}

/** What one pass leaves to the next. */
export interface Knowledge {
  readonly labels: ReadonlyMap<string, Label>;
  readonly constants: ReadonlyMap<string, Value>;
  /** Branches whose target is out of their reach or in another section. Only grows, so that passes come to an end. */
  readonly far: Set<Statement>;
  /** Every name that the text defines. */
  readonly defined: ReadonlySet<string>;
}

const branchReach = 4096;
const modified = /^%(\w+)\(([^]*)\)$/;

export class Pass {
  readonly sections = new Map<string, SectionBuilder>();
  readonly labels = new Map<string, Label>();
  readonly constants = new Map<string, Value>();
  readonly attributes = new Map<string, Attributes>();
  readonly problems: Problem[] = [];
  readonly #before: Knowledge;
  #section: SectionBuilder;
  #previous: SectionBuilder;
  #statement: Statement | undefined;
  readonly #scope: Scope = {
    value: (name) => this.#symbol(name),
    distance: (from, to) => {
      const [start, end] = [this.#place(from), this.#place(to)];
      if (!start || !end) return this.#isUnsettled(from) || this.#isUnsettled(to) ? 0 : undefined;
      return start.section === end.section ? end.offset - start.offset : undefined;
    },
  };

  constructor(before: Knowledge) {
    this.#before = before;
    this.#section = this.#previous = this.enter('.text');
  }

  run(statements: readonly Statement[]): this {
    for (const statement of statements) {
      this.#statement = statement;
      try {
        this.#assemble(statement);
      } catch (error) {
        if (!(error instanceof ExpressionError)) throw error;
        this.problems.push({ line: statement.line, message: error.message });
      }
    }
    return this;
  }

  /** The line of the statement at hand. */
  get line(): number {
    return this.#statement!.line;
  }

  /** The section that grows. */
  get section(): SectionBuilder {
    return this.#section;
  }

  /** Continues in a section, which is made when it is new. */
  enter(name: string, flags?: string, type?: string): SectionBuilder {
    const section = this.sections.get(name) ?? new SectionBuilder(name, sectionKind(name, flags, type));
    this.sections.set(name, section);
    this.#previous = this.#section;
    this.#section = section;
    return section;
  }

  /** Continues in the section before the last change. */
  leave(): void {
    this.enter(this.#previous.name);
  }

  attribute(name: string): Attributes {
    const attributes = this.attributes.get(name) ?? {};
    this.attributes.set(name, attributes);
    return attributes;
  }

  /** The value of an expression where the statement stands. */
  value(text: string): Value {
    return evaluate(text, this.#scope);
  }

  /** The value of an expression that must be a number now. */
  number(text: string): number {
    const { base, offset } = this.value(text);
    if (base !== undefined) throw new ExpressionError(`${text.trim()} is not a number that is known when assembling.`);
    return offset;
  }

  /** A name that the text defines later, in the first pass. */
  #isUnsettled(name: string): boolean {
    return this.#before.defined.has(name) && !this.#before.labels.has(name);
  }

  #place(name: string): Label | undefined {
    const section = this.sections.get(name);
    return section ? { section: name, offset: 0 } : this.labels.get(name) ?? this.#before.labels.get(name);
  }

  #symbol(written: string): Value {
    if (written === '.') return { base: this.#section.name, offset: this.#section.size };
    const name = this.#numeric(written);
    const constant = this.constants.get(name) ?? this.#before.constants.get(name);
    if (constant) return constant;
    const place = isPrivate(name) ? this.#place(name) : undefined;
    // Private labels are not in the symbol table: what refers to them counts from their section's start.
    if (place) return { base: place.section, offset: place.offset };
    if (isPrivate(name) && !this.#before.defined.has(name)) throw new ExpressionError(`there is no label ${written}.`);
    return { base: name, offset: 0 };
  }

  /** `1f` and `1b` as the names of the labels they mean here. */
  #numeric(name: string): string {
    const [, number, direction] = /^(\d+)([fb])$/.exec(name) ?? [];
    if (number === undefined) return name;
    return numericName(number, (this.#statement!.numeric.get(number) ?? 0) + (direction === 'f' ? 1 : 0));
  }

  #assemble(statement: Statement): void {
    switch (statement.kind) {
      case 'label': return this.#define(statement.name);
      case 'assignment': return this.#assign(statement.name, statement.expression);
      case 'directive': return this.#direct(statement.name, statement.rest);
      case 'instruction': return this.#instruct(statement.mnemonic, statement.rest);
    }
  }

  #define(name: string): void {
    if (this.labels.has(name)) throw new ExpressionError(`the label ${name} is defined twice.`);
    this.labels.set(name, { section: this.#section.name, offset: this.#section.size });
  }

  #assign(name: string, expression: string): void {
    if (!/^[A-Za-z_.$][\w.$]*$/.test(name)) throw new ExpressionError(`${name || 'nothing'} is not a symbol.`);
    this.constants.set(name, this.value(expression));
  }

  #direct(name: string, rest: string): void {
    const directive = directives[name];
    if (!directive) throw new ExpressionError(`${name} is not a directive of this assembler.`);
    directive(this, rest);
  }

  #instruct(mnemonic: string, rest: string): void {
    const section = this.#section;
    if (section.kind === 'bss') throw new ExpressionError(`instructions cannot be in ${section.name}.`);
    if (section.size % 4 !== 0) throw new ExpressionError('an instruction must be at a multiple of 4; add .align 2.');
    section.line(this.#statement!.line);
    for (const line of this.#expand(mnemonic, rest)) this.#emit(line.mnemonic, line.rest);
  }

  #expand(mnemonic: string, rest: string): { mnemonic: string; rest: string }[] {
    if (mnemonic === fenceTso.mnemonic || parse(mnemonic, rest)) return [{ mnemonic, rest }];
    const [, register, expression] = mnemonic === 'li' ? /^(\w+)\s*,([^]*)$/.exec(rest) ?? [] : [];
    const lines = register !== undefined ? loadImmediate(register, this.#word(expression!)) : expand(mnemonic, rest);
    if (lines) {
      return lines.map((line) => ({ mnemonic: line.split(' ')[0]!, rest: line.slice(line.indexOf(' ') + 1) }));
    }
    const forms = [usage(mnemonic), ...pseudoUsage(mnemonic)].filter((form) => form !== undefined);
    throw new ExpressionError(forms.length === 0 ? `${mnemonic} is not an instruction of RV32IMA.`
      : `${mnemonic} is written ${forms.join(' or ')}, not ${mnemonic} ${rest}.`);
  }

  /** A number that 32 bits hold, signed or unsigned. */
  #word(text: string): number {
    const number = this.number(text);
    if (number < -(2 ** 31) || number >= 2 ** 32) throw new ExpressionError(`${number} does not fit in 32 bits.`);
    return number;
  }

  #emit(mnemonic: string, rest: string): void {
    if (mnemonic === fenceTso.mnemonic) return this.#section.number(fenceTso.word, 4);
    const line = parse(mnemonic, rest);
    if (!line) throw new ExpressionError(`${mnemonic} ${rest} is not an instruction.`);
    const opposite = oppositeBranch[mnemonic];
    if (opposite === undefined || this.#reaches(line.texts['target']!)) {
      return this.#section.number(build(line, this.#compute(mnemonic, line.encoding.format)), 4);
    }
    this.#emit(opposite, `${line.texts['rs1']}, ${line.texts['rs2']}, .+8`);
    this.#emit('jal', `zero, ${line.texts['target']}`);
  }

  /** Whether a conditional branch here reaches its target. */
  #reaches(text: string): boolean {
    const far = this.#before.far;
    const { base, offset } = this.value(text);
    const label = base === undefined ? undefined : this.#place(base);
    const distance = label?.section === this.#section.name ? label.offset + offset - this.#section.size : Infinity;
    const isInReach = distance >= -branchReach && distance < branchReach;
    const isNear = isInReach || (base !== undefined && this.#isUnsettled(base));
    if (!isNear && text !== '.+8') far.add(this.#statement!);
    return text === '.+8' || !far.has(this.#statement!);
  }

  /** What an operand of an instruction at the end of the section comes to; addresses become relocations. */
  #compute(mnemonic: string, format: string): Evaluate {
    return (text, operand) => {
      const [, modifier, inner] = modified.exec(text) ?? [];
      const { base, offset } = this.value(inner ?? text);
      const type = relocationType(modifier, operand, format);
      if (base === undefined) return absolute(modifier, operand, offset);
      if (!type) throw new ExpressionError(`${mnemonic} cannot take the address ${text} here; use %hi or %lo.`);
      this.#section.relocation(type, base, offset);
      return 0;
    };
  }
}

/** The relocation for an address in an operand. Throws when the modifier does not belong there. */
function relocationType(modifier: string | undefined, operand: string, format: string): RelocationType | undefined {
  if (operand === 'target' && !modifier) return format === 'J' ? 'R_RISCV_JAL' : 'R_RISCV_BRANCH';
  if (!modifier) return undefined;
  if (operand === 'upper' && modifier === 'hi') return 'R_RISCV_HI20';
  if (operand === 'upper' && modifier === 'call_plt') return 'R_RISCV_CALL_PLT';
  if (operand === 'imm' && modifier === 'lo') return format === 'S' ? 'R_RISCV_LO12_S' : 'R_RISCV_LO12_I';
  throw new ExpressionError(`%${modifier} does not belong here; there are %hi for lui and %lo for 12-bit immediates.`);
}

function absolute(modifier: string | undefined, operand: string, value: number): number {
  if (operand === 'target' || modifier === 'call_plt') {
    throw new ExpressionError(`a jump's target is a label, or a distance such as .+8, not the number ${value}.`);
  }
  if (modifier === undefined) return value;
  return modifier === 'hi' ? upperPart(value) : lowerPart(value);
}
