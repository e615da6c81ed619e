/**
 * Makes a failing function small. Tries, over and over, to remove statements (large pieces first) and to put an
 * expression's
 * own parts or a literal in its place, and keeps what still fails.
 */
import { nodesOf, print, text, type TextNode, type ValueType } from './node.ts';

/** Says whether a function still fails; one that does not compile does not. */
export type Fails = (node: TextNode) => Promise<boolean>;

/**
 * The smallest failing function found in at most `attempts` trials. Nodes of the argument are changed in place; what is
 * returned is that same tree.
 */
export async function reduce(root: TextNode, fails: Fails, attempts: number): Promise<TextNode> {
  let left = attempts;
  const still = async () => left-- > 0 && (await fails(root));
  for (let changed = true; changed && left > 0;) {
    changed = await removeStatements(root, still);
    changed = (await simplifyExpressions(root, still)) || changed;
  }
  return root;
}

async function removeStatements(root: TextNode, still: () => Promise<boolean>): Promise<boolean> {
  let changed = false;
  for (const parent of nodesOf(root)) {
    // Halves, quarters... of a list of statements, then each alone.
    const count = parent.parts.length;
    for (let size = 1 << Math.floor(Math.log2(Math.max(1, count))); size >= 1; size >>= 1) {
      for (let at = 0; at < parent.parts.length; at += size) {
        const kept = parent.parts;
        const rest = kept.filter((part, index) => index < at || index >= at + size || !isRemovable(part));
        if (rest.length === kept.length) continue;
        parent.parts = rest;
        if (await still()) {
          changed = true;
          at -= size;
        } else {
          parent.parts = kept;
        }
      }
    }
  }
  return (await unwrap(root, still)) || changed;
}

function isRemovable(part: string | TextNode): boolean {
  return typeof part !== 'string' && part.kind === 'statement';
}

/** Replaces a compound statement by the statements in it. */
async function unwrap(root: TextNode, still: () => Promise<boolean>): Promise<boolean> {
  let changed = false;
  for (const node of nodesOf(root)) {
    if (node.kind !== 'statement') continue;
    const within = node.parts.filter(isRemovable);
    if (within.length === 0) continue;
    const kept = node.parts;
    node.parts = [text(...within)];
    if (await still()) changed = true;
    else node.parts = kept;
  }
  return changed;
}

async function simplifyExpressions(root: TextNode, still: () => Promise<boolean>): Promise<boolean> {
  let changed = false;
  for (const node of nodesOf(root)) {
    if (node.kind !== 'expression' || node.type === undefined) continue;
    const kept = node.parts;
    for (const candidate of candidates(node, node.type)) {
      node.parts = candidate;
      if (print({ ...node, parts: candidate }).length < print({ ...node, parts: kept }).length && (await still())) {
        changed = true;
        break;
      }
      node.parts = kept;
    }
  }
  return changed;
}

/** Simpler things of the same type, simplest first. */
function candidates(node: TextNode, type: ValueType): (string | TextNode)[][] {
  const wide = type === 'u64' || type === 'i64';
  const literals =
    type === 'bool'
      ? ['true', 'false']
      : wide
        ? [`(0n as ${type})`, `(1n as ${type})`]
        : [`(0 as ${type})`, `(1 as ${type})`];
  const within = nodesOf(node)
    .slice(1)
    .filter((each) => each.kind === 'expression' && each.type === type);
  const widened = within.sort((a, b) => print(a).length - print(b).length).slice(0, 12);
  return [...literals.map((literal) => [literal]), ...widened.map((each) => [...each.parts])];
}
