/**
 * Builtins that are single instructions: what the prelude declares and the compiler turns into machine code in place.
 * Their memory accesses and effects happen exactly where they are written.
 */
import { type Type, i32, never, nothing, u32, usize } from './types.ts';

export interface Intrinsic {
  readonly parameters: readonly Type[];
  /** How many of the parameters must be given. */
  readonly required: number;
  readonly result: Type;
}

const takes = (parameters: readonly Type[], result: Type = nothing, required = parameters.length): Intrinsic =>
  ({ parameters, required, result });

const atomicOperations = ['swap', 'add', 'xor', 'and', 'or', 'min', 'max', 'minu', 'maxu'] as const;
const orderings = ['', '_aq', '_rl', '_aqrl'] as const;

function atomics(): [string, Intrinsic][] {
  return orderings.flatMap((ordering): [string, Intrinsic][] => [
    // `amoadd_aq(address, value)`: the old word. `sc` yields 0 when it stored.
    ...atomicOperations.map((operation): [string, Intrinsic] => {
      const type = operation === 'min' || operation === 'max' ? i32 : u32;
      return [`amo${operation}${ordering}`, takes([usize, type], type)];
    }),
    [`lr${ordering}`, takes([usize], u32)],
    [`sc${ordering}`, takes([usize, u32], u32)],
  ]);
}

/** By name. CSR accessors are recognised by `csrIntrinsic`. */
export const intrinsics: ReadonlyMap<string, Intrinsic> = new Map<string, Intrinsic>([
  ['readb', takes([usize], u32)], ['readw', takes([usize], u32)], ['readl', takes([usize], u32)],
  ['writeb', takes([usize, u32])], ['writew', takes([usize, u32])], ['writel', takes([usize, u32])],
  ['mb', takes([])], ['rmb', takes([])], ['wmb', takes([])],
  // `barrier`: `fence rw, rw` between harts only, not ordering devices.
  ['smp_mb', takes([])], ['smp_rmb', takes([])], ['smp_wmb', takes([])],
  ['fence_i', takes([])],
  // sfence_vma(): everything; (address): one page; (address, asid): one page of one address space.
  ['sfence_vma', takes([usize, u32], nothing, 0)],
  ['wfi', takes([])], ['ebreak', takes([])],
  // ecall(a7, a0, ..., a6): what the handler left in a0.
  ['ecall', takes([u32, u32, u32, u32, u32, u32, u32, u32], u32, 1)],
  ['unreachable', takes([], never)],
  ['read_sp', takes([], usize)], ['read_tp', takes([], usize)], ['read_gp', takes([], usize)],
  ['write_tp', takes([usize])], ['write_gp', takes([usize])],
  // mulhu(a, b): the high word of the 64-bit product.
  ['mulhu', takes([u32, u32], u32)], ['mulh', takes([i32, i32], i32)],
  ...atomics(),
]);

export type CsrOperation = 'csrr' | 'csrw' | 'csrs' | 'csrc' | 'csrrw' | 'csrrs' | 'csrrc';

const csrShapes: Readonly<Record<CsrOperation, Intrinsic>> = {
  csrr: takes([], u32), csrw: takes([u32]), csrs: takes([u32]), csrc: takes([u32]),
  csrrw: takes([u32], u32), csrrs: takes([u32], u32), csrrc: takes([u32], u32),
};

/** `csrrs_sstatus` and the like, taken apart; undefined when the name is not of that form. */
export function csrIntrinsic(name: string): { operation: CsrOperation; csr: string; shape: Intrinsic } | undefined {
  const [, operation, csr = ''] = /^(csrr|csrw|csrs|csrc|csrrw|csrrs|csrrc)_([a-z0-9]+)$/.exec(name) ?? [];
  if (operation === undefined) return undefined;
  return { operation: operation as CsrOperation, csr, shape: csrShapes[operation as CsrOperation] };
}
