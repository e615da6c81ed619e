/** What the tests of network drivers must know of one beside its manifest. */
import type { NetworkController } from '../../src/machine/devices/network-controller.ts';
import type { ExtensionManifest } from '../../src/platform/extension.ts';
import type { Story } from './net-stories.ts';

export interface NetDriver {
  readonly manifest: ExtensionManifest;
  /** Parameters for insmod: rings as short as they may be; and sets to load the module with, each good. */
  readonly shortRings: string;
  readonly parameters: readonly string[];
  /** Parameters that init must refuse. */
  readonly badParameters: readonly string[];
  /**
   * The bytes of the rings that the device writes, as addresses of runs of them: the parts of its descriptors that tell
   * what became of a frame. Empty while the device has no rings.
   */
  readonly written: (controller: NetworkController) => readonly Run[];
  /** Where the device may write now that it receives: its ring, and the buffers that are its own. */
  readonly writable: (controller: NetworkController, word: (address: number) => number) => readonly number[];
  /** What follows `qemu-system-riscv32 -device`. */
  readonly qemuDevice: string;
  /** What befalls this one alone. */
  readonly stories: Readonly<Record<string, Story>>;
}

export interface Run { readonly address: number; readonly bytes: number }
