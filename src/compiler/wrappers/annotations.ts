/**
 * The annotations of a kernel header, written as JSDoc tags so that the header stays plain TypeScript:
 *
 *     @in | @out | @inout  name  [call | explicit | semantic]  [as Type]  [size expression]
 *     @consumes | @borrows | @creates  name  [as Type]
 *     @returns new  [as Type]  [size expression]
 *     @sleeps    @interrupt    @deferred    @direct    @cells function       on functions
 *     @object [release function] [mapped]                     on classes
 *     @critical    @kernel    @readonly                       on fields
 *
 * Every other tag is documentation and passes unread.
 */
import type { Direction, Lifetime, Ownership } from './declarations.ts';

/** One JSDoc tag: `@name text`, on line `line` (from one). */
export interface Tag {
  readonly name: string;
  readonly text: string;
  readonly line: number;
}

export interface ParameterNote {
  direction: Direction;
  lifetime: Lifetime;
  ownership: Ownership;
  objectType: string | undefined;
  size: string | undefined;
}

export interface FunctionNotes {
  readonly parameters: ReadonlyMap<string, ParameterNote>;
  /** Set if the result is a new object; direction and lifetime mean nothing in it. */
  readonly returned: ParameterNote | undefined;
  readonly maySleep: boolean;
  readonly inInterrupt: boolean;
  readonly deferred: boolean;
  readonly direct: boolean;
  /** Set for a function of any number of arguments. */
  readonly cells: string | undefined;
}

export interface ObjectNotes {
  readonly release: string | undefined;
  readonly mapped: boolean;
  readonly tracked: boolean;
}

type Complain = (line: number, message: string) => void;

const lifetimes: readonly string[] = ['call', 'explicit', 'semantic'] satisfies Lifetime[];

/**
 * Reads the tags of a function whose parameters are `names`; a tag that names another parameter is complained about.
 */
export function functionNotes(tags: readonly Tag[], names: readonly string[], complain: Complain): FunctionNotes {
  const parameters = new Map(names.map((name) => [name, unannotated()]));
  for (const tag of tags) {
    if (!isParameterTag(tag.name)) continue;
    const [name = '', ...words] = tag.text.split(/\s+/).filter((word) => word !== '');
    const note = parameters.get(name);
    if (note) annotate(note, tag, words, complain);
    else complain(tag.line, `@${tag.name} names '${name}', which is not a parameter: write one of ${names.join(', ')}`);
  }
  const has = (name: string) => tags.some((tag) => tag.name === name);
  return {
    parameters,
    returned: returnedNote(tags, complain),
    maySleep: has('sleeps'),
    inInterrupt: has('interrupt'),
    deferred: has('deferred'),
    direct: has('direct'),
    cells: tags.find((tag) => tag.name === 'cells')?.text,
  };
}

export function objectNotes(tags: readonly Tag[], complain: Complain): ObjectNotes {
  const tag = tags.find((each) => each.name === 'object');
  if (!tag) return { release: undefined, mapped: false, tracked: false };
  const match = /^(?:release\s+(\w+)\s*)?(mapped)?$/.exec(tag.text.trim());
  if (!match) complain(tag.line, `@object ${tag.text}: write @object, @object release <function>, and mapped after it`);
  return { release: match?.[1], mapped: match?.[2] !== undefined, tracked: true };
}

function returnedNote(tags: readonly Tag[], complain: Complain): ParameterNote | undefined {
  const tag = tags.find((each) => each.name === 'returns' && /^new\b/.test(each.text));
  if (!tag) return undefined;
  const note = { ...unannotated(), lifetime: 'explicit' as const };
  annotate(note, tag, tag.text.split(/\s+/).slice(1), complain);
  return note;
}

function unannotated(): ParameterNote {
  return { direction: 'in', lifetime: 'call', ownership: 'borrows', objectType: undefined, size: undefined };
}

function isParameterTag(name: string): boolean {
  return isDirection(name) || isOwnership(name);
}

function isDirection(name: string): name is Direction {
  return name === 'in' || name === 'out' || name === 'inout';
}

function isOwnership(name: string): name is Ownership {
  return name === 'borrows' || name === 'consumes' || name === 'creates';
}

function annotate(note: ParameterNote, tag: Tag, words: string[], complain: Complain): void {
  if (isOwnership(tag.name)) {
    note.ownership = tag.name;
    // What the callee begins to track outlives the call that created it.
    // What it consumes is the callee's until the callee ends it.
    if (tag.name !== 'borrows' && note.lifetime === 'call') note.lifetime = 'explicit';
  }
  if (isDirection(tag.name)) note.direction = tag.name;
  while (words.length > 0) {
    const word = words.shift();
    if (word !== undefined && lifetimes.includes(word)) note.lifetime = word as Lifetime;
    else if (word === 'as' && words.length > 0) note.objectType = words.shift();
    else if (word === 'size' && words.length > 0) note.size = words.splice(0).join(' ');
    else
      complain(
        tag.line,
        `@${tag.name}: '${word}' is not a lifetime (${lifetimes.join(', ')}), 'as Type' or 'size expression'`,
      );
  }
}
