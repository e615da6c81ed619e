/**
 * Applies a relocation to a module's bytes: RISC-V psABI, section 8.4. The code model is medlow: absolute addresses.
 */
import {
  R_RISCV_32, R_RISCV_BRANCH, R_RISCV_CALL, R_RISCV_CALL_PLT, R_RISCV_HI20, R_RISCV_JAL, R_RISCV_LO12_I,
  R_RISCV_LO12_S, R_RISCV_NONE,
} from '../../lib/elf.ts';

/** Bytes that a relocation of this type changes. */
export function bytes_of(type: u32): u32 {
  return type === R_RISCV_CALL || type === R_RISCV_CALL_PLT ? 8 : 4;
}

/** Puts `value` (symbol and addend) at `place`; false for a type that modules may not have, or a value out of reach. */
export function relocate(place: usize, type: u32, value: usize): bool {
  const word = cast<Ptr<u32>>(place);
  const distance = value - place;
  switch (type) {
    case R_RISCV_NONE:
      return true;
    case R_RISCV_32:
      word[0] = value as u32;
      return true;
    case R_RISCV_HI20:
      word[0] = (word[0] & 0xfff) | ((value + 0x800) & 0xfffff000);
      return true;
    case R_RISCV_LO12_I:
      word[0] = (word[0] & 0xfffff) | value << 20;
      return true;
    case R_RISCV_LO12_S:
      word[0] = (word[0] & 0x1fff07f) | (value & 0xfe0) << 20 | (value & 0x1f) << 7;
      return true;
    case R_RISCV_CALL:
    case R_RISCV_CALL_PLT:
      // auipc with the high part, jalr with the low.
      word[0] = (word[0] & 0xfff) | ((distance + 0x800) & 0xfffff000);
      word[1] = (word[1] & 0xfffff) | distance << 20;
      return true;
    case R_RISCV_JAL:
      if (distance + 0x100000 >= 0x200000) return false;
      word[0] = (word[0] & 0xfff) | (distance & 0x100000) << 11 | (distance & 0x7fe) << 20 | (distance & 0x800) << 9
        | (distance & 0xff000);
      return true;
    case R_RISCV_BRANCH:
      if (distance + 0x1000 >= 0x2000) return false;
      word[0] = (word[0] & 0x1fff07f) | (distance & 0x1000) << 19 | (distance & 0x7e0) << 20 | (distance & 0x1e) << 7
        | (distance & 0x800) >> 4;
      return true;
    default:
      return false;
  }
}
