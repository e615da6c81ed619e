import { escapes, ExpressionError } from './expression.ts';
import type { Pass } from './pass.ts';
import { split } from './source.ts';

/** Acts on the pass; `rest` is what follows the directive's name. Throws `ExpressionError`. */
type Directive = (pass: Pass, rest: string) => void;

const nop = 0x0000_0013;
const most = 2 ** 28;

const enter = (name: string): Directive => (pass) => { pass.enter(name); };
const ignore: Directive = () => {};

/** Numbers of one width; a 32-bit one may be an address. */
const numbers = (width: 1 | 2 | 4): Directive => (pass, rest) => {
  pass.section.line(pass.line);
  for (const text of split(rest, ',')) {
    const { base, offset } = pass.value(text);
    if (base !== undefined) {
      if (width !== 4) throw new ExpressionError(`the address ${text} needs .word.`);
      pass.section.relocation('R_RISCV_32', base, offset);
      pass.section.number(0, 4);
      continue;
    }
    const bits = 8 * width;
    const fits = offset >= -(2 ** (bits - 1)) && offset < 2 ** bits;
    if (!fits) throw new ExpressionError(`${text} does not fit in ${bits} bits.`);
    pass.section.number(offset, width);
  }
};

/** The bytes of a string literal: escapes as in C, other characters as UTF-8. */
function stringBytes(literal: string): number[] {
  const [, body] = /^"((?:\\[^]|[^"\\])*)"$/.exec(literal) ?? [];
  if (body === undefined) throw new ExpressionError(`${literal || 'nothing'} is not a string in double quotes.`);
  const parts = [...body.matchAll(/\\x([0-9a-f]+)|\\([0-7]{1,3})|\\(.)|([^\\]+)/gi)];
  return parts.flatMap(([, hex, octal, escape, plain]) => {
    if (hex !== undefined) return [Number.parseInt(hex, 16) & 255];
    if (octal !== undefined) return [Number.parseInt(octal, 8) & 255];
    return [...new TextEncoder().encode(escape === undefined ? plain : escapes[escape] ?? escape)];
  });
}

const strings = (terminator: readonly number[]): Directive => (pass, rest) => {
  pass.section.line(pass.line);
  for (const literal of split(rest, ',')) {
    pass.section.append(Uint8Array.from([...stringBytes(literal), ...terminator]));
  }
};

const space: Directive = (pass, rest) => {
  const [count = '', value = '0'] = split(rest, ',');
  const bytes = pass.number(count);
  if (bytes < 0 || bytes > most) throw new ExpressionError(`${bytes} bytes cannot be reserved.`);
  pass.section.fill(bytes, pass.number(value));
};

/** Pads to a multiple of `bytes`: in code with nops, elsewhere with zeros, or with the value given. */
function pad(pass: Pass, bytes: number, value: string | undefined): void {
  if (!Number.isInteger(Math.log2(bytes)) || bytes > most) throw new ExpressionError(`${bytes} is not an alignment.`);
  const { section } = pass;
  section.align = Math.max(section.align, bytes);
  const missing = (bytes - (section.size % bytes)) % bytes;
  if (section.kind !== 'text' || value) return section.fill(missing, pass.number(value || '0'));
  section.fill(missing % 4, 0);
  for (let count = missing >>> 2; count > 0; count--) section.number(nop, 4);
}

const align = (bytes: (argument: number) => number): Directive => (pass, rest) => {
  const [argument = '', value] = split(rest, ',');
  pad(pass, bytes(pass.number(argument)), value);
};

const global: Directive = (pass, rest) => {
  for (const name of split(rest, ',')) pass.attribute(name).global = true;
};

const type: Directive = (pass, rest) => {
  const [name = '', kind = ''] = split(rest, ',');
  if (/^[@%]function$/.test(kind)) pass.attribute(name).kind = 'function';
  if (/^[@%]object$/.test(kind)) pass.attribute(name).kind = 'object';
};

const size: Directive = (pass, rest) => {
  const [name = '', expression = ''] = split(rest, ',');
  pass.attribute(name).size = pass.number(expression);
};

const section: Directive = (pass, rest) => {
  const [name = '', flags = '', kind = ''] = split(rest, ',');
  pass.enter(name.replaceAll('"', ''), flags.replaceAll('"', ''), kind.replace('%', '@'));
};

/** Directives by name, as in GNU as, "Using as", chapter "Assembler Directives". */
export const directives: Readonly<Record<string, Directive | undefined>> = {
  '.text': enter('.text'), '.data': enter('.data'), '.rodata': enter('.rodata'), '.bss': enter('.bss'),
  '.section': section, '.previous': (pass) => pass.leave(),
  '.globl': global, '.global': global, '.type': type, '.size': size,
  '.word': numbers(4), '.4byte': numbers(4), '.long': numbers(4), '.int': numbers(4),
  '.half': numbers(2), '.2byte': numbers(2), '.short': numbers(2), '.byte': numbers(1),
  '.ascii': strings([]), '.asciz': strings([0]), '.string': strings([0]),
  '.zero': space, '.space': space, '.skip': space,
  '.align': align((power) => 2 ** power), '.p2align': align((power) => 2 ** power), '.balign': align((bytes) => bytes),
  '.option': ignore, '.attribute': ignore, '.file': ignore, '.ident': ignore, '.local': ignore, '.loc': ignore,
};
