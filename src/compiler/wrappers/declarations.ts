/**
 * What the kernel's headers say about its interface, as the wrapper generator sees it: the functions an extension may
 * call, the functions it hands to the kernel, and the structs in which it does. The annotations are those Nooks'
 * authors had to know to write their wrapper bodies by hand (SOSP 2003, section 4.2): direction, ownership, sleeping.
 */

/** `in`: the callee reads it, `out`: the callee fills it, `inout`: both (call-by-value-result). */
export type Direction = 'in' | 'out' | 'inout';

/**
 * `borrows`: the caller keeps the object, `consumes`: the callee owns it afterwards, `creates`: the callee begins to
 * track it.
 */
export type Ownership = 'borrows' | 'consumes' | 'creates';

/** The type of a parameter, field or result as far as wrapping is concerned. */
export type Kind =
  | { readonly kind: 'void' }
  | { readonly kind: 'integer' }
  | { readonly kind: 'bool' }
  | { readonly kind: 'wide' }
  /** An address as an integer. */
  | { readonly kind: 'address' }
  | { readonly kind: 'text' }
  /** A struct. `tracked`: what the object tracker calls it. */
  | { readonly kind: 'object'; readonly name: string; readonly tracked: string }
  /** `Ptr<element>`. */
  | { readonly kind: 'buffer'; readonly element: string }
  | { readonly kind: 'callback'; readonly wrapper: string }
  /** Further arguments, C's `...`. */
  | { readonly kind: 'rest' };

/** `text` is how the header spells it. */
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
  readonly ownership: Ownership;
  /** The tracked type, where the declared one (usize, an opaque pointer) does not say. */
  readonly tracked: string | undefined;
  /** Bytes of the buffer pointed to: an expression in the dialect over the other parameters. */
  readonly size: string | undefined;
}

/** What kernel wrappers and extension wrappers have in common. */
export interface Signature {
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly result: Type;
  /** What a new object that the caller owns from now on is to the tracker, and its size. */
  readonly returned: { readonly tracked: string; readonly size: string } | undefined;
  readonly maySleep: boolean;
  /** The header. */
  readonly file: string;
}

/** A kernel function an extension may call. */
export interface KernelFunction extends Signature {
  /** May be queued and run at the next crossing (deferred XPC): it has no result and no effect the caller sees. */
  readonly deferred: boolean;
}

/**
 * A function the extension gives to the kernel: a field of a struct (`TimerList_function`), a parameter
 * (`tasklet_init_func`), or by its type's alias (`IrqHandler`).
 */
export type Callback = Signature;

/** Fields that the kernel takes from an extension's version of a struct: functions by their wrappers. */
export interface Taken {
  readonly struct: string;
  readonly fields: readonly { readonly name: string; readonly type: Type }[];
}

/** A part of the interface whose wrappers share a file. A callback is in the first group that needs it. */
export interface Group {
  readonly name: string;
  readonly functions: readonly KernelFunction[];
  /** Functions linked without a wrapper: they write nothing that belongs to the kernel. */
  readonly direct: readonly KernelFunction[];
  readonly callbacks: readonly Callback[];
  readonly taken: readonly Taken[];
  /** Where the names come from that the signatures mention: functions, types, constants. */
  readonly origins: ReadonlyMap<string, string>;
}

/** A mistake in the list or in a header: what is wrong, where, and what to write instead. Lines count from one. */
export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}
