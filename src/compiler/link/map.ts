import type { LinkedImage } from './linker.ts';

/**
 * What lies where in a linked image, as text: a line for each section, then Linux's System.map, a line for each symbol
 * by address: `80000000 T _start`, with the letters of nm (t text, r read-only, d data, b bss, a a border; capitals for
 * global names).
 */
export function mapText({ name, sections, symbols }: LinkedImage): string {
  const kinds = new Map(sections.map(({ section }) => [section.name, section.kind]));
  const letters = { text: 't', rodata: 'r', data: 'd', bss: 'b' } as const;
  const head = sections.map(({ section, address }) =>
    `# ${hex(address)} ${hex(address + section.size)} ${section.kind.padEnd(6)} ${section.name}`);
  const rows = symbols.map((symbol) => {
    const kind = symbol.section === undefined ? undefined : kinds.get(symbol.section);
    const letter = kind ? letters[kind] : 'a';
    return `${hex(symbol.address)} ${symbol.binding === 'global' ? letter.toUpperCase() : letter} ${symbol.name}`;
  });
  return [`# ${name}`, ...head, ...rows, ''].join('\n');
}

const hex = (address: number) => address.toString(16).padStart(8, '0');
