/** Paths with `/`, as imports write them. */

/** The path of a file that `from` imports as `module`. */
export function joinPath(from: string, module: string): string {
  const parts = from.split('/').slice(0, -1);
  for (const part of module.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  return parts.join('/');
}

/** How `from` imports the file `to`. */
export function importPath(from: string, to: string): string {
  const folders = from.split('/').slice(0, -1), parts = to.split('/');
  while (folders.length > 0 && folders[0] === parts[0]) {
    folders.shift();
    parts.shift();
  }
  return [...(folders.length === 0 ? ['.'] : folders.map(() => '..')), ...parts].join('/');
}
