import { matcher, type Matcher } from './syntax.ts';

/**
 * What GNU as accepts beside the instructions, and what it stands for; `;` separates instructions. "RISC-V Assembly
 * Programmer's Manual", table of pseudo-instructions, with the code model medlow: addresses are absolute.
 * `li` is not here, since its expansion depends on its value.
 */
const rows: Readonly<Record<string, string>> = {
  'nop': 'addi zero, zero, 0',
  'la rd, symbol': 'lui rd, %hi(symbol); addi rd, rd, %lo(symbol)',
  'lla rd, symbol': 'lui rd, %hi(symbol); addi rd, rd, %lo(symbol)',
  'mv rd, rs': 'addi rd, rs, 0',
  'not rd, rs': 'xori rd, rs, -1',
  'neg rd, rs': 'sub rd, zero, rs',
  'seqz rd, rs': 'sltiu rd, rs, 1',
  'snez rd, rs': 'sltu rd, zero, rs',
  'sltz rd, rs': 'slt rd, rs, zero',
  'sgtz rd, rs': 'slt rd, zero, rs',
  'sgt rd, rs, rt': 'slt rd, rt, rs',
  'sgtu rd, rs, rt': 'sltu rd, rt, rs',
  'zext.b rd, rs': 'andi rd, rs, 255',
  'zext.h rd, rs': 'slli rd, rs, 16; srli rd, rd, 16',
  'sext.b rd, rs': 'slli rd, rs, 24; srai rd, rd, 24',
  'sext.h rd, rs': 'slli rd, rs, 16; srai rd, rd, 16',

  'beqz rs, target': 'beq rs, zero, target',
  'bnez rs, target': 'bne rs, zero, target',
  'blez rs, target': 'bge zero, rs, target',
  'bgez rs, target': 'bge rs, zero, target',
  'bltz rs, target': 'blt rs, zero, target',
  'bgtz rs, target': 'blt zero, rs, target',
  'bgt rs, rt, target': 'blt rt, rs, target',
  'ble rs, rt, target': 'bge rt, rs, target',
  'bgtu rs, rt, target': 'bltu rt, rs, target',
  'bleu rs, rt, target': 'bgeu rt, rs, target',

  'j target': 'jal zero, target',
  'jal target': 'jal ra, target',
  'jr rs': 'jalr zero, 0(rs)',
  'jr imm(rs)': 'jalr zero, imm(rs)',
  'jr rs, imm': 'jalr zero, imm(rs)',
  'jalr rs': 'jalr ra, 0(rs)',
  'jalr imm(rs)': 'jalr ra, imm(rs)',
  'jalr rd, rs': 'jalr rd, 0(rs)',
  'jalr rs, imm': 'jalr ra, imm(rs)',
  'jalr rd, rs, imm': 'jalr rd, imm(rs)',
  'ret': 'jalr zero, 0(ra)',
  // R_RISCV_CALL_PLT at the auipc fills in both instructions.
  'call symbol': 'auipc ra, %call_plt(symbol); jalr ra, 0(ra)',
  'call rd, symbol': 'auipc t1, %call_plt(symbol); jalr rd, 0(t1)',
  'tail symbol': 'auipc t1, %call_plt(symbol); jalr zero, 0(t1)',
  'jump symbol, rt': 'auipc rt, %call_plt(symbol); jalr zero, 0(rt)',

  'lb rd, symbol': 'lui rd, %hi(symbol); lb rd, %lo(symbol)(rd)',
  'lbu rd, symbol': 'lui rd, %hi(symbol); lbu rd, %lo(symbol)(rd)',
  'lh rd, symbol': 'lui rd, %hi(symbol); lh rd, %lo(symbol)(rd)',
  'lhu rd, symbol': 'lui rd, %hi(symbol); lhu rd, %lo(symbol)(rd)',
  'lw rd, symbol': 'lui rd, %hi(symbol); lw rd, %lo(symbol)(rd)',
  'sb rs, symbol, rt': 'lui rt, %hi(symbol); sb rs, %lo(symbol)(rt)',
  'sh rs, symbol, rt': 'lui rt, %hi(symbol); sh rs, %lo(symbol)(rt)',
  'sw rs, symbol, rt': 'lui rt, %hi(symbol); sw rs, %lo(symbol)(rt)',

  'add rd, rs, imm': 'addi rd, rs, imm',
  'slt rd, rs, imm': 'slti rd, rs, imm',
  'sltu rd, rs, imm': 'sltiu rd, rs, imm',
  'xor rd, rs, imm': 'xori rd, rs, imm',
  'or rd, rs, imm': 'ori rd, rs, imm',
  'and rd, rs, imm': 'andi rd, rs, imm',
  'sll rd, rs, imm': 'slli rd, rs, imm',
  'srl rd, rs, imm': 'srli rd, rs, imm',
  'sra rd, rs, imm': 'srai rd, rs, imm',

  'csrr rd, csr': 'csrrs rd, csr, zero',
  'csrw csr, rs': 'csrrw zero, csr, rs',
  'csrs csr, rs': 'csrrs zero, csr, rs',
  'csrc csr, rs': 'csrrc zero, csr, rs',
  'csrw csr, imm': 'csrrwi zero, csr, imm',
  'csrs csr, imm': 'csrrsi zero, csr, imm',
  'csrc csr, imm': 'csrrci zero, csr, imm',
  'csrwi csr, imm': 'csrrwi zero, csr, imm',
  'csrsi csr, imm': 'csrrsi zero, csr, imm',
  'csrci csr, imm': 'csrrci zero, csr, imm',
  'csrrw rd, csr, imm': 'csrrwi rd, csr, imm',
  'csrrs rd, csr, imm': 'csrrsi rd, csr, imm',
  'csrrc rd, csr, imm': 'csrrci rd, csr, imm',
  'rdcycle rd': 'csrrs rd, cycle, zero',
  'rdtime rd': 'csrrs rd, time, zero',
  'rdinstret rd': 'csrrs rd, instret, zero',
  'rdcycleh rd': 'csrrs rd, cycleh, zero',
  'rdtimeh rd': 'csrrs rd, timeh, zero',
  'rdinstreth rd': 'csrrs rd, instreth, zero',
  'fence': 'fence iorw, iorw',
  'sfence.vma': 'sfence.vma zero, zero',
  'sfence.vma rs': 'sfence.vma rs, zero',
  'unimp': 'csrrw zero, cycle, zero',
};

