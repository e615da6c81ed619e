/** The network cards: what the board asks of them. */
import { netHostOptions, netOptions, type NetOptions } from '../peers/cable.ts';
import type { CardKind } from './card.ts';
import { E1000, e1000Bytes } from './e1000/e1000.ts';

/** QEMU's first station. */
const defaultMac = Uint8Array.of(0x52, 0x54, 0x00, 0x12, 0x34, 0x56);

export const e1000Card: CardKind<Partial<NetOptions>> = {
  bytes: e1000Bytes,
  options: netOptions,
  hostOptions: netHostOptions,
  make: (options, setting) => {
    const pci = new E1000({ mac: defaultMac, ...options }, setting);
    return { pci, timed: [pci], reset: () => {} };
  },
};
