/**
 * Every instruction the machine knows, one row each.
 *
 * A pattern reads as the manual prints it, bit 31 on the left: a digit is a fixed bit, a letter belongs to an operand.
 *   d rd   s rs1   t rs2   i immediate   h shift amount   c CSR number   z 5-bit zero-extended immediate
 *   q aq   l rl   m fence mode   p predecessor set   u successor set
 * Then the immediate's format, then the assembly syntax: the operands as they are written, each name a row of
 * `operands` in operands.ts; a leading `.aqrl` says that `.aq`, `.rl` or `.aqrl` may follow the mnemonic. Fields that
 * the syntax does not mention are zero in any instruction that can be written. Decoder, encoder, assembler,
 * disassembler, interpreter, translator and fault injector are all derived from these rows.
 *
 * RISC-V Unprivileged ISA 20240411, chapter "RV32/64G Instruction Set Listings";
 * Privileged Architecture 20240411, chapter "RISC-V Privileged Instruction Set Listings".
 */
export const encodings = {
  // RV32I        31           20 19  15 14 12 11   7 6     0
  lui:           'iiiiiiiiiiiiiiiiiiii          ddddd 0110111 U  rd, upper',
  auipc:         'iiiiiiiiiiiiiiiiiiii          ddddd 0010111 U  rd, upper',
  jal:           'iiiiiiiiiiiiiiiiiiii          ddddd 1101111 J  rd, target',
  jalr:          'iiiiiiiiiiii   sssss  000     ddddd 1100111 I  rd, imm(rs1)',
  beq:           'iiiiiii ttttt  sssss  000     iiiii 1100011 B  rs1, rs2, target',
  bne:           'iiiiiii ttttt  sssss  001     iiiii 1100011 B  rs1, rs2, target',
  blt:           'iiiiiii ttttt  sssss  100     iiiii 1100011 B  rs1, rs2, target',
  bge:           'iiiiiii ttttt  sssss  101     iiiii 1100011 B  rs1, rs2, target',
  bltu:          'iiiiiii ttttt  sssss  110     iiiii 1100011 B  rs1, rs2, target',
  bgeu:          'iiiiiii ttttt  sssss  111     iiiii 1100011 B  rs1, rs2, target',
  lb:            'iiiiiiiiiiii   sssss  000     ddddd 0000011 I  rd, imm(rs1)',
  lh:            'iiiiiiiiiiii   sssss  001     ddddd 0000011 I  rd, imm(rs1)',
  lw:            'iiiiiiiiiiii   sssss  010     ddddd 0000011 I  rd, imm(rs1)',
  lbu:           'iiiiiiiiiiii   sssss  100     ddddd 0000011 I  rd, imm(rs1)',
  lhu:           'iiiiiiiiiiii   sssss  101     ddddd 0000011 I  rd, imm(rs1)',
  sb:            'iiiiiii ttttt  sssss  000     iiiii 0100011 S  rs2, imm(rs1)',
  sh:            'iiiiiii ttttt  sssss  001     iiiii 0100011 S  rs2, imm(rs1)',
  sw:            'iiiiiii ttttt  sssss  010     iiiii 0100011 S  rs2, imm(rs1)',
  addi:          'iiiiiiiiiiii   sssss  000     ddddd 0010011 I  rd, rs1, imm',
  slti:          'iiiiiiiiiiii   sssss  010     ddddd 0010011 I  rd, rs1, imm',
  sltiu:         'iiiiiiiiiiii   sssss  011     ddddd 0010011 I  rd, rs1, imm',
  xori:          'iiiiiiiiiiii   sssss  100     ddddd 0010011 I  rd, rs1, imm',
  ori:           'iiiiiiiiiiii   sssss  110     ddddd 0010011 I  rd, rs1, imm',
  andi:          'iiiiiiiiiiii   sssss  111     ddddd 0010011 I  rd, rs1, imm',
  slli:          '0000000 hhhhh  sssss  001     ddddd 0010011 H  rd, rs1, shamt',
  srli:          '0000000 hhhhh  sssss  101     ddddd 0010011 H  rd, rs1, shamt',
  srai:          '0100000 hhhhh  sssss  101     ddddd 0010011 H  rd, rs1, shamt',
  add:           '0000000 ttttt  sssss  000     ddddd 0110011 R  rd, rs1, rs2',
  sub:           '0100000 ttttt  sssss  000     ddddd 0110011 R  rd, rs1, rs2',
  sll:           '0000000 ttttt  sssss  001     ddddd 0110011 R  rd, rs1, rs2',
  slt:           '0000000 ttttt  sssss  010     ddddd 0110011 R  rd, rs1, rs2',
  sltu:          '0000000 ttttt  sssss  011     ddddd 0110011 R  rd, rs1, rs2',
  xor:           '0000000 ttttt  sssss  100     ddddd 0110011 R  rd, rs1, rs2',
  srl:           '0000000 ttttt  sssss  101     ddddd 0110011 R  rd, rs1, rs2',
  sra:           '0100000 ttttt  sssss  101     ddddd 0110011 R  rd, rs1, rs2',
  or:            '0000000 ttttt  sssss  110     ddddd 0110011 R  rd, rs1, rs2',
  and:           '0000000 ttttt  sssss  111     ddddd 0110011 R  rd, rs1, rs2',
  fence:         'mmmm pppp uuuu sssss  000     ddddd 0001111 F  pred, succ',
  ecall:         '000000000000   00000  000     00000 1110011 N  ',
  ebreak:        '000000000001   00000  000     00000 1110011 N  ',
  // Zifencei: the unused fields are reserved for finer-grain fences and "shall be ignored by standard implementations".
  'fence.i':     'iiiiiiiiiiii   sssss  001     ddddd 0001111 I  ',
  // Zicsr
  csrrw:         'cccccccccccc   sssss  001     ddddd 1110011 C  rd, csr, rs1',
  csrrs:         'cccccccccccc   sssss  010     ddddd 1110011 C  rd, csr, rs1',
  csrrc:         'cccccccccccc   sssss  011     ddddd 1110011 C  rd, csr, rs1',
  csrrwi:        'cccccccccccc   zzzzz  101     ddddd 1110011 C  rd, csr, zimm',
  csrrsi:        'cccccccccccc   zzzzz  110     ddddd 1110011 C  rd, csr, zimm',
  csrrci:        'cccccccccccc   zzzzz  111     ddddd 1110011 C  rd, csr, zimm',
  // RV32M
  mul:           '0000001 ttttt  sssss  000     ddddd 0110011 R  rd, rs1, rs2',
  mulh:          '0000001 ttttt  sssss  001     ddddd 0110011 R  rd, rs1, rs2',
  mulhsu:        '0000001 ttttt  sssss  010     ddddd 0110011 R  rd, rs1, rs2',
  mulhu:         '0000001 ttttt  sssss  011     ddddd 0110011 R  rd, rs1, rs2',
  div:           '0000001 ttttt  sssss  100     ddddd 0110011 R  rd, rs1, rs2',
  divu:          '0000001 ttttt  sssss  101     ddddd 0110011 R  rd, rs1, rs2',
  rem:           '0000001 ttttt  sssss  110     ddddd 0110011 R  rd, rs1, rs2',
  remu:          '0000001 ttttt  sssss  111     ddddd 0110011 R  rd, rs1, rs2',
  // RV32A
  'lr.w':        '00010ql 00000  sssss  010     ddddd 0101111 A  .aqrl rd, (rs1)',
  'sc.w':        '00011ql ttttt  sssss  010     ddddd 0101111 A  .aqrl rd, rs2, (rs1)',
  'amoswap.w':   '00001ql ttttt  sssss  010     ddddd 0101111 A  .aqrl rd, rs2, (rs1)',
  'amoadd.w':    '00000ql ttttt  sssss  010     ddddd 0101111 A  .aqrl rd, rs2, (rs1)',
  'amoxor.w':    '00100ql ttttt  sssss  010     ddddd 0101111 A  .aqrl rd, rs2, (rs1)',
  'amoand.w':    '01100ql ttttt  sssss  010     ddddd 0101111 A  .aqrl rd, rs2, (rs1)',
  'amoor.w':     '01000ql ttttt  sssss  010     ddddd 0101111 A  .aqrl rd, rs2, (rs1)',
  'amomin.w':    '10000ql ttttt  sssss  010     ddddd 0101111 A  .aqrl rd, rs2, (rs1)',
  'amomax.w':    '10100ql ttttt  sssss  010     ddddd 0101111 A  .aqrl rd, rs2, (rs1)',
  'amominu.w':   '11000ql ttttt  sssss  010     ddddd 0101111 A  .aqrl rd, rs2, (rs1)',
  'amomaxu.w':   '11100ql ttttt  sssss  010     ddddd 0101111 A  .aqrl rd, rs2, (rs1)',
  // Privileged
  sret:          '000100000010   00000  000     00000 1110011 N  ',
  mret:          '001100000010   00000  000     00000 1110011 N  ',
  wfi:           '000100000101   00000  000     00000 1110011 N  ',
  'sfence.vma':  '0001001 ttttt  sssss  000     00000 1110011 R  rs1, rs2',
} as const;

export type Mnemonic = keyof typeof encodings;
