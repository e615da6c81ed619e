import { registerNumber } from './registers.ts';

/** The operand texts of a line by their names in a syntax, or undefined when the line is not written in that syntax. */
export type Matcher = (text: string) => Readonly<Record<string, string>> | undefined;

const isRegister = (name: string) => name.startsWith('r');
const expression = `((?:'\\\\?.'|[^,])*?)`;

/**
 * A matcher for operands written as `syntax` says, such as `rd, imm(rs1)`. Names that begin with `r` stand for
 * registers and match nothing else; other names stand for expressions. An expression may be left out before a
 * parenthesis (`lw a0, (a1)`), and a zero may be put before one (`lr.w a0, 0(a1)`), as GNU as allows.
 */
export function matcher(syntax: string): Matcher {
  const tokens = syntax.match(/\w+|[(),]/g) ?? [];
  const names = tokens.filter((token) => /\w/.test(token));
  const source = tokens.map((token, index) => {
    if (isRegister(token)) return '(\\w+)';
    if (/\w/.test(token)) return expression;
    if (token === '(' && !/\w/.test(tokens[index - 1] ?? ',')) return '0?\\s*\\(';
    return `\\${token}`;
  }).join('\\s*');
  const shape = new RegExp(`^${source}$`);
  return (text) => {
    const found = shape.exec(text.trim());
    if (!found) return undefined;
    const operands = Object.fromEntries(names.map((name, index) => [name, found[index + 1]!]));
    const isWrong = (name: string) => isRegister(name) && registerNumber(operands[name]!) === undefined;
    return names.some(isWrong) ? undefined : operands;
  };
}
