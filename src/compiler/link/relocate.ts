/**
 * Puts addresses where relocations say. RISC-V ELF psABI 1.0, section 8.4: S is the symbol's address, A the addend, P
 * the place. The loader in the kernel does the same.
 */
import { immediates } from '../../isa/immediates.ts';
import type { Format } from '../../isa/immediates.ts';
import type { Relocation } from '../object.ts';

/** Why a relocation could not be applied: nothing has that name, or the place is too far away for the instruction. */
export type RelocationFailure = 'undefined' | 'out of range';

/**
 * Applies one relocation.
 * @param bytes contents of the section, which lies at `address`
 * @param target S, or undefined when nothing is called so
 */
export function relocate(
  bytes: Uint8Array, address: number, { offset, type, addend }: Relocation, target: number | undefined,
): RelocationFailure | undefined {
  if (target === undefined) return 'undefined';
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const value = (target + addend) | 0;
  const distance = (value - (address + offset)) | 0;
  const put = (at: number, format: Format, immediate: number) => putImmediate(view, at, format, immediate);
  switch (type) {
    case 'R_RISCV_32': {
      view.setUint32(offset, value, true);
      return undefined;
    }
    case 'R_RISCV_HI20': return put(offset, 'U', high(value));
    case 'R_RISCV_LO12_I': return put(offset, 'I', low(value));
    case 'R_RISCV_LO12_S': return put(offset, 'S', low(value));
    case 'R_RISCV_BRANCH': return put(offset, 'B', distance);
    case 'R_RISCV_JAL': return put(offset, 'J', distance);
    case 'R_RISCV_CALL_PLT': return put(offset, 'U', high(distance)) ?? put(offset + 4, 'I', low(distance));
  }
}

/** `lui` and `auipc` provide the upper 20 bits, rounded so that the sign-extended lower 12 added to them give the value. */
const high = (value: number) => (value + 0x800) & 0xffff_f000;
const low = (value: number) => (value << 20) >> 20;

function putImmediate(view: DataView, at: number, format: Format, value: number): RelocationFailure | undefined {
  const immediate = immediates[format];
  if (!immediate.holds(value)) return 'out of range';
  view.setUint32(at, (view.getUint32(at, true) & ~immediate.bits) | immediate.put(value), true);
  return undefined;
}
