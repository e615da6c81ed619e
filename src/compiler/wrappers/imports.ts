/** The import lines of a generated file: exactly the names its text mentions. */

/** Where names come from: file, as an import spells it, to the names it exports. Earlier files win. */
export type Exports = ReadonlyMap<string, readonly string[]>;

/**
 * Import declarations for those `exports` that occur as words in `text` and are not among `known`; lines fit 120
 * columns.
 */
export function importsFor(text: string, exports: Exports, known: ReadonlySet<string> = new Set()): string {
  const mentioned = wordsIn(text);
  const taken = new Set(known);
  let lines = '';
  for (const [file, names] of exports) {
    const needed = names.filter((name) => mentioned.has(name) && !taken.has(name)).sort();
    for (const name of needed) taken.add(name);
    if (needed.length > 0) lines += declaration(file, needed);
  }
  return lines;
}

function wordsIn(text: string): Set<string> {
  const code = text.replace(/\/\*[^]*?\*\/|\/\/.*|'(?:[^'\\\n]|\\.)*'/g, ' ');
  return new Set(code.match(/[A-Za-z_]\w*/g));
}

function declaration(file: string, names: readonly string[]): string {
  const single = `import { ${names.join(', ')} } from '${file}';\n`;
  if (single.length <= 121) return single;
  let text = 'import {\n';
  let line = ' ';
  for (const name of names) {
    if (line.length + name.length + 2 > 120) {
      text += `${line}\n`;
      line = ' ';
    }
    line += ` ${name},`;
  }
  return `${text}${line}\n} from '${file}';\n`;
}
