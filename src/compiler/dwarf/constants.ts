/** The numbers of DWARF 4 (DWARF Debugging Information Format Version 4, section 7) that we write, in its names. */
export const DW_TAG = {
  array_type: 0x01, enumeration_type: 0x04, formal_parameter: 0x05, member: 0x0d, pointer_type: 0x0f,
  compile_unit: 0x11, structure_type: 0x13, subroutine_type: 0x15, typedef: 0x16, subrange_type: 0x21,
  base_type: 0x24, enumerator: 0x28, subprogram: 0x2e, variable: 0x34,
} as const;

export const DW_AT = {
  location: 0x02, name: 0x03, byte_size: 0x0b, stmt_list: 0x10, low_pc: 0x11, high_pc: 0x12, language: 0x13,
  comp_dir: 0x1b, const_value: 0x1c, producer: 0x25, prototyped: 0x27, count: 0x37, data_member_location: 0x38,
  decl_file: 0x3a, decl_line: 0x3b, declaration: 0x3c, encoding: 0x3e, external: 0x3f, frame_base: 0x40, type: 0x49,
  ranges: 0x55,
} as const;

export const DW_FORM = {
  addr: 0x01, data2: 0x05, data4: 0x06, string: 0x08, data1: 0x0b, sdata: 0x0d, strp: 0x0e, udata: 0x0f, ref4: 0x13,
  sec_offset: 0x17, exprloc: 0x18, flag_present: 0x19,
} as const;

export const DW_ATE = { boolean: 0x02, signed: 0x05, signed_char: 0x06, unsigned: 0x07, unsigned_char: 0x08 } as const;

export const DW_OP = {
  addr: 0x03, consts: 0x11, reg0: 0x50, fbreg: 0x91, piece: 0x93, call_frame_cfa: 0x9c, stack_value: 0x9f,
} as const;

/** Standard and extended opcodes of the line number program. */
export const DW_LNS = {
  copy: 1, advance_pc: 2, advance_line: 3, set_file: 4, set_column: 5, const_add_pc: 8, fixed_advance_pc: 9,
} as const;
export const DW_LNE = { end_sequence: 1, set_address: 2 } as const;

/** The upper two bits of the first two hold an operand below them. */
export const DW_CFA = {
  advance_loc: 0x40, offset: 0x80, restore: 0xc0, advance_loc1: 0x02, advance_loc2: 0x03, advance_loc4: 0x04,
  def_cfa: 0x0c, def_cfa_offset: 0x0e, nop: 0x00,
} as const;

/** gdb shows and parses C, whose types and expressions are nearest to those of guest TypeScript. */
export const DW_LANG_C99 = 0x0c;
