/**
 * Runs a checked program on the host: the oracle that compiled code is compared with, and a way to unit-test guest
 * modules
 * without a machine. Assembly functions and other images' functions are the host's to provide.
 */
import { assert } from '../../assert.ts';
import type { FunctionNode, Global, Initial, Program } from '../tree.ts';
import { alignOf, isWide, plain, sizeOf, type Type } from '../types.ts';
import * as arithmetic from './arithmetic.ts';
import type { Names } from './expressions.ts';
import { functionText } from './functions.ts';
import { type Hooks, intrinsicsOn } from './intrinsics.ts';
import { type Devices, GuestFault, hex, Memory, ramBase } from './memory.ts';
import { valueOf } from './values.ts';

export type Value = number | bigint | boolean | void;
export type HostFunction = (...args: (number | bigint | boolean | string)[]) => Value;

export interface LoadOptions extends Hooks {
  /** Bytes of RAM from 0x8000_0000 on; 4 MiB if not given. */
  readonly memorySize?: number;
  /** What lies outside RAM; without it an access there is a fault. */
  readonly devices?: Devices;
  /** Functions by symbol that the program declares, imports from another image or has in assembly. */
  readonly functions?: Readonly<Record<string, (...args: never[]) => Value>>;
  /** Calls and turns of loops after which the guest is stopped with a fault; no limit if not given. */
  readonly limit?: number;
}

/** A loaded program. */
export interface HostProgram {
  /**
   * Every function by symbol. Arguments are cut to the parameters' types, a string is passed as a cstr; integers come
   * back
   * as numbers, 64-bit ones as bigints, bools as booleans.
   */
  readonly functions: Readonly<Record<string, HostFunction>>;
  readonly memory: Memory;
  /** Address of a global by symbol. */
  address(symbol: string): number;
  /** Address of a function by symbol, as a function pointer holds it. */
  functionAddress(symbol: string): number;
  /**
   * Calls the function at an address with argument words as registers hold them (psABI: 64-bit arguments in two, low
   * first);
   * gives a0 and a1. For hosts that stand in for code that moves words, such as Nooks' crossings.
   */
  callWords(address: number, words: readonly number[]): bigint;
  /** Begins to count towards `limit` anew. */
  resetTurns(): void;
}

/** Addresses that function pointers hold: nothing is there but the right to be called. */
const codeBase = 0x4000_0000;
const codeStep = 16;

export function loadProgram(program: Program, options: LoadOptions = {}): HostProgram {
  const memory = new Memory(options.memorySize ?? 4 << 20, options.devices ?? noDevices);
  const names = new ProgramNames(program, memory);
  for (const global of program.globals) place(global, names, memory);
  const turns = { left: options.limit ?? Infinity };
  const compiled = compile(program, names, memory, options, turns);
  const table = program.functions.map((f) => compiled[names.functionName(f)]);
  names.table = table;
  const functions = Object.fromEntries(
    program.functions.map((f, index) => [f.symbol, adapted(f, table[index], memory)]),
  );
  return {
    functions,
    memory,
    address: (symbol) =>
      names.addressOf(
        program.globals.find((global) => global.symbol === symbol),
        symbol,
      ),
    functionAddress: (symbol) => names.functionAddress(program.functions.find((f) => f.symbol === symbol)),
    callWords: (address, words) => resultWords(program.functions[names.indexAt(address)], names.at(address, 8), words),
    resetTurns: () => {
      turns.left = options.limit ?? Infinity;
    },
  };
}

const noDevices: Devices = {
  read: (address, size) => {
    throw new GuestFault(`read of ${size} bytes at ${hex(address)}, where there is nothing`);
  },
  write: (address, size) => {
    throw new GuestFault(`write of ${size} bytes at ${hex(address)}, where there is nothing`);
  },
};

type Compiled = (...args: unknown[]) => unknown;

class ProgramNames implements Names {
  readonly #functions: Map<FunctionNode, number>;
  readonly #globals = new Map<Global, number>();
  readonly #memory: Memory;
  table: (Compiled | undefined)[] = [];

  constructor(program: Program, memory: Memory) {
    this.#memory = memory;
    this.#functions = new Map(program.functions.map((f, index) => [f, index]));
    for (const global of program.globals) {
      this.#globals.set(global, memory.allocate(Math.max(1, sizeOf(global.type)), alignOf(global.type)));
    }
  }

  functionName(f: FunctionNode): string {
    return `f${this.#indexOf(f)}`;
  }

  functionAddress(f: FunctionNode | undefined): number {
    assert(f, 'the function belongs to the program');
    return codeBase + codeStep * this.#indexOf(f);
  }

  globalAddress(global: Global): number {
    return this.addressOf(global, global.symbol);
  }

  addressOf(global: Global | undefined, symbol: string): number {
    const address = global && this.#globals.get(global);
    assert(address !== undefined, `${symbol} is a global of the program`);
    return address;
  }

  textAddress(text: string): number {
    return this.#memory.text(text);
  }

