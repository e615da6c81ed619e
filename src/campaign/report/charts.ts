/** Charts as SVG, which take their colours from the page's style: `fill: var(--NAME)`. */
import type { Interval } from '../statistics.ts';
import { escape } from './markup.ts';

const width = 860, labels = 190, right = 70, row = 26, bar = 17;
const plot = width - labels - right;

export interface Segment { readonly colour: string; readonly name: string; readonly count: number }
export interface StackedRow { readonly label: string; readonly segments: readonly Segment[] }

/** Each row is a whole, which its segments share; rows with an empty label continue the group of the one before. */
export function stackedBars(rows: readonly StackedRow[]): string {
  const parts = rows.map(({ label, segments }, index) => {
    const total = segments.reduce((sum, { count }) => sum + count, 0), y = index * row + 4;
    let x = labels;
    const bars = segments.filter(({ count }) => count > 0).map(({ colour, name, count }) => {
      const size = count / total * plot, at = x;
      x += size;
      return rectangle({ x: at, y, size, colour, title: `${label}, ${name}: ${count} of ${total}` })
        + (size > 9 * String(count).length + 6 ? words(at + size / 2, y + 13, `${count}`, `inside on-${colour}`) : '');
    });
    return `${words(labels - 10, y + 13, label, 'label')}${bars.join('')}`
      + words(labels + plot + 8, y + 13, total === 0 ? 'none' : `of ${total}`, 'total');
  });
  return picture(rows.length * row + 4, parts.join('\n'));
}

export interface IntervalRow {
  readonly label: string;
  readonly colour: string;
  /** The share, and what is said of it. */
  readonly share: number;
  readonly text: string;
  /** Undefined where nothing was tried. */
  readonly interval: Interval | undefined;
}

/** Shares as dots on one axis, with their intervals as lines. */
export function intervals(rows: readonly IntervalRow[]): string {
  const most = niceTop(Math.max(...rows.map(({ interval }) => interval?.high ?? 0)));
  const at = (share: number) => labels + share / most * plot, bottom = rows.length * row + 6;
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((part) => part * most).map((share) =>
    `<line class="grid" x1="${r(at(share))}" x2="${r(at(share))}" y1="0" y2="${bottom}"/>`
    + words(at(share), bottom + 16, `${Number((share * 100).toFixed(1))}%`, 'tick'));
  const marks = rows.map(({ label, colour, share, text, interval }, index) => {
    const y = index * row + row / 2 + 2;
    if (!interval) return words(labels - 10, y + 4, label, 'label');
    return `${words(labels - 10, y + 4, label, 'label')}<g style="--c:var(--${colour})"><title>${escape(text)}</title>`
      + `<line class="whisker" x1="${r(at(interval.low))}" x2="${r(at(interval.high))}" y1="${y}" y2="${y}"/>`
      + `<circle class="dot" cx="${r(at(share))}" cy="${y}" r="5"/></g>`
      + words(labels + plot + 8, y + 4, `${Number((share * 100).toFixed(1))}%`, 'total');
  });
  return picture(bottom + 24, [...ticks, ...marks].join('\n'));
}

export interface Column { readonly label: string; readonly count: number }

/** Counts side by side. */
export function columns(all: readonly Column[], colour: string): string {
  const height = 120, most = Math.max(1, ...all.map(({ count }) => count)), each = (width - 20) / all.length;
  const parts = all.map(({ label, count }, index) => {
    const size = count / most * height, x = 10 + index * each, y = 16 + height - size;
    return `<rect class="bar" style="--c:var(--${colour})" x="${r(x + 2)}" y="${r(y)}" width="${r(each - 4)}" `
      + `height="${r(size)}"><title>${escape(label)}: ${count}</title></rect>`
      + (count > 0 ? words(x + each / 2, y - 4, `${count}`, 'tick') : '')
      + words(x + each / 2, height + 32, label, 'tick');
  });
  return picture(height + 40, parts.join('\n'));
}

/** What the colours mean. */
export const legend = (entries: readonly { readonly colour: string; readonly name: string }[]): string =>
  `<p class="legend">${entries.map(({ colour, name }) =>
    `<span><i style="--c:var(--${colour})"></i>${escape(name)}</span>`).join(' ')}</p>`;

const picture = (height: number, content: string) =>
  `<svg viewBox="0 0 ${width} ${r(height)}" role="img">\n${content}\n</svg>`;

const words = (x: number, y: number, text: string, kind: string) =>
  `<text class="${kind}" x="${r(x)}" y="${r(y)}">${escape(text)}</text>`;

function rectangle({ x, y, size, colour, title }: {
  x: number; y: number; size: number; colour: string; title: string;
}): string {
  return `<rect class="bar" style="--c:var(--${colour})" x="${r(x)}" y="${y}" width="${r(Math.max(1, size - 1))}" `
    + `height="${bar}"><title>${escape(title)}</title></rect>`;
}

/** The end of an axis of shares that reaches as far as needed. */
const niceTop = (share: number) => [0.02, 0.04, 0.1, 0.2, 0.4, 0.6, 0.8].find((top) => top >= share) ?? 1;

/** Rounded to tenths: enough for a screen. */
const r = (value: number) => Math.round(value * 10) / 10;
