/**
 * The generator's input: "a list of kernel function names and of structs of function pointers" (SOSP 2003, section
 * 4.2), as a text:
 *
 *     # comment
 *     [timer]                                             a group, whose wrappers share a file
 *     kernel/irq/timer.ts    add_timer del_timer          functions with a wrapper
 *                            TimerList(function)          a struct, and what the kernel takes from the extension's
 *     lib/memory.ts          direct memcpy memset         functions that run in the domain as they are
 *
 * A line that begins with a blank goes on with the header above it; a struct may come again, with further fields.
 */
import type { Problem } from './declarations.ts';

export interface Listed {
  readonly name: string;
  /** Fields, if it is a struct. */
  readonly fields: readonly string[] | undefined;
  readonly line: number;
}

export interface ListedHeader {
  readonly file: string;
  readonly direct: boolean;
  readonly names: readonly Listed[];
}

export interface ListedGroup {
  readonly name: string;
  readonly headers: readonly ListedHeader[];
}

interface OpenHeader { readonly file: string; readonly direct: boolean; readonly names: OpenListed[] }

interface OpenListed { readonly name: string; readonly fields: string[] | undefined; readonly line: number }

/** Reads a list; `file` is what complaints call it. */
export function parseList(file: string, text: string): { groups: ListedGroup[]; problems: Problem[] } {
  const groups: { name: string; headers: OpenHeader[] }[] = [];
  const problems: Problem[] = [];
  text.split('\n').forEach((whole, index) => {
    const line = index + 1;
    const complain = (message: string) => void problems.push({ file, line, message });
    const content = whole.replace(/#.*/, '').trimEnd();
    if (content === '') return;
    const group = /^\[(\w+)\]$/.exec(content)?.[1];
    if (group !== undefined) groups.push({ name: group, headers: [] });
    else readLine(content, line, groups.at(-1)?.headers, complain);
  });
  return { groups, problems };
}

function readLine(
  content: string, line: number, headers: OpenHeader[] | undefined, complain: (message: string) => void,
): void {
  if (headers === undefined) return complain('no group is open: write [name] above');
  const continued = content.startsWith(' ') ? headers.at(-1) : undefined;
  if (content.startsWith(' ') && continued === undefined) return complain('no header is open: begin with its path');
  const [, path = '', rest = ''] = continued ? ['', '', content] : /^(\S+)(.*)$/.exec(content) ?? [];
  const direct = /^ +direct( |$)/.test(rest);
  const header = continued !== undefined && continued.direct === direct ? continued
    : { file: continued?.file ?? path, direct, names: [] };
  if (header !== continued) headers.push(header);
  for (const word of rest.replace(/^ +direct\b/, '').match(/[^\s(]+(\([^)]*\)?)?/g) ?? []) {
    const [, name, fields] = /^(\w+)(?:\(([\w\s]+)\))?$/.exec(word) ?? [];
    if (name === undefined) complain(`'${word}' is no name: write function, or Struct(field field)`);
    else addName(header.names, { name, fields: fields?.trim().split(/\s+/), line });
  }
}

function addName(names: OpenListed[], added: OpenListed): void {
  const before = names.find(({ name }) => name === added.name);
  if (before?.fields && added.fields) before.fields.push(...added.fields);
  else names.push(added);
}
