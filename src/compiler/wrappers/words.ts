/**
 * Parameters and results as machine words: the crossings carry words, as `nooks_kernel_call(fn, nargs, arg...)` did.
 * RISC-V ELF psABI, "Integer Calling Convention": a 64-bit argument takes two words, low first, and on the stack (after
 * eight words) begins at an even word.
 */
import type { Parameter, Type } from './declarations.ts';

const registerWords = 8;

/** One expression per word, in the callee's order. */
export function wordsOf(parameters: readonly Parameter[]): string[] {
  const words: string[] = [];
  for (const { name, type } of parameters) {
    if (type.kind.kind === 'wide') {
      if (words.length >= registerWords && words.length % 2 === 1) words.push('0');
      words.push(`lo32(${name})`, `hi32(${name})`);
    } else if (type.kind.kind === 'bool') words.push(`${name} ? 1 : 0`);
    else words.push(type.kind.kind === 'callback' ? `cast<usize>(${name})` : name);
  }
  return words;
}

/**
 * A letter a parameter, large if it may be null: integer, 64 bits (wide), address as an integer, text, object, buffer,
 * function.
 */
export function lettersOf(parameters: readonly Parameter[]): string {
  const letters: Readonly<Record<string, string>> = {
    integer: 'i', bool: 'i', wide: 'w', address: 'a', text: 't', object: 'o', buffer: 'b', callback: 'f', rest: '',
  };
  return parameters.map(({ type }) => {
    const letter = letters[type.kind.kind] ?? '';
    return type.nullable ? letter.toUpperCase() : letter;
  }).join('');
}

/** The statement that gives back `call`, an expression of type u64 (a0 and a1), as a result of type `type`. */
export function returnOf(type: Type, call: string): string {
  switch (type.kind.kind) {
    case 'void': return `${call};`;
    case 'bool': return `return lo32(${call}) !== 0;`;
    case 'wide': return `return ${type.text === 'u64' ? call : `${call} as ${type.text}`};`;
    case 'integer': return `return lo32(${call})${as(type)};`;
    case 'address': return `return lo32(${call}) as usize;`;
    default: return `return cast<${type.text}>(lo32(${call}) as usize);`;
  }
}

function as(type: Type): string {
  return type.text === 'u32' ? '' : ` as ${type.text}`;
}

/**
 * The statement that ends a wrapper early; `failure` is an expression of type u32 that reports why. An error number is
 * not an address: whoever asked for an object or memory gets none.
 */
export function refuse(type: Type, failure: string): string {
  switch (type.kind.kind) {
    case 'void': return `{ ${failure}; return; }`;
    case 'bool': return `{ ${failure}; return false; }`;
    case 'wide': return `return ${type.text}of(${failure} as i32);`;
    case 'integer': return `return ${failure}${as(type)};`;
    case 'address': return `{ ${failure}; return 0; }`;
    default: return `{ ${failure}; return ${type.nullable ? 'null' : `cast<${type.text}>(0)`}; }`;
  }
}

/** The same without a report. */
export function deadResult(type: Type): string {
  switch (type.kind.kind) {
    case 'void': return 'return;';
    case 'bool': return 'return false;';
    case 'wide': return `return ${type.text}of(nooks_dead_target(target) as i32);`;
    case 'integer': return `return nooks_dead_target(target)${as(type)};`;
    case 'address': return 'return 0;';
    default: return `return ${type.nullable ? 'null' : `cast<${type.text}>(0)`};`;
  }
}
