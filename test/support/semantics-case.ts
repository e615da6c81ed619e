/**
 * The shape of a row of the semantics table: an instruction, the state before it, and what it changes. It knows nothing
 * of any machine, so that the same rows are run on the reference hart, the interpreter and the translator.
 */
import type { Cause } from '../../src/isa/causes.ts';
import type { CsrName } from '../../src/isa/csrs.ts';
import type { Mnemonic } from '../../src/isa/encodings.ts';
import type { RegisterName } from '../../src/isa/registers.ts';

type Registers = Readonly<Partial<Record<RegisterName, number>>>;
/** 32-bit words by address. */
type Words = Readonly<Record<number, number>>;
type Csrs = Readonly<Partial<Record<CsrName, number>>>;

/** What is set before a case, or is different after it. Numbers are 32 bits, unsigned. */
export interface State {
  readonly registers: Registers;
  readonly memory: Words;
  readonly csrs: Csrs;
}

/**
 * `text` is assembled at `codeAddress` and `steps` instructions of it are executed in M-mode without translation. Then
 * registers and words of the data that `after` does not name are as before, and the pc is `codeAddress` + `pcOffset`.
 * With `trap`, the last of the steps does not retire, but raises that, with the pc on it.
 */
export interface Case {
  readonly name: string;
  readonly mnemonic: Mnemonic;
  readonly text: string;
  readonly steps: number;
  readonly before: State;
  readonly after: State;
  readonly pcOffset: number;
  /** `tval` is undefined where the manual leaves a choice. */
  readonly trap?: { readonly cause: Cause; readonly tval: number | undefined };
}

/** Where the code of a case is, and its data: 64 bytes, zero unless `before` says otherwise. */
export const codeAddress = 0x8000_4000;
export const dataAddress = 0x8000_8000;
export const dataSize = 64;

/** A number as it is shown in names. */
export const hex = (value: number) => (value < 10 ? String(value) : `0x${value.toString(16)}`);

export interface Sketch {
  readonly before?: Partial<State>;
  readonly after?: Partial<State>;
  readonly steps?: number;
  readonly pcOffset?: number;
  readonly trap?: Case['trap'];
}

/** A case; `result` says in words what comes of it, for its name. Without `pcOffset`, execution goes straight on. */
export function makeCase(mnemonic: Mnemonic, text: string, result: string, sketch: Sketch): Case {
  const { before, after, steps = 1, trap } = sketch;
  const none: State = { registers: {}, memory: {}, csrs: {} };
  const given = Object.entries(before?.registers ?? {}).map(([name, value]) => `${name} = ${hex(value)}`).join(', ');
  return {
    name: `${text}${given && ` with ${given}`}: ${result}`, mnemonic, text, steps,
    before: { ...none, ...before }, after: { ...none, ...after },
    pcOffset: sketch.pcOffset ?? 4 * (trap ? steps - 1 : steps), ...(trap && { trap }),
  };
}
