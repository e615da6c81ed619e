/**
 * What the builtins that are single instructions do on the host. Fences do nothing: there is one hart and it is in
 * order.
 * CSRs are cells that keep what is written, unless the host says otherwise.
 */
import { csrIntrinsic, intrinsics } from '../intrinsics.ts';
import { GuestFault, type Memory } from './memory.ts';

type Implementation = (...args: number[]) => number | void;

/** The host's part in builtins, all optional. */
export interface Hooks {
  readonly readCsr?: (csr: string) => number;
  readonly writeCsr?: (csr: string, value: number) => void;
  /** `a7`, `a0`...: yields `a0`. */
  readonly ecall?: (...registers: number[]) => number;
  readonly ebreak?: () => void;
  readonly wfi?: () => void;
}

const atomics: Readonly<Record<string, (old: number, value: number) => number>> = {
  swap: (_, value) => value,
  add: (old, value) => old + value,
  xor: (old, value) => old ^ value,
  and: (old, value) => old & value,
  or: (old, value) => old | value,
  min: (old, value) => Math.min(old | 0, value | 0),
  max: (old, value) => Math.max(old | 0, value | 0),
  minu: (old, value) => Math.min(old >>> 0, value >>> 0),
  maxu: (old, value) => Math.max(old >>> 0, value >>> 0),
};

/** An object whose methods are the builtins; CSR accessors appear when they are first asked for. */
export function intrinsicsOn(memory: Memory, hooks: Hooks): Record<string, Implementation> {
  const known: Record<string, Implementation> = { ...registers(memory), ...plainAccess(memory), ...environment(hooks) };
  for (const name of intrinsics.keys()) known[name] ??= atomic(name, memory) ?? nothing;
  Object.assign(known, reservations(memory));
  const csrs = new Map<string, number>();
  return new Proxy(known, {
    get: (target, name) => (typeof name === 'string' ? (target[name] ??= csrAccess(name, csrs, hooks)) : undefined),
  });
}

const nothing: Implementation = () => undefined;

function plainAccess(memory: Memory): Record<string, Implementation> {
  return {
    readb: (address = 0) => memory.load(address, 1),
    readw: (address = 0) => memory.load(address, 2),
    readl: (address = 0) => memory.load(address, 4),
    writeb: (address = 0, value = 0) => { memory.store(address, 1, value); },
    writew: (address = 0, value = 0) => { memory.store(address, 2, value); },
    writel: (address = 0, value = 0) => { memory.store(address, 4, value); },
    mulhu: (a = 0, b = 0) => Number(BigInt(a) * BigInt(b) >> 32n),
    mulh: (a = 0, b = 0) => Number(BigInt(a) * BigInt(b) >> 32n),
  };
}

function registers(memory: Memory): Record<string, Implementation> {
  let [tp, gp] = [0, 0];
  return {
    read_sp: () => memory.sp,
    read_tp: () => tp,
    read_gp: () => gp,
    write_tp: (value = 0) => { tp = value; },
    write_gp: (value = 0) => { gp = value; },
  };
}

function environment(hooks: Hooks): Record<string, Implementation> {
  return {
    ecall: (...args) => {
      if (!hooks.ecall) throw new GuestFault('ecall, which the host does not answer');
      return hooks.ecall(...args) >>> 0;
    },
    ebreak: () => hooks.ebreak?.(),
    wfi: () => hooks.wfi?.(),
    unreachable: () => { throw new GuestFault('unreachable() was reached'); },
  };
}

/** `amoadd_aq` and the like; undefined for other names. */
function atomic(name: string, memory: Memory): Implementation | undefined {
  const operation = atomics[/^amo([a-z]+)/.exec(name)?.[1] ?? ''];
  if (!operation) return undefined;
  const signed = /^amo(min|max)(_|$)/.test(name);
  return (address = 0, value = 0) => {
    const old = memory.load(address, 4);
    memory.store(address, 4, operation(old, value));
    return signed ? old | 0 : old;
  };
}

function reservations(memory: Memory): Record<string, Implementation> {
  let reserved: number | undefined;
  const lr: Implementation = (address = 0) => {
    reserved = address;
    return memory.load(address, 4);
  };
  const sc: Implementation = (address = 0, value = 0) => {
    const held = reserved === address;
    reserved = undefined;
    if (held) memory.store(address, 4, value);
    return held ? 0 : 1;
  };
  return Object.fromEntries(['', '_aq', '_rl', '_aqrl'].flatMap((order) => [[`lr${order}`, lr], [`sc${order}`, sc]]));
}

function csrAccess(name: string, csrs: Map<string, number>, hooks: Hooks): Implementation {
  const access = csrIntrinsic(name);
  if (!access) throw new GuestFault(`the host knows no builtin ${name}`);
  const { operation, csr } = access;
  const read = () => (hooks.readCsr ? hooks.readCsr(csr) : csrs.get(csr) ?? 0) >>> 0;
  const write = (value: number) => {
    if (hooks.writeCsr) hooks.writeCsr(csr, value >>> 0);
    else csrs.set(csr, value >>> 0);
  };
  return (value = 0) => {
    if (operation === 'csrr') return read();
    if (operation === 'csrw') return write(value);
    const old = read();
    const kind = operation.replace(/^csrr?(.).*/, '$1');
    write(kind === 'w' ? value : kind === 's' ? old | value : old & ~value);
    return old;
  };
}
