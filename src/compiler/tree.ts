/**
 * The checked program: what the guest text means, with nothing left to look up or to convert.
 *
 * Every name is resolved to its Local, Global or FunctionNode, every type is known, every conversion is a node. The
 * back end lowers this tree to RV32; the oracle turns it into JavaScript. Both rely on the following.
 *
 * - Values: `type` of an expression is a value type (types.ts): 32-bit or 64-bit integer, bool (0 or 1), an address.
 *   32-bit arithmetic wraps; whether a value is u32, usize or i32 only matters to div, rem, shr, comparisons and
 *   convert.
 * - Order: operands from left to right, then the operation. An assignment evaluates its target's address (base, then
 *   index), then the value, then stores. An update evaluates the address once, reads the old value, then evaluates
 *   `value`. A call by pointer evaluates the pointer before the arguments.
 * - Memory is touched by `read` and `assign`/`update` of memory and by intrinsics, each once, in that order; a read
 *   whose value is not used may be left out unless its cell is volatile.
 * - Locals live in no memory and are not shared: each call has its own. A local in a loop's body is set anew at each
 *   turn.
 */
import type { Program as Assembled } from '../isa/program.ts';
import type { Place } from './diagnostic.ts';
import type { ArrayType, EnumType, FunctionType, StructType, Type } from './types.ts';

/** A variable of a function. `type` may be a narrow integer: it then holds only values of that width. */
export interface Local {
  readonly name: string;
  readonly type: Type;
  readonly parameter: boolean;
  /** Whether it is assigned after its declaration. */
  assigned: boolean;
  readonly place: Place;
}

export type Inlining = 'always' | 'never' | 'auto';

/** A function, a method (`this` is the first parameter) or one instance of a template. */
export interface FunctionNode {
  /** As the guest writes it: `open`, `SpinLock.lock`, `kzalloc<Nic>`. */
  readonly name: string;
  /** The symbol's name in object files: unique in the image. */
  readonly symbol: string;
  readonly place: Place;
  readonly parameters: readonly Local[];
  /** The parameter that points to the cells of further arguments (C's `...`), a `Ptr<u32>`. */
  readonly variadic: Local | undefined;
  readonly type: FunctionType;
  /** Undefined when it is somebody else's: a `declare function`, or of another image. */
  body: FunctionBody | undefined;
  readonly inlining: Inlining;
  readonly section: string | undefined;
  /** A global symbol. */
  readonly exported: boolean;
}

export type FunctionBody =
  | { readonly kind: 'statements'; readonly statements: readonly Statement[] }
  /** A naked function: assembly text in which functions and globals are named by their symbols. */
  | {
    readonly kind: 'assembly'; readonly text: string; readonly place: Place;
    readonly mentions: readonly (FunctionNode | Global)[];
    /** Undefined after a mistake. */
    readonly program: Assembled | undefined;
  };

/** A variable with a place in memory for as long as the image is there. */
export interface Global {
  readonly name: string;
  readonly symbol: string;
  /** Type of the cell. */
  readonly type: Type;
  /** Undefined: all zero. */
  initial: Initial | undefined;
  /** Never written: belongs to the constants. */
  readonly constant: boolean;
  /** Whether it is somebody else's: an undefined symbol. */
  readonly foreign: boolean;
  readonly exported: boolean;
  readonly section: string | undefined;
  readonly place: Place;
}

/** What a cell holds from the start, known at link time. */
export type Initial =
  | { readonly kind: 'integer'; readonly value: bigint }
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'function'; readonly function: FunctionNode }
  /** Address of a global, plus an offset in bytes. */
  | { readonly kind: 'global'; readonly global: Global; readonly offset: number }
  /** Parts of a struct or array by offset; what is left out is zero. */
  | { readonly kind: 'parts'; readonly parts: readonly Part[] };

export interface Part {
  readonly offset: number;
  readonly type: Type;
  readonly initial: Initial;
}

/** A cell in memory: at `base`, plus `index` times `scale`, plus `offset`. Addresses wrap at 32 bits. */
export interface Memory {
  readonly kind: 'memory';
  /** Yields an address (or usize). */
  readonly base: Expression;
  /** A 32-bit integer. */
  readonly index: Expression | undefined;
  /** Bytes. */
  readonly scale: number;
  readonly offset: number;
  /** Type of the cell, not volatile, never narrower than what is in memory. */
  readonly cell: Type;
  readonly volatile: boolean;
}

/** What can be assigned to. */
export type Target = { readonly kind: 'local'; readonly local: Local } | Memory;

export type BinaryOperator = 'add' | 'sub' | 'mul' | 'div' | 'rem' | 'and' | 'or' | 'xor' | 'shl' | 'shr';
export type Comparison = 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge';

interface Node<Kind extends string> {
  readonly kind: Kind;
  readonly type: Type;
  readonly place: Place;
}

