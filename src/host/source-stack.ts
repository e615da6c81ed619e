import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { fileURLToPath } from 'node:url';

/**
 * A stack trace with places in our sources where it names places in a bundle of them. Node could do this itself if it
 * were told before the bundle is loaded, and would then read every source map at every start.
 */
export function inSources(stack: string): string {
  const places = /(file:\/\/[^\s()]+\.js):(\d+):(\d+)/g;
  return stack.replaceAll(places, (place: string, file: string, line: string, column: string) => {
    const entry = mapOf(file)?.findEntry(Number(line) - 1, Number(column) - 1);
    if (!entry || !('originalSource' in entry)) return place;
    const source = fileURLToPath(new URL(entry.originalSource, file));
    return `${source}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
  });
}

function mapOf(file: string): SourceMap | undefined {
  try {
    return new SourceMap(JSON.parse(readFileSync(fileURLToPath(`${file}.map`), 'utf8')));
  } catch {
    return undefined; // not of a bundle
  }
}
