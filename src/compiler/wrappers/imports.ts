/** The import lines of a generated file: exactly the names its text mentions. */
import { importPath } from './paths.ts';

/** Where names come from: file to the names it exports. */
export type Exports = ReadonlyMap<string, readonly string[]>;

/**
 * Import declarations for the names that occur as words in `text` of `file`; of two files that export a name, the first
 * is taken. What `before`, the part of the file above, already imports or declares is not imported again.
 */
export function importsFor(file: string, text: string, exports: readonly Exports[], before = ''): string {
  const mentioned = wordsIn(text);
  const taken = new Set([...importedNames(before), ...declaredNames(before), ...declaredNames(text)]);
  const needed = new Map<string, string[]>();
  for (const [from, names] of exports.flatMap((each) => [...each])) {
    for (const name of names) {
      if (!mentioned.has(name) || taken.has(name)) continue;
      taken.add(name);
      needed.set(from, [...(needed.get(from) ?? []), name]);
    }
  }
  return [...needed].map(([from, names]) => [importPath(file, from), names.sort()] as const)
    .sort(([a], [b]) => (depth(b) - depth(a)) || (a < b ? -1 : 1))
    .map(([from, names]) => declaration(from, names)).join('');
}

const depth = (path: string): number => path.split('..').length;

function wordsIn(text: string): Set<string> {
  const code = text.replace(/\/\*[^]*?\*\/|\/\/.*|'(?:[^'\\\n]|\\.)*'/g, ' ').replace(/\.\w+/g, ' ');
  return new Set(code.match(/[A-Za-z_]\w*/g));
}

function importedNames(text: string): string[] {
  return [...text.matchAll(/^import (?:type )?\{([^}]*)\}/gm)].flatMap((match) =>
    (match[1] ?? '').split(',').map((name) => name.trim().replace(/^type /, '')));
}

function declaredNames(text: string): string[] {
  return [...text.matchAll(/^(?:export )?(?:function|class|const|let) (\w+)/gm)].map((match) => match[1] ?? '');
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
