/** Text and tables as HTML. */

/** Text that may hold anything, as text of a page. */
export const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** A cell: text, or markup that is made already. */
export type Cell = string | number | { readonly html: string };

const inside = (cell: Cell) => (typeof cell === 'object' ? cell.html : escape(String(cell)));

/** The first column is a heading of its row; the others are figures unless `text` names them. */
export function table(
  head: readonly Cell[], rows: readonly (readonly Cell[])[], { text = [] }: { text?: readonly number[] } = {},
): string {
  const kind = (column: number) => (column === 0 || text.includes(column) ? '' : ' class="figure"');
  const line = (cells: readonly Cell[], tag: (column: number) => string) =>
    `<tr>${cells.map((cell, at) => `<${tag(at)}${kind(at)}>${inside(cell)}</${tag(at)}>`).join('')}</tr>`;
  return `<div class="wide"><table><thead>${line(head, () => 'th')}</thead><tbody>\n`
    + `${rows.map((row) => line(row, (at) => (at === 0 ? 'th' : 'td'))).join('\n')}\n</tbody></table></div>`;
}

export const section = (title: string, ...parts: readonly string[]): string =>
  `<section><h2>${escape(title)}</h2>\n${parts.filter((part) => part !== '').join('\n')}\n</section>`;

export const paragraph = (text: string): string => `<p>${escape(text)}</p>`;

/** A chart with its caption. */
export const figure = (caption: string, ...parts: readonly string[]): string =>
  `<figure>${parts.join('\n')}<figcaption>${escape(caption)}</figcaption></figure>`;
