/**
 * Random programs as trees of text, so that the reducer can take pieces away without knowing the language: a statement
 * may be removed, an expression replaced by a literal or by a piece of itself that has the same type.
 */

/** Types an expression can have; smaller integers exist in memory and as casts only. */
export type ValueType = 'u32' | 'i32' | 'u64' | 'i64' | 'bool';

export interface TextNode {
  readonly kind: 'statement' | 'expression' | 'text';
  readonly type: ValueType | undefined;
  parts: readonly (string | TextNode)[];
}

export type Part = string | TextNode;

export function text(...parts: readonly Part[]): TextNode {
  return { kind: 'text', type: undefined, parts };
}

export function statement(...parts: readonly Part[]): TextNode {
  return { kind: 'statement', type: undefined, parts };
}

export function expression(type: ValueType, ...parts: readonly Part[]): TextNode {
  return { kind: 'expression', type, parts };
}

export function print(node: TextNode): string {
  let out = '';
  for (const part of node.parts) out += typeof part === 'string' ? part : print(part);
  return out;
}

/** All nodes of a tree, parents first. */
export function nodesOf(node: TextNode): TextNode[] {
  return [node, ...node.parts.flatMap((part) => (typeof part === 'string' ? [] : nodesOf(part)))];
}