interface Pseudo {
  readonly syntax: string;
  readonly match: Matcher;
  readonly expansion: readonly string[];
}

const byMnemonic = new Map<string, Pseudo[]>();
for (const [syntax, expansion] of Object.entries(rows)) {
  const [mnemonic = '', ...operands] = syntax.split(' ');
  const pseudo = { syntax, match: matcher(operands.join(' ')), expansion: expansion.split('; ') };
  byMnemonic.set(mnemonic, [...(byMnemonic.get(mnemonic) ?? []), pseudo]);
}

const word = /(?<![\w.])[a-z]+(?![\w.])/g;

/** The instructions a pseudo-instruction stands for; undefined when there is none of this mnemonic and shape. */
export function expand(mnemonic: string, text: string): readonly string[] | undefined {
  for (const { match, expansion } of byMnemonic.get(mnemonic) ?? []) {
    const operands = match(text);
    if (operands) return expansion.map((line) => line.replace(word, (name) => operands[name] ?? name));
  }
  return undefined;
}

/** How a pseudo-instruction is written, for messages: all its forms. */
export function pseudoUsage(mnemonic: string): readonly string[] {
  return (byMnemonic.get(mnemonic) ?? []).map(({ syntax }) => syntax);
}

/** `li`: one instruction where the value is 12 bits signed or has 12 zero bits at its end, else two. */
export function loadImmediate(register: string, value: number): readonly string[] {
  const number = value | 0;
  const low = (number << 20) >> 20;
  if (low === number) return [`addi ${register}, zero, ${low}`];
  const upper = `lui ${register}, ${(number - low) >>> 12}`;
  return low === 0 ? [upper] : [upper, `addi ${register}, ${register}, ${low}`];
}

/** The conditional branch that is taken when the other is not. */
export const oppositeBranch: Readonly<Record<string, string>> = {
  beq: 'bne', bne: 'beq', blt: 'bge', bge: 'blt', bltu: 'bgeu', bgeu: 'bltu',
};
