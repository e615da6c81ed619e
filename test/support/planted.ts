/** A mistake to be planted in a source: a file, a text in it, and what is written there instead. */
export interface Planted { readonly file: string; readonly text: string; readonly instead: string }

/** The file's contents with the mistake in it. */
export function spoilt(contents: string, { file, text, instead }: Planted): string {
  if (!contents.includes(text)) throw new Error(`${file} does not say ${text}`);
  return contents.replace(text, () => instead);
}