  /** The function that a pointer stands for; a fault if none, or if it takes another number of arguments. */
  readonly at = (address: number, parameters: number): Compiled => {
    const f = this.table[this.indexAt(address)];
    if (!f) throw new GuestFault(`call of ${hex(address)}, where no function is`);
    if (f.length > parameters + 1)
      throw new GuestFault(`call of ${hex(address)} with ${parameters} arguments, ${f.length} wanted`);
    return f;
  };

  indexAt(address: number): number {
    return (address - codeBase) / codeStep;
  }

  #indexOf(f: FunctionNode): number {
    const index = this.#functions.get(f);
    assert(index !== undefined, `${f.symbol} is a function of the program`);
    return index;
  }
}

function compile(
  program: Program,
  names: ProgramNames,
  memory: Memory,
  options: LoadOptions,
  turns: { left: number },
): Record<string, Compiled> {
  const outside: Record<string, Compiled> = {};
  let text = '';
  for (const f of program.functions) {
    if (f.body?.kind === 'statements') text += functionText(f, f.body.statements, names);
    else outside[names.functionName(f)] = outsideFunction(f, options);
  }
  const all = program.functions.map((f) => names.functionName(f));
  const inside = all.filter((name) => !(name in outside));
  const parameters = {
    memory,
    intrinsics: intrinsicsOn(memory, options),
    at: names.at,
    passCells: passCells(memory),
    ...arithmetic,
  };
  const turn = () => {
    if (--turns.left < 0) throw new GuestFault('the guest ran longer than the limit');
  };
  const scope = { ...parameters, turn, ...outside };
  const make = new Function(...Object.keys(scope), `'use strict';\n${text}return { ${inside.join(', ')} };`);
  return { ...make(...Object.values(scope)), ...outside };
}

function outsideFunction(f: FunctionNode, { functions }: LoadOptions): Compiled {
  const provided = functions?.[f.symbol] as Compiled | undefined;
  if (!provided)
    return () => {
      throw new GuestFault(`${f.name} is not here: give it in functions.${f.symbol}`);
    };
  const result = plain(f.type.result);
  return (...args) => {
    const value = provided(...args);
    return result.kind === 'void' || result.kind === 'never' ? undefined : valueOf(value as number, result);
  };
}

/** psABI, "Integer Calling Convention", variadic arguments: 64-bit values in aligned pairs. */
function passCells(memory: Memory) {
  return (values: readonly (number | bigint)[]): number => {
    const base = memory.enter((values.length * 8 + 8 + 15) & -16);
    let at = base;
    for (const value of values) {
      if (typeof value === 'bigint') {
        at = (at + 7) & -8;
        memory.storeWide(at >>> 0, value);
        at += 8;
      } else {
        memory.store(at >>> 0, 4, value);
        at += 4;
      }
    }
    return base;
  };
}

function adapted(f: FunctionNode, compiled: Compiled | undefined, memory: Memory): HostFunction {
  return (...args) => {
    assert(compiled, `${f.symbol} was compiled`);
    const values = f.type.parameters.map((type, index) => argument(args[index] ?? 0, type, memory));
    const rest = args.slice(values.length).map((value) => (typeof value === 'string' ? memory.text(value) : value));
    return compiled(...values, ...(f.variadic ? [rest] : [])) as Value;
  };
}

function resultWords(f: FunctionNode | undefined, compiled: Compiled, words: readonly number[]): bigint {
  assert(f, 'the table of functions is that of the program');
  const left = [...words];
  const values = f.type.parameters.map((type) => {
    const low = left.shift() ?? 0;
    return valueOf(isWide(plain(type)) ? (BigInt(left.shift() ?? 0) << 32n) | BigInt(low >>> 0) : low, type);
  });
  const result = compiled(...values) as Value;
  return BigInt.asUintN(64, typeof result === 'bigint' ? result : BigInt(Number(result ?? 0) >>> 0));
}

function argument(value: number | bigint | boolean | string, type: Type, memory: Memory): number | bigint | boolean {
  return typeof value === 'string' ? memory.text(value) : valueOf(value, type);
}

function place(global: Global, names: ProgramNames, memory: Memory): void {
  if (global.initial) write(names.globalAddress(global), global.type, global.initial, names, memory);
}

function write(address: number, type: Type, initial: Initial, names: ProgramNames, memory: Memory): void {
  switch (initial.kind) {
    case 'integer':
      return writeInteger(address, sizeOf(type), initial.value, memory);
    case 'string':
      return writeInteger(address, 4, BigInt(names.textAddress(initial.text)), memory);
    case 'function':
      return writeInteger(address, 4, BigInt(names.functionAddress(initial.function)), memory);
    case 'global':
      return writeInteger(address, 4, BigInt(names.globalAddress(initial.global) + initial.offset), memory);
    default:
      for (const part of initial.parts) write(address + part.offset, part.type, part.initial, names, memory);
  }
}

function writeInteger(address: number, size: number, value: bigint, memory: Memory): void {
  for (let i = 0; i < size; i++) memory.bytes[address - ramBase + i] = Number((value >> BigInt(8 * i)) & 0xffn);
}
