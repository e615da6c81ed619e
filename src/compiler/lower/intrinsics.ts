/** Builtins that are machine instructions. */
import { absurd, assert } from '../../assert.ts';
import { csrNumber } from '../../isa/csrs.ts';
import { type CsrOperation, csrIntrinsic } from '../intrinsics.ts';
import { argumentRegisters } from '../ir/ir.ts';
import type { IntrinsicCall } from '../tree.ts';
import { operand } from './expressions.ts';
import type { Lowering } from './lowering.ts';
import { type Operand, inRegister, zero } from './operand.ts';

/** Predecessor and successor sets of a fence: 8 device input, 4 device output, 2 memory reads, 1 memory writes. */
const fences: Readonly<Record<string, number>> = {
  mb: 0xff, rmb: 0xaa, wmb: 0x55, smp_mb: 0x33, smp_rmb: 0x22, smp_wmb: 0x11,
};
/** Register numbers (psABI, table 1). */
const fixedRegisters: Readonly<Record<string, number>> = { sp: 2, gp: 3, tp: 4 };
const orderBits: Readonly<Record<string, number>> = { '': 0, aq: 2, rl: 1, aqrl: 3 };

export function lowerIntrinsic(at: Lowering, { name, arguments: nodes, place }: IntrinsicCall): Operand {
  const b = at.builder;
  const given = nodes.map((node) => operand(at, node));
  b.place = place;
  const fence = fences[name];
  if (fence !== undefined) return b.machine({ mnemonic: 'fence', bits: fence }, [], false);
  const access = csrIntrinsic(name);
  if (access !== undefined) return csrAccess(at, access.operation, csrNumber(access.csr)!, given[0] ?? zero);
  const atomic = /^(amo[a-z]+?|lr|sc)(?:_(aq|rl|aqrl))?$/.exec(name);
  if (atomic !== null) {
    const [, mnemonic = '', order = ''] = atomic;
    return b.machine({ mnemonic: `${mnemonic}.w`, bits: orderBits[order]! }, given, true);
  }
  return simple(at, name, given);
}

function csrAccess(at: Lowering, operation: CsrOperation, csr: number, given: Operand): Operand {
  const b = at.builder;
  switch (operation) {
    case 'csrr': return b.machine({ mnemonic: 'csrrs', csr }, [zero], true);
    case 'csrw': return b.machine({ mnemonic: 'csrrw', csr }, [given], false);
    case 'csrs': return b.machine({ mnemonic: 'csrrs', csr }, [given], false);
    case 'csrc': return b.machine({ mnemonic: 'csrrc', csr }, [given], false);
    case 'csrrw': case 'csrrs': case 'csrrc': return b.machine({ mnemonic: operation, csr }, [given], true);
    default: return absurd(operation);
  }
}

function simple(at: Lowering, name: string, given: readonly Operand[]): Operand {
  const b = at.builder;
  const [first = zero, second = zero] = given;
  switch (name) {
    case 'readb': return b.load('lbu', first, true);
    case 'readw': return b.load('lhu', first, true);
    case 'readl': return b.load('lw', first, true);
    case 'writeb': b.store('sb', first, second); return zero;
    case 'writew': b.store('sh', first, second); return zero;
    case 'writel': b.store('sw', first, second); return zero;
    case 'fence_i': return b.machine({ mnemonic: 'fence.i' }, [], false);
    case 'sfence_vma': return b.machine({ mnemonic: 'sfence.vma' }, [first, second], false);
    case 'wfi': case 'ebreak': return b.machine({ mnemonic: name }, [], false);
    case 'ecall': return ecall(at, given);
    case 'mulhu': case 'mulh': return b.binary(name, first, second);
    case 'unreachable': b.unreachable(); b.at(b.block()); return zero;
    default: return namedRegister(at, name, first);
  }
}

function namedRegister(at: Lowering, name: string, given: Operand): Operand {
  const [, action, register = ''] = /^(read|write)_(sp|gp|tp)$/.exec(name) ?? [];
  const fixed = fixedRegisters[register];
  assert(fixed !== undefined, `${name} is an intrinsic`);
  return at.builder.machine({ mnemonic: 'addi', fixed }, action === 'write' ? [given] : [], action === 'read');
}

/** The environment may change what a call may: of the caller's registers only those that calls preserve survive. */
function ecall(at: Lowering, given: readonly Operand[]): Operand {
  const b = at.builder;
  const [number, ...rest] = given.map((each) => b.argument(each));
  const result = b.register();
  const call = { arguments: rest, results: [result], number: number! };
  b.emit('machine', 0, argumentRegisters(call), { machine: { mnemonic: 'ecall' }, call });
  return inRegister(result);
}
