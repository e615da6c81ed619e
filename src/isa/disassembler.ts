import { encodings } from './encodings.ts';
import { decode, table } from './instruction.ts';
import { fenceTso, operands, type OperandName, type Place } from './operands.ts';

/** A row's syntax in pieces: operand names and the punctuation between them. */
const pieces: readonly (readonly string[])[] = table.map(({ syntax }) => syntax.match(/\w+|[(),]/g) ?? []);

const isOperand = (piece: string): piece is OperandName => piece in operands;

/** The bits of letters that a row's syntax does not mention: text cannot express them unless they are zero. */
const unsaid: readonly number[] = table.map(({ mnemonic, index }) => {
  const said = pieces[index]!.filter(isOperand).map((name) => operands[name].letters).join('');
  const pattern = encodings[mnemonic].replaceAll(' ', '').slice(0, 32);
  const isUnsaid = (letter: string) => /[a-z]/.test(letter) && !said.includes(letter);
  return [...pattern].reduce((bits, letter) => (bits << 1) | Number(isUnsaid(letter)), 0);
});

/**
 * The text of a word, as `objdump -d -M no-aliases` of GNU binutils prints it, with a tab after the mnemonic. Words
 * that are no instruction, or that carry bits which assembly has no way to write, become `.4byte`. Without `place.pc`,
 * the targets of jumps and branches are written `.+8`, which GNU as and our assembler take back.
 */
export function disassemble(word: number, place: Place = {}): string {
  if ((word | 0) === fenceTso.word) return fenceTso.mnemonic;
  const instruction = decode(word);
  if (!instruction || (word & unsaid[instruction.encoding.index]!) !== 0) {
    return `.4byte\t0x${(word >>> 0).toString(16)}`;
  }
  const print = (name: OperandName) => operands[name].print(operands[name].get(instruction), place);
  const { mnemonic, index } = instruction.encoding;
  const [first, ...rest] = pieces[index]!.map((piece) => (isOperand(piece) ? print(piece) : piece));
  if (first === undefined) return mnemonic;
  return pieces[index]![0] === 'aqrl'
    ? `${mnemonic}${first}\t${rest.join('')}`
    : `${mnemonic}\t${first}${rest.join('')}`;
}
