/** What functions of one image share while they are lowered: string texts, jump tables, decisions about inlining. */
import type { Expression, FunctionNode, Statement } from '../tree.ts';
import { functionSize } from './size.ts';

/** Bodies up to this size are inlined without being asked for: a call costs about as much. */
const inlineSize = 14;
/** Growth of one function by inlining beyond which only @inline functions and templates are inlined. */
const inlineGrowth = 2000;

export class Surroundings {
  readonly strings = new Map<string, string>();
  #tables = 0;
  readonly #sizes = new Map<FunctionNode, number>();
  readonly #recursive = new Map<FunctionNode, boolean>();
  readonly #prefix: string;

  /** `prefix` keeps private symbols of different objects apart. */
  constructor(prefix = '.L') {
    this.#prefix = prefix;
  }

  /** The symbol of a text's bytes. */
  string(text: string): string {
    const known = this.strings.get(text);
    if (known !== undefined) return known;
    const symbol = `${this.#prefix}string${this.strings.size}`;
    this.strings.set(text, symbol);
    return symbol;
  }

  /** The symbol of one more jump table. */
  table(): string {
    return `${this.#prefix}table${this.#tables++}`;
  }

  /** Whether a call of `node` is replaced by its body, in a function that inlining has made larger by `growth`. */
  inlines(node: FunctionNode, growth: number): boolean {
    if (node.inlining === 'never' || node.body?.kind !== 'statements' || node.variadic !== undefined) return false;
    if (this.#isRecursive(node)) return false;
    return node.inlining === 'always' || (this.size(node) <= inlineSize && growth < inlineGrowth);
  }

  size(node: FunctionNode): number {
    let size = this.#sizes.get(node);
    if (size === undefined) {
      size = functionSize(node);
      this.#sizes.set(node, size);
    }
    return size;
  }

  #isRecursive(node: FunctionNode): boolean {
    let recursive = this.#recursive.get(node);
    if (recursive === undefined) {
      recursive = reaches(node, node, new Set());
      this.#recursive.set(node, recursive);
    }
    return recursive;
  }
}

/** Whether calls from `from` lead to `to`. */
function reaches(from: FunctionNode, to: FunctionNode, seen: Set<FunctionNode>): boolean {
  return callees(from).some((callee) => {
    if (callee === to) return true;
    if (seen.has(callee)) return false;
    seen.add(callee);
    return reaches(callee, to, seen);
  });
}

const known = new WeakMap<FunctionNode, readonly FunctionNode[]>();

/** The functions that a body calls by name. */
function callees(node: FunctionNode): readonly FunctionNode[] {
  const found = known.get(node);
  if (found !== undefined) return found;
  const result = new Set<FunctionNode>();
  if (node.body?.kind === 'statements') collect(node.body.statements, result);
  const list = [...result];
  known.set(node, list);
  return list;
}

/** Walks any part of a tree: calls are found wherever they stand. */
function collect(part: readonly (Statement | Expression)[] | Statement | Expression, into: Set<FunctionNode>): void {
  if (Array.isArray(part)) {
    for (const each of part) collect(each as Statement, into);
    return;
  }
  const node = part as Statement | Expression;
  if (node.kind === 'call') into.add(node.function);
  for (const [key, value] of Object.entries(node)) {
    if (typeof value !== 'object' || value === null || skipped.has(key)) continue;
    collect(value as Expression, into);
  }
}

const skipped: ReadonlySet<string> = new Set(['type', 'place', 'function', 'global', 'local', 'cell']);

