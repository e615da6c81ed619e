/**
 * What generated wrappers and their bodies call in the isolation layer (Nooks, SOSP 2003, section 4). The declarations
 * are
 * the contract between `src/compiler/wrappers`, which writes the calls, and the layer, which provides them.
 *
 * Words: arguments cross as 32-bit words in the callee's order (the psABI's: a0 to a7, then the stack); a 64-bit
 * argument
 * is two words, low first. Crossings give back a0 and a1 as a u64, of which a wrapper takes what its result needs.
 */

/** A protection domain. Only the isolation layer looks inside. */
export class NooksDomain {
  number: u32;
}

/**
 * A function of an extension, as a function pointer given to the kernel stands for it. The pointer's wrapper is a few
 * instructions made for the pair (domain, function): they load the address of this record into the argument register
 * after the last argument and jump to the extension wrapper's entry, which so receives it as its last parameter.
 */
export class NooksTarget {
  domain: NooksDomain;
  entry: usize;
  /** Number of the extension wrapper (an `NX_` constant). */
  wrapper: u32;
}

/** A row of a wrapper table. `words` is the number of argument words: a target travels in the register after them. */
export class NooksWrapper {
  name: cstr;
  direction: u32;
  words: u32;
  /** Tracked types of the object parameters in order, separated by spaces. */
  objects: cstr;
  entry: usize;
}

/**
 * What recovery knows of an object type: `release`, if any, is called in the kernel's domain with the kernel's
 * version.
 */
export class NooksObjectType {
  name: cstr;
  size: u32;
  mapped: bool;
  release: usize;
}

export const NOOKS_KERNEL_WRAPPER = 0;
export const NOOKS_EXTENSION_WRAPPER = 1;

/** Lifetimes: until the call returns, until a call ends it, until an event ends it. */
export const NOOKS_CALL = 0;
export const NOOKS_EXPLICIT = 1;
export const NOOKS_SEMANTIC = 2;

export const NOOKS_IN = 1;
export const NOOKS_OUT = 2;
export const NOOKS_INOUT = 3;

/**
 * Crosses from the current extension's domain into the kernel's and calls `body` there; objects of lifetime call end
 * with it.
 */
export declare function nooks_kernel_call(body: usize, count: u32, ...words: VarArg[]): u64;
/** Crosses from the kernel's domain into `target`'s and calls its function there. */
export declare function nooks_driver_call(target: NooksTarget, count: u32, ...words: VarArg[]): u64;
/** Queues the call of `body`; it is made at the domain's next crossing. Gives back zero. */
export declare function nooks_defer_kernel_call(body: usize, count: u32, ...words: VarArg[]): u64;

/** The domain whose extension made the kernel call now running on this hart. */
export declare function nooks_caller(): NooksDomain;
/** False once the target's domain has failed or is being unloaded. */
export declare function nooks_target_alive(target: NooksTarget): bool;
/** What the kernel is told of a call to a dead target: an error number, as u32. */
export declare function nooks_dead_target(target: NooksTarget): u32;
export declare function nooks_in_interrupt(): bool;
/** A function that may sleep was called in interrupt context: recover, or give back an error number, by policy. */
export declare function nooks_bad_context(wrapper: cstr): u32;
/** A parameter failed its check: recover, or give back an error number, by policy. */
export declare function nooks_bad_parameter(wrapper: cstr, parameter: cstr): u32;

/** The text is readable by `domain` up to and with its NUL, within the layer's limit. */
export declare function nooks_string_valid(domain: NooksDomain, text: cstr): bool;
/** `size` bytes at `address` belong to `domain`; with `written`, the kernel may write them on its behalf. */
export declare function nooks_buffer_valid(domain: NooksDomain, address: usize, size: u32, written: bool): bool;
/**
 * A buffer of the kernel's as `domain` may use it: the same one if it only reads, or a copy; NOOKS_IN, _OUT or _INOUT.
 */
export declare function nooks_buffer_lend(domain: NooksDomain, address: usize, size: u32, direction: u32): usize;
/** Ends the loan: copies back what a NOOKS_OUT or NOOKS_INOUT buffer received, frees the copy. */
export declare function nooks_buffer_return(
  domain: NooksDomain,
  address: usize,
  lent: usize,
  size: u32,
  direction: u32,
): void;

/** The wrapper pointer that stands for an extension's function `entry` of the calling domain; zero for zero. */
export declare function nooks_interpose(wrapper: u32, entry: usize): usize;

/** The kernel's version of an object the domain holds, given either version's address; zero if it holds none. */
export declare function nooks_object_find(domain: NooksDomain, type: u32, address: usize): usize;
/** Begins to track an object the extension made: gives back a kernel version of `size` bytes, or zero for no memory. */
export declare function nooks_object_adopt(
  domain: NooksDomain,
  type: u32,
  address: usize,
  size: u32,
  lifetime: u32,
): usize;
/** Begins to track plain memory the domain was given: both versions have one address. */
export declare function nooks_object_track(
  domain: NooksDomain,
  type: u32,
  address: usize,
  size: u32,
  lifetime: u32,
): void;
/** The domain's version of a kernel object, made and tracked if it has none. */
export declare function nooks_object_lend(
  domain: NooksDomain,
  type: u32,
  address: usize,
  size: u32,
  lifetime: u32,
): usize;
/** The same for objects lent by mapping their pages: both versions have one address. */
export declare function nooks_object_map(domain: NooksDomain, type: u32, address: usize, lifetime: u32): usize;
export declare function nooks_object_unmap(domain: NooksDomain, type: u32, address: usize): void;
/** The domain holds the object no longer; its version is freed or unmapped. */
export declare function nooks_object_drop(domain: NooksDomain, type: u32, address: usize): void;
