/** WebAssembly Core Specification 2.0, section 5.4, and the threads proposal (0xfe): the opcodes we emit. */
export const op = {
  unreachable: 0x00, block: 0x02, loop: 0x03, if: 0x04, else: 0x05, end: 0x0b, br: 0x0c, br_if: 0x0d, br_table: 0x0e,
  return: 0x0f, call: 0x10, call_indirect: 0x11, drop: 0x1a, select: 0x1b,
  local_get: 0x20, local_set: 0x21, local_tee: 0x22, global_get: 0x23, global_set: 0x24,
  i32_load: 0x28, i64_load: 0x29, i32_load8_s: 0x2c, i32_load8_u: 0x2d, i32_load16_s: 0x2e, i32_load16_u: 0x2f,
  i32_store: 0x36, i64_store: 0x37, i32_store8: 0x3a, i32_store16: 0x3b,
  i32_const: 0x41, i64_const: 0x42,
  i32_eqz: 0x45, i32_eq: 0x46, i32_ne: 0x47, i32_lt_s: 0x48, i32_lt_u: 0x49, i32_gt_s: 0x4a, i32_gt_u: 0x4b,
  i32_le_s: 0x4c, i32_le_u: 0x4d, i32_ge_s: 0x4e, i32_ge_u: 0x4f,
  i64_ne: 0x52, i32_ctz: 0x68,
  i32_add: 0x6a, i32_sub: 0x6b, i32_mul: 0x6c, i32_div_s: 0x6d, i32_div_u: 0x6e, i32_rem_s: 0x6f, i32_rem_u: 0x70,
  i32_and: 0x71, i32_or: 0x72, i32_xor: 0x73, i32_shl: 0x74, i32_shr_s: 0x75, i32_shr_u: 0x76,
  i64_mul: 0x7e, i64_shr_u: 0x88,
  i32_wrap_i64: 0xa7, i64_extend_i32_s: 0xac, i64_extend_i32_u: 0xad,
  i32_extend8_s: 0xc0, i32_extend16_s: 0xc1,
  bulk: 0xfc, atomic: 0xfe,
} as const;

/** Sub-opcodes behind `op.bulk`. */
export const bulk = { memory_fill: 0x0b } as const;

/** Sub-opcodes behind `op.atomic`. */
export const atomic = {
  fence: 0x03, i32_load: 0x10, i32_store: 0x17,
  i32_add: 0x1e, i32_and: 0x2c, i32_or: 0x33, i32_xor: 0x3a, i32_xchg: 0x41, i32_cmpxchg: 0x48,
} as const;

/** Value types and the empty block type, section 5.3. */
export const type = { i32: 0x7f, i64: 0x7e, funcref: 0x70, empty: 0x40 } as const;
