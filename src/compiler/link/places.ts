import type { FunctionInfo, ObjectModule, ObjectSymbol } from '../object.ts';

/** How messages call a place in a module: `net.ts:113 (in nic_open)`, or as near as is known. */
export function describePlace(module: ObjectModule, section: string, offset: number): string {
  const line = module.lines
    .filter((row) => row.section === section && row.offset <= offset)
    .reduce<{ file: string; line: number; offset: number } | undefined>(
      (last, row) => (last && last.offset > row.offset ? last : row), undefined);
  const holder = within(module.functions, section, offset) ??
    within(module.symbols.filter(({ kind }) => kind !== 'none'), section, offset);
  if (line) return holder ? `${line.file}:${line.line} (in ${holder.name})` : `${line.file}:${line.line}`;
  return holder ? `${module.name} (in ${holder.name})` : `${module.name} (${section}+0x${offset.toString(16)})`;
}

function within<T extends FunctionInfo | ObjectSymbol>(
  all: readonly T[], section: string, offset: number,
): T | undefined {
  return all.find((one) => one.section === section && one.offset <= offset && offset < one.offset + one.size);
}