/** An integer, bool (0, 1), enum member, or known address (null is 0), in the range of its type. */
export interface Constant extends Node<'constant'> { readonly value: bigint }
/** The address of UTF-8 bytes ended by a zero; equal texts may share it. */
export interface StringNode extends Node<'string'> { readonly text: string }
export interface FunctionAddress extends Node<'function'> { readonly function: FunctionNode }
/** The address of a global, a usize. */
export interface GlobalAddress extends Node<'global'> { readonly global: Global }
/** Reads a cell or local and promotes. The cell is never a struct or an array. */
export interface Read extends Node<'read'> { readonly target: Target }
/** The address of a cell. */
export interface Address extends Node<'address'> { readonly memory: Memory }
/** `local<T>()`: stack storage of this activation, the same at each evaluation; its first contents are unspecified. */
export interface Storage extends Node<'storage'> { readonly cell: StructType | ArrayType }
/** Two's complement; complement inverts all bits. */
export interface Unary extends Node<'negate' | 'complement'> { readonly operand: Expression }
/** bool to bool. */
export interface Not extends Node<'not'> { readonly operand: Expression }
/**
 * Both operands and the result have one width; signed when `type` is. div and rem give RISC-V's results (by zero: all
 * ones and the dividend; overflow: the dividend and 0), also for 64 bits. shl and shr take the right operand, a 32-bit
 * integer even if the left is 64 bits wide, modulo the width; shr copies the sign when `type` is signed (`>>>` of an
 * i32 comes as shr of u32, converted).
 */
export interface Binary extends Node<'binary'> {
  readonly operator: BinaryOperator;
  readonly left: Expression;
  readonly right: Expression;
}
/** Yields bool. Operands have one width; lt to ge are signed when `signed`. */
export interface Compare extends Node<'compare'> {
  readonly operator: Comparison;
  readonly signed: boolean;
  readonly left: Expression;
  readonly right: Expression;
}
/** Of bools; the right operand is evaluated only if it decides. */
export interface Logical extends Node<'and' | 'or'> { readonly left: Expression; readonly right: Expression }
/** The condition is a bool. */
export interface Conditional extends Node<'conditional'> {
  readonly condition: Expression;
  readonly whenTrue: Expression;
  readonly whenFalse: Expression;
}
/**
 * Truncates to `to`, or extends by the operand's signedness, then promotes to `type` (the value type of `to`). Also
 * reinterprets between 32-bit integers, enums and addresses, and takes a bool to 0 or 1.
 */
export interface Convert extends Node<'convert'> { readonly to: Type; readonly operand: Expression }
/** Yields `value`, which is of the target's value type and already within its range. */
export interface Assign extends Node<'assign'> { readonly target: Target; readonly value: Expression }
/** Stores `value`, in which `held` stands for the (promoted) old value; yields the old or the new one. */
export interface Update extends Node<'update'> {
  readonly target: Target;
  readonly held: Held;
  readonly value: Expression;
  readonly result: 'old' | 'new';
}
/** A value that an enclosing update has read. */
export interface Held extends Node<'held'> { readonly id: number }
export interface Call extends Node<'call'> {
  readonly function: FunctionNode;
  readonly arguments: readonly Expression[];
  /** Arguments from here on are those of C's `...`; undefined when there are none such. */
  readonly variadicFrom: number | undefined;
}
export interface CallPointer extends Node<'call pointer'> {
  readonly pointer: Expression;
  readonly arguments: readonly Expression[];
  readonly variadicFrom: number | undefined;
}
/** One of `intrinsics` (intrinsics.ts). */
export interface IntrinsicCall extends Node<'intrinsic'> {
  readonly name: string;
  readonly arguments: readonly Expression[];
}

export type Expression =
  | Constant | StringNode | FunctionAddress | GlobalAddress | Read | Address | Storage | Unary | Not | Binary | Compare
  | Logical | Conditional | Convert | Assign | Update | Held | Call | CallPointer | IntrinsicCall;

export interface LoopStatement {
  readonly kind: 'loop';
  readonly place: Place;
  readonly id: number;
  /** When the condition (a bool; undefined: forever) is tested: `while` and `for` before the body, `do` after. */
  readonly test: 'before' | 'after';
  readonly condition: Expression | undefined;
  /** Evaluated in this order after the body and on `continue`, before the next test. */
  readonly steps: readonly Expression[];
  readonly body: readonly Statement[];
}

export interface SwitchStatement {
  readonly kind: 'switch';
  readonly place: Place;
  readonly id: number;
  /** A 32-bit integer or enum. */
  readonly value: Expression;
  /** In the order of the text; control falls from one into the next. Case values are in the range of `value`'s type. */
  readonly clauses: readonly Clause[];
}

export interface Clause {
  readonly values: readonly bigint[];
  readonly isDefault: boolean;
  readonly body: readonly Statement[];
}

export type Statement =
  | { readonly kind: 'expression'; readonly place: Place; readonly expression: Expression }
  /** `value` is in range of the local; undefined means zero. */
  | { readonly kind: 'declare'; readonly place: Place; readonly local: Local; readonly value: Expression | undefined }
  | { readonly kind: 'block'; readonly place: Place; readonly statements: readonly Statement[] }
  | {
    readonly kind: 'if'; readonly place: Place; readonly condition: Expression;
    readonly whenTrue: readonly Statement[]; readonly whenFalse: readonly Statement[];
  }
  | LoopStatement | SwitchStatement
  /** Leaves the loop or switch, or goes on with the next turn of the loop, whose id is `of`. */
  | { readonly kind: 'break' | 'continue'; readonly place: Place; readonly of: number }
  /** The value is in range of the function's result type. */
  | { readonly kind: 'return'; readonly place: Place; readonly value: Expression | undefined };

export interface Program {
  /** Every function of the image with a body, and every outside function that is referred to. */
  readonly functions: readonly FunctionNode[];
  readonly globals: readonly Global[];
  readonly structs: readonly StructType[];
  readonly enums: readonly EnumType[];
}
