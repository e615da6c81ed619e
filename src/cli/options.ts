/** Readers of option values, for all commands, with the sentence when a value is wrong. */
import { UserError } from '../host/user-error.ts';
import { formatSize, parseSize } from '../host/size.ts';

export interface Range { readonly least: number; readonly most: number }

/**
 * A reader of whole numbers within a range, decimal or with 0x.
 * @param option how the user writes it: `--harts`
 */
export function wholeNumber(option: string, { least, most }: Range): (text: string) => number {
  const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
  return (text) => {
    const value = /^(\d+|0x[0-9a-f]+)$/i.test(text) ? Number(text) : NaN;
    if (value >= least && value <= most) return value;
    throw new UserError(`${option} must be a whole number ${range}, not '${text}'`);
  };
}

/** A reader of sizes such as `128M` within a range of bytes. */
export function size(option: string, { least, most }: Range): (text: string) => number {
  return (text) => {
    const bytes = parseSize(text);
    if (bytes >= least && bytes <= most && bytes % 4096 === 0) return bytes;
    throw new UserError(`${option} must be from ${formatSize(least)} to ${formatSize(most)}, not '${text}'`);
  };
}

/** A reader of words from a list. */
export function oneOf<const W extends string>(option: string, words: readonly W[]): (text: string) => W {
  return (text) => {
    const word = words.find((each) => each === text);
    if (word !== undefined) return word;
    throw new UserError(`${option} must be ${words.join(' or ')}, not '${text}'`);
  };
}
