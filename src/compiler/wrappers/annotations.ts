/**
 * The annotations of a kernel header, written as JSDoc tags so that the header stays plain TypeScript:
 *
 *     @in | @out | @inout  name  [as Type]  [size expression]
 *     @consumes | @borrows | @creates  name  [as Type]
 *     @returns new  [as Type]  [size expression]
 *     @sleeps    @deferred                                    on functions
 *     @object Type                                            on classes
 *
 * Every other tag is documentation and passes unread.
 */
import type { Direction, Ownership } from './declarations.ts';

/** One tag: `@name text`, on line `line` (from one). */
export interface Tag {
  readonly name: string;
  readonly text: string;
  readonly line: number;
}

export interface ParameterNote {
  direction: Direction;
  ownership: Ownership;
  tracked: string | undefined;
  size: string | undefined;
}

export interface FunctionNotes {
  readonly parameters: ReadonlyMap<string, ParameterNote>;
  /** Set if the result is a new object; of it, `tracked` and `size` mean something. */
  readonly returned: ParameterNote | undefined;
  readonly maySleep: boolean;
  readonly deferred: boolean;
}

type Complain = (line: number, message: string) => void;

/** The tags of a comment whose first character is on line `line`; several may stand on one line. */
export function tagsOf(comment: string, line: number): Tag[] {
  const text = comment.replace(/\*\/$/, '').replace(/\n\s*\*/g, '\n ');
  return [...text.matchAll(/(?<!\S)@(\w+)((?:(?!\s@\w)[^])*)/g)].map((match) => ({
    name: match[1] ?? '',
    text: (match[2] ?? '').replace(/\s+/g, ' ').trim(),
    line: line + text.slice(0, match.index).split('\n').length - 1,
  }));
}

/**
 * Reads the tags of a function whose parameters are `names`; a tag that names another parameter is complained about.
 */
export function functionNotes(tags: readonly Tag[], names: readonly string[], complain: Complain): FunctionNotes {
  const parameters = new Map(names.map((name) => [name, unannotated()]));
  for (const tag of tags) {
    if (!isDirection(tag.name) && !isOwnership(tag.name)) continue;
    const [name = '', ...words] = tag.text.split(' ');
    const note = parameters.get(name);
    if (note) annotate(note, tag, words, complain);
    else complain(tag.line, `@${tag.name} names '${name}', which is not a parameter: write one of ${names.join(', ')}`);
  }
  const has = (name: string) => tags.some((tag) => tag.name === name);
  return { parameters, returned: returnedNote(tags, complain), maySleep: has('sleeps'), deferred: has('deferred') };
}

function returnedNote(tags: readonly Tag[], complain: Complain): ParameterNote | undefined {
  const tag = tags.find((each) => each.name === 'returns' && /^new\b/.test(each.text));
  if (!tag) return undefined;
  const note = unannotated();
  annotate(note, tag, tag.text.split(' ').slice(1), complain);
  return note;
}

export function unannotated(): ParameterNote {
  return { direction: 'in', ownership: 'borrows', tracked: undefined, size: undefined };
}

function isDirection(name: string): name is Direction {
  return name === 'in' || name === 'out' || name === 'inout';
}

function isOwnership(name: string): name is Ownership {
  return name === 'borrows' || name === 'consumes' || name === 'creates';
}

function annotate(note: ParameterNote, tag: Tag, words: string[], complain: Complain): void {
  if (isOwnership(tag.name)) note.ownership = tag.name;
  if (isDirection(tag.name)) note.direction = tag.name;
  while (words.length > 0) {
    const word = words.shift();
    if (word === 'as' && words.length > 0) note.tracked = words.shift();
    else if (word === 'size' && words.length > 0) note.size = words.splice(0).join(' ');
    else complain(tag.line, `@${tag.name}: '${word}' is not 'as Type' or 'size expression'`);
  }
}
