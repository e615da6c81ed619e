/**
 * What a kernel header says about its interface, as the wrapper generator sees it: the functions an extension may call,
 * the functions it hands to the kernel, and the objects that pass between them. The annotations are those Nooks'
 * authors
 * had to know to write their wrapper bodies by hand (SOSP 2003, section 4.2): direction, lifetime, ownership, sharing.
 */

/** `in`: the callee reads it, `out`: the callee fills it, `inout`: both (call-by-value-result). */
export type Direction = 'in' | 'out' | 'inout';

/**
 * How long the other side may use an object: this call, until a call that ends it, or until an event (a timer fires).
 */
export type Lifetime = 'call' | 'explicit' | 'semantic';

/**
 * `borrows`: the caller keeps the object, `consumes`: the callee owns it afterwards, `creates`: the callee begins to
 * track it.
 */
export type Ownership = 'borrows' | 'consumes' | 'creates';

/** The type of a parameter, field or result as far as wrapping is concerned; `text` is how the header spells it. */
export type Kind =
  | { readonly kind: 'void' }
  | { readonly kind: 'scalar' }
  | { readonly kind: 'bool' }
  | { readonly kind: 'wide' }
  | { readonly kind: 'string' }
  | { readonly kind: 'object'; readonly name: string }
  | { readonly kind: 'pointer' }
  | { readonly kind: 'callback'; readonly wrapper: string }
  | { readonly kind: 'embedded' }
  /** Further arguments, C's `...`. */
  | { readonly kind: 'rest' };

export interface Type {
  readonly text: string;
  readonly kind: Kind;
  readonly nullable: boolean;
}

export interface Parameter {
  readonly name: string;
  readonly type: Type;
  readonly optional: boolean;
  readonly direction: Direction;
  readonly lifetime: Lifetime;
  readonly ownership: Ownership;
  /** The tracked type, where the declared one (usize, an opaque pointer) does not say. */
  readonly objectType: string | undefined;
  /**
   * Bytes of the buffer pointed to: an expression in the dialect over the other parameters and the header's constants.
   */
  readonly size: string | undefined;
}

export interface Place {
  readonly file: string;
  /** Counted from one. */
  readonly line: number;
}

/** What kernel wrappers and extension wrappers have in common. */
export interface Signature {
  readonly parameters: readonly Parameter[];
  readonly result: Type;
  /** The result is a new object the caller owns from now on; of `objectType` and `size` where its type does not say. */
  readonly returnsNew: boolean;
  readonly returnedType: string | undefined;
  readonly returnedSize: string | undefined;
  readonly maySleep: boolean;
  readonly inInterrupt: boolean;
  readonly place: Place;
}

/** A kernel function an extension may call. */
export interface KernelFunction extends Signature {
  readonly name: string;
  /** May be queued and run at the next crossing (deferred XPC): it has no result and no effect the caller sees. */
  readonly deferred: boolean;
  /** The function that takes the cells of further arguments, in whose place a wrapper of `...` calls it: `vprintk`. */
  readonly cells: string | undefined;
  /** Linked directly, without a wrapper: it writes nothing that belongs to the kernel. */
  readonly direct: boolean;
}

/**
 * A function the extension gives to the kernel: a field of an operations struct, or a function-typed parameter or
 * alias.
 */
export interface Callback extends Signature {
  /** `NetDeviceOps_open`, `request_irq_handler`, or the name of the alias. */
  readonly name: string;
}

export interface Field {
  readonly name: string;
  readonly type: Type;
  /** Kept equal on both sides around every crossing (a shadow copy), rather than at calls that pass the object. */
  readonly critical: boolean;
  /** `kernel`: never copied; `readonly`: copied to the extension only; `both`: call-by-value-result. */
  readonly copied: 'both' | 'readonly' | 'kernel';
}

/**
 * A struct of the header. It is an object type of the tracker if it has a release function or is passed to a function.
 */
export interface ObjectType {
  readonly name: string;
  readonly fields: readonly Field[];
  /** The kernel function that gives the object back during recovery. */
  readonly release: string | undefined;
  /** Lent by mapping its pages, not by copying (packets, blocks). */
  readonly mapped: boolean;
  /** Made of function pointers only: its wrapper is a wrapped copy of the table. */
  readonly operations: boolean;
  readonly tracked: boolean;
  readonly place: Place;
}

/** One kernel header file, read. Names are unique across the headers handed to the generator together. */
export interface Header {
  /** Path as imports from the generated files spell it. */
  readonly file: string;
  readonly functions: readonly KernelFunction[];
  readonly callbacks: readonly Callback[];
  readonly objects: readonly ObjectType[];
  /** Tracked types named by annotations only (`as Memory`): plain memory, of no struct. */
  readonly plainTypes: readonly string[];
  /** Names other than functions and classes that types or size expressions may mention: enums, aliases, constants. */
  readonly names: readonly string[];
}

/** A mistake in a header: what is wrong, where, and what to write instead. */
export interface HeaderProblem {
  readonly place: Place;
  readonly message: string;
}
