/** Sizes as people write them: `128M`, `1G`, `16MiB`, `65536`. */
import { UserError } from './user-error.ts';

const units: Readonly<Record<string, number>> = { '': 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 };

/**
 * Bytes of a size with an optional unit K, M or G (powers of 1024; `KB` and `KiB` mean the same).
 * @throws UserError when it is not one
 */
export function parseSize(text: string): number {
  const [, digits, unit = ''] = /^(\d+(?:\.\d+)?)\s*(?:([kmg])(?:i?b)?|b)?$/i.exec(text.trim()) ?? [];
  const bytes = Number(digits) * units[unit.toLowerCase()]!;
  if (!Number.isSafeInteger(bytes)) throw new UserError(`not a size: '${text}' (write 128M or 1G)`);
  return bytes;
}

/** The shortest exact way to write a size: `128M`, `1G`, `5000`. */
export function formatSize(bytes: number): string {
  for (const unit of ['g', 'm', 'k']) {
    if (bytes > 0 && bytes % units[unit]! === 0) return `${bytes / units[unit]!}${unit.toUpperCase()}`;
  }
  return `${bytes}`;
}
