/** The one file that knows the `typescript` package: everything that reads guest text takes the parser from here. */
import ts from 'typescript';
import type { Place } from './diagnostic.ts';

export { ts };

/** Something wrong with the text itself. */
export interface SyntaxMistake {
  readonly place: Place;
  readonly message: string;
}

/** Parses one guest file. The tree has parents; mistakes are those of TypeScript's grammar. */
export function parseGuest(path: string, text: string): { source: ts.SourceFile; mistakes: SyntaxMistake[] } {
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
