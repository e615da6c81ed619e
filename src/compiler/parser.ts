/** The one file that knows the `typescript` package: everything that reads guest text takes the parser from here. */
import ts from 'typescript';
import type { Place } from './diagnostic.ts';

export { ts };

/** Something wrong with the text itself. */
export interface SyntaxMistake {
  readonly place: Place;
  readonly message: string;
}

/** A guest file as a tree that knows parents, and the mistakes in it, which are those of TypeScript's grammar. */
export interface Parsed {
  readonly source: ts.SourceFile;
  readonly mistakes: readonly SyntaxMistake[];
}

/** The last of each path. The images of a build share most of their files: modules see all that a kernel declares. */
const parsed = new Map<string, Parsed>();

/** Parses one guest file. Who asks for the same text again gets the same tree, which nobody may change. */
export function parseGuest(path: string, text: string): Parsed {
  const known = parsed.get(path);
  if (known?.source.text === text) return known;
  const made = parse(path, text);
  parsed.set(path, made);
  return made;
}

function parse(path: string, text: string): Parsed {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true, ts.ScriptKind.TS);
  const { parseDiagnostics = [] } = source as { parseDiagnostics?: readonly ts.DiagnosticWithLocation[] };
  const mistakes = parseDiagnostics.map(({ start, messageText }) => ({
    place: placeAt(source, start),
    message: ts.flattenDiagnosticMessageText(messageText, ' '),
  }));
  return { source, mistakes };
}

/** Where a node's own text begins, comments before it left out. */
export function placeOf(node: ts.Node): Place {
  const source = node.getSourceFile();
  return placeAt(source, node.getStart(source, false));
}

function placeAt(source: ts.SourceFile, position: number): Place {
  const { line, character } = source.getLineAndCharacterOfPosition(position);
  return { file: source.fileName, line: line + 1, column: character + 1 };
}

export function hasModifier(node: ts.Node, kind: ts.ModifierSyntaxKind): boolean {
  return ts.canHaveModifiers(node) && (ts.getModifiers(node)?.some((modifier) => modifier.kind === kind) ?? false);
}
