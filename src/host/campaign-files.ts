/** What trials need of what is built: read once, and plain data that threads can be sent. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LayoutTable } from '../compiler/layouts.ts';
import { attempt } from './files.ts';
import { extensions } from './extensions.ts';
import { initramfsFile } from './initramfs.ts';
import { buildFolder, type Progress, shippedSystem } from './shipped.ts';

export interface CampaignFiles {
  readonly kernel: Uint8Array;
  readonly initrd: Uint8Array;
  readonly layouts: LayoutTable;
  /** By extension: the module as it is loaded, and the same with debug information. */
  readonly modules: Readonly<Record<string, { readonly object: Uint8Array; readonly debug: Uint8Array }>>;
}

/**
 * Brings all up to date as `nooks build` does, and reads it.
 * @throws UserError when something cannot be built or read
 */
export async function campaignFiles(onImage: Progress = () => {}): Promise<CampaignFiles> {
  await shippedSystem(onImage);
  return readCampaignFiles(buildFolder);
}

/** Reads what a folder holds already. @throws UserError */
export function readCampaignFiles(folder: string): CampaignFiles {
  const read = (name: string) => attempt(`cannot read ${name}`, () => new Uint8Array(readFileSync(join(folder, name))));
  return {
    kernel: read('kernel.elf'), initrd: read(initramfsFile),
    layouts: JSON.parse(new TextDecoder().decode(read('kernel.layouts.json'))) as LayoutTable,
    modules: Object.fromEntries(extensions.map(({ name }) =>
      [name, { object: read(`${name}.o`), debug: read(`${name}.debug`) }])),
  };
}
