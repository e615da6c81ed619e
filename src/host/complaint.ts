import { formatDiagnostic } from '../compiler/diagnostic.ts';
import type { Diagnostic } from '../compiler/diagnostic.ts';
import type { Sources } from './sources.ts';

/** A diagnostic as a person reads it: place, reason and advice; then the line, and a caret under the place. */
export function complaintOf(diagnostic: Diagnostic, sources: Sources): string {
  const { file, line, column } = diagnostic;
  const text = sources.get(file)?.split(/\r?\n/)[line - 1];
  const head = formatDiagnostic(diagnostic);
  if (text === undefined) return head;
  const indent = text.slice(0, column - 1).replaceAll(/[^\t]/g, ' '); // tabs are as wide here as above
  return `${head}\n  ${text}\n  ${indent}^`;
}
