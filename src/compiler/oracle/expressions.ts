/**
 * Expressions of the tree as JavaScript. JavaScript's own order of evaluation, left to right, is the language's; what
 * must be
 * kept over the evaluation of something else (an update's address and old value) is held in variables of the function.
 */
import { absurd, assert } from '../../assert.ts';
import type {
  Binary,
  Call,
  CallPointer,
  Compare,
  Expression,
  FunctionNode,
  Global,
  Local,
  Memory,
  Storage,
  Target,
  Update,
} from '../tree.ts';
import { alignOf, type FunctionType, isSigned, isWide, plain, sizeOf, type Type, valueType } from '../types.ts';
import { binaryText, compareText, complementText, constantText, convertText, negateText, withSign } from './values.ts';

/** How functions, globals and texts are called in the JavaScript of a program. */
export interface Names {
  functionName(f: FunctionNode): string;
  functionAddress(f: FunctionNode): number;
  globalAddress(global: Global): number;
  textAddress(text: string): number;
}

/** One function's variables and frame, collected while its body is written. */
export class Scope {
  readonly #names: Names;
  readonly #locals = new Map<Local, string>();
  readonly #held = new Map<number, string>();
  readonly #temporaries: string[] = [];
  readonly #storage = new Map<Storage, number>();
  #frame = 0;

  constructor(names: Names) {
    this.#names = names;
  }

  /** Bytes of stack the function needs, a multiple of 16. */
  get frameSize(): number {
    return (this.#frame + 15) & -16;
  }

  /** Declarations of everything but the parameters. */
  declarations(parameters: readonly Local[]): string {
    const names = [...this.#locals].filter(([local]) => !parameters.includes(local)).map(([, name]) => name);
    const all = [...names, ...this.#temporaries];
    return all.length === 0 ? '' : `let ${all.join(', ')};\n`;
  }

  local(local: Local): string {
    let name = this.#locals.get(local);
    if (name === undefined) {
      name = `${/^\w+$/.test(local.name) ? local.name : 'v'}_${this.#locals.size}`;
      this.#locals.set(local, name);
    }
    return name;
  }

  expression(node: Expression): string {
    switch (node.kind) {
      case 'constant':
        return constantText(node.value, node.type);
      case 'string':
        return String(this.#names.textAddress(node.text));
      case 'function':
        return String(this.#names.functionAddress(node.function));
      case 'global':
        return String(this.#names.globalAddress(node.global));
      case 'read':
        return this.#read(node.target);
      case 'address':
        return this.#address(node.memory);
      case 'storage':
        return this.#storageAddress(node);
      case 'negate':
        return negateText(this.expression(node.operand), node.type);
      case 'complement':
        return complementText(this.expression(node.operand), node.type);
      case 'not':
        return `!${this.expression(node.operand)}`;
      case 'binary':
        return this.#binary(node);
      case 'compare':
        return this.#compare(node);
      case 'and':
        return `(${this.expression(node.left)} && ${this.expression(node.right)})`;
      case 'or':
        return `(${this.expression(node.left)} || ${this.expression(node.right)})`;
      case 'conditional':
        return this.#conditional(node.condition, node.whenTrue, node.whenFalse);
      case 'convert':
        return convertText(this.expression(node.operand), node.operand.type, node.to);
      case 'assign':
        return this.#store(node.target, this.expression(node.value));
      case 'update':
        return this.#update(node);
      case 'held':
        return this.#heldName(node.id);
      case 'call':
        return this.#call(node);
      case 'call pointer':
        return this.#callPointer(node);
      case 'intrinsic':
        return `intrinsics.${node.name}(${node.arguments.map((each) => this.expression(each)).join(', ')})`;
      default:
        return absurd(node);
    }
  }

  #read(target: Target): string {
    if (target.kind === 'local') return this.local(target.local);
    return loadText(this.#address(target), target.cell);
  }

  #address({ base, index, scale, offset }: Memory): string {
    const from = this.expression(base);
    if (index === undefined) return offset === 0 ? from : `(${from} + ${offset} >>> 0)`;
    const scaled = scale === 1 ? this.expression(index) : `Math.imul(${this.expression(index)}, ${scale})`;
    return `(${from} + ${scaled}${offset === 0 ? '' : ` + ${offset}`} >>> 0)`;
  }

  #storageAddress(node: Storage): string {
    let at = this.#storage.get(node);
    if (at === undefined) {
      const align = alignOf(node.cell);
      at = (this.#frame + align - 1) & -align;
      this.#frame = at + sizeOf(node.cell);
      this.#storage.set(node, at);
    }
    return `(frame + ${at})`;
  }

  #binary({ operator, left, right, type }: Binary): string {
    const signed = isSigned(type);
    const matters = operator === 'div' || operator === 'rem' || operator === 'shr';
    const seen = (operand: Expression) => {
      const text = this.expression(operand);
      return matters ? withSign(text, operand.type, signed) : text;
    };
    const shift = operator === 'shl' || operator === 'shr';
    return binaryText(operator, seen(left), shift ? this.expression(right) : seen(right), type);
  }

  #compare({ operator, signed, left, right }: Compare): string {
    const [a, b] = [
      withSign(this.expression(left), left.type, signed),
      withSign(this.expression(right), right.type, signed),
    ];
    return compareText(operator, a, b);
  }

  #conditional(condition: Expression, whenTrue: Expression, whenFalse: Expression): string {
    return `(${this.expression(condition)} ? ${this.expression(whenTrue)} : ${this.expression(whenFalse)})`;
  }

  #store(target: Target, value: string): string {
    if (target.kind === 'local') return `(${this.local(target.local)} = ${value})`;
    return storeText(this.#address(target), target.cell, value);
  }

  #update({ target, held, value, result }: Update): string {
    const old = this.#heldName(held.id);
    if (target.kind === 'local') {
      const name = this.local(target.local);
      const stored = `${name} = ${this.expression(value)}`;
      return result === 'new' ? `(${old} = ${name}, ${stored})` : `(${old} = ${name}, ${stored}, ${old})`;
    }
    const at = this.#temporary('at');
    const read = `${at} = ${this.#address(target)}, ${old} = ${loadText(at, target.cell)}`;
    const stored = storeText(at, target.cell, this.expression(value));
    return result === 'new' ? `(${read}, ${stored})` : `(${read}, ${stored}, ${old})`;
  }

  #heldName(id: number): string {
    let name = this.#held.get(id);
    if (name === undefined) {
      name = this.#temporary('old');
      this.#held.set(id, name);
    }
    return name;
  }

