/** Lines of generated code that are too long are broken where a reader would break them. */

const columns = 120;

export function fit(text: string): string {
  return text.split('\n').map((line) => (line.length > columns ? broken(line) : line)).join('\n');
}

function broken(line: string): string {
  const indent = /^ */.exec(line)?.[0] ?? '';
  const row = /^( *\{.*? words: \d+,) (.*)$/.exec(line);
  if (row) return `${row[1]}\n${indent}  ${row[2]}`;
  const guard = /^( *if \(.*\)) ((?:return|\{) .*)$/.exec(line);
  if (guard) return `${guard[1]}\n${indent}  ${guard[2]}`;
  const assignment = /^( *[^(]*? = [^(]*\()(.*)$/.exec(line);
  return assignment ? `${assignment[1]}\n${indent}  ${assignment[2]}` : line;
}
