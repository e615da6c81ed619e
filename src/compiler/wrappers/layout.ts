/** Lines of generated code that are too long are broken where a reader would break them. */

const columns = 120;

export function fit(text: string): string {
  return text.split('\n').map((line) => (line.length > columns ? broken(line) : line)).join('\n');
}

function broken(line: string): string {
  const indent = /^ */.exec(line)?.[0] ?? '';
  const head = /^(export function \w+\()(.*)(\): .*)$/.exec(line);
  if (head) return `${head[1]}\n  ${head[2]},\n${head[3]}`;
  const row = /^( *\{.*? words: \d+,) (.*)$/.exec(line);
  if (row) return `${row[1]}\n${indent}  ${row[2]}`;
  const guard = /^( *if \(.*\)) ((?:return|\{) .*)$/.exec(line);
  if (guard) return `${guard[1]}\n${indent}  ${guard[2]}`;
  const call = /\bnooks_\w*call\w*\(/.exec(line) ?? /\w\(/.exec(line);
  return call ? brokenCall(line, indent, call.index + call[0].length) : line;
}

/** The arguments that begin at `start` on a line of their own. */
function brokenCall(line: string, indent: string, start: number): string {
  let end = start;
  for (let depth = 1; end < line.length; end++) {
    if (line[end] === '(') depth++;
    if (line[end] === ')' && --depth === 0) break;
  }
  return `${line.slice(0, start)}\n${indent}  ${line.slice(start, end)},\n${indent}${line.slice(end)}`;
}