  #temporary(word: string): string {
    const name = `${word}$${this.#temporaries.length}`;
    this.#temporaries.push(name);
    return name;
  }

  #call({ function: callee, arguments: args, variadicFrom }: Call): string {
    return this.#withArguments(this.#names.functionName(callee), args, variadicFrom);
  }

  #callPointer({ pointer, arguments: args, variadicFrom }: CallPointer): string {
    assert(plain(pointer.type).kind === 'function', 'a called pointer has a function type');
    const shape = pointer.type as FunctionType;
    return this.#withArguments(`at(${this.expression(pointer)}, ${shape.parameters.length})`, args, variadicFrom);
  }

  /** Arguments of C's `...` travel as one argument, the list of their cells. */
  #withArguments(callee: string, args: readonly Expression[], variadicFrom: number | undefined): string {
    const texts = args.map((each) => this.expression(each));
    if (variadicFrom === undefined) return `${callee}(${texts.join(', ')})`;
    const rest = args.slice(variadicFrom).map((each, index) => {
      const text = texts[variadicFrom + index] ?? '';
      return isWide(each.type) ? text : plain(each.type).kind === 'bool' ? `+${text}` : text;
    });
    return `${callee}(${[...texts.slice(0, variadicFrom), `[${rest.join(', ')}]`].join(', ')})`;
  }
}

function loadText(address: string, cell: Type): string {
  const type = plain(cell);
  if (type.kind === 'bool') return `(memory.load(${address}, 1) !== 0)`;
  if (isWide(type))
    return isSigned(type) ? `BigInt.asIntN(64, memory.loadWide(${address}))` : `memory.loadWide(${address})`;
  const size = sizeOf(type);
  const load = `memory.load(${address}, ${size})`;
  if (!isSigned(type)) return load;
  return size === 4 ? `(${load} | 0)` : `(${load} << ${32 - 8 * size} >> ${32 - 8 * size})`;
}

function storeText(address: string, cell: Type, value: string): string {
  const type = plain(cell);
  if (type.kind === 'bool') return `(memory.store(${address}, 1, ${value} ? 1 : 0) !== 0)`;
  if (isWide(type)) return `memory.storeWide(${address}, ${value})`;
  return `memory.store(${address}, ${sizeOf(type)}, ${value})`;
}

/** What a value of a cell type is before anything was assigned. */
export function zeroText(type: Type): string {
  return constantText(0n, valueType(plain(type)));
}
