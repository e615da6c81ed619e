/**
 * What the compiler hands to the linker and to the writers of ELF and DWARF: one image's code and data, with the
 * relocations, symbols and debug information of a relocatable object file, as plain data.
 *
 * Relocations are those of src/isa/relocation.ts, and no others: the module loader in the kernel knows only these.
 */
import type { Relocation } from '../isa/relocation.ts';

export type { Relocation, RelocationType } from '../isa/relocation.ts';


export interface Section {
  readonly name: string;
  readonly kind: 'text' | 'rodata' | 'data' | 'bss';
  /** A power of two, in bytes. */
  readonly align: number;
  /** Bytes in memory. */
  readonly size: number;
  /** `size` bytes; empty for bss. */
  readonly bytes: Uint8Array;
  readonly relocations: readonly Relocation[];
}

/** Names are unique in a module; that of a section stands for its start, without being listed among the symbols. */
export interface ObjectSymbol {
  readonly name: string;
  /** The section that defines it; undefined when another object must. */
  readonly section: string | undefined;
  readonly offset: number;
  readonly size: number;
  readonly kind: 'function' | 'object' | 'none';
  readonly binding: 'local' | 'global';
}

/** From `offset` in `section` on, code comes from this place. Lines and columns count from 1; column 0 is none. */
export interface LineRow {
  readonly section: string;
  readonly offset: number;
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/**
 * Call-frame information as a list of changes, each the whole state from `offset` (from the function's start) on.
 * The canonical frame address (the caller's sp at the call) is sp + `cfaOffset`.
 */
export interface FrameRow {
  readonly offset: number;
  readonly cfaOffset: number;
  /** Register number to its place's offset from the canonical frame address. */
  readonly saved: ReadonlyMap<number, number>;
}

/** A struct is named here and described by the module's StructInfo of that name; a pointer to undefined is `void *`. */
export type DebugType =
  | { readonly kind: 'int'; readonly name: string; readonly size: number; readonly signed: boolean }
  | { readonly kind: 'bool' | 'cstr' }
  | { readonly kind: 'pointer'; readonly to: DebugType | undefined }
  | { readonly kind: 'struct'; readonly name: string }
  | { readonly kind: 'array'; readonly of: DebugType; readonly count: number }
  | { readonly kind: 'enum'; readonly name: string; readonly members: Readonly<Record<string, number>> }
  | { readonly kind: 'function' };

/** Where a value is: in registers (`registers` holds a 64-bit value), in memory, or nowhere because it is known. */
export type Location =
  | { readonly kind: 'register'; readonly register: number }
  | { readonly kind: 'registers'; readonly low: number; readonly high: number }
  | { readonly kind: 'frame'; readonly cfaOffset: number }
  | { readonly kind: 'address'; readonly symbol: string }
  | { readonly kind: 'constant'; readonly value: number };

export interface Variable {
  readonly name: string;
  readonly type: DebugType;
  readonly parameter: boolean;
  /** From `from` up to but not including `to`, offsets from the function's start; a global has one range, 0 to 0. */
  readonly ranges: readonly { readonly from: number; readonly to: number; readonly location: Location }[];
}

export interface FunctionInfo {
  readonly name: string;
  readonly section: string;
  readonly offset: number;
  readonly size: number;
  readonly file: string;
  readonly line: number;
  /** What it returns; undefined for nothing. */
  readonly result?: DebugType | undefined;
  /** Parameters first, in their order. */
  readonly variables: readonly Variable[];
  /** By offset; before the first row the frame is as the caller left it. */
  readonly frame: readonly FrameRow[];
}

export interface StructInfo {
  readonly name: string;
  readonly size: number;
  readonly align: number;
  readonly fields: readonly {
    readonly name: string; readonly offset: number; readonly size: number; readonly type: DebugType;
  }[];
}

/** One object file's worth: an image that we compiled, or an object that some other compiler made. */
export interface ObjectModule {
  readonly name: string;
  readonly sections: readonly Section[];
  readonly symbols: readonly ObjectSymbol[];
  readonly lines: readonly LineRow[];
  readonly functions: readonly FunctionInfo[];
  readonly structs: readonly StructInfo[];
  readonly globals: readonly Variable[];
}
