/** The network cards: what the board asks of them. */
import { netHostOptions, netOptions, type NetOptions } from '../peers/cable.ts';
import type { Card, CardKind, CardSetting } from './card.ts';
import { E1000, e1000Bytes } from './e1000/e1000.ts';
import type { NetworkController } from './network-controller.ts';
import { Pcnet, pcnetBytes } from './pcnet/pcnet.ts';

/** As QEMU numbers stations: the machine's first card is 52:54:00:12:34:56. */
const defaultMac = (index: number) => Uint8Array.of(0x52, 0x54, 0x00, 0x12, 0x34, 0x56 + index);

/** A network card: its controller has the cable, and that the remote host. */
export class NetCard implements Card {
  readonly pci: NetworkController;
  readonly timed: Card['timed'];

  constructor(controller: NetworkController) {
    this.pci = controller;
    this.timed = [controller];
  }

  /** All there is is the controller, which its bus resets. */
  reset(): void {}
}

/** A network card's options, all of which may be absent. */
type Options = Partial<NetOptions>;

export const e1000Card = netCard(e1000Bytes, E1000);
export const pcnetCard = netCard(pcnetBytes, Pcnet);

function netCard(
  bytes: number, Controller: new (options: NetOptions, setting: CardSetting) => NetworkController,
): CardKind<Options> {
  return {
    bytes,
    options: netOptions,
    hostOptions: netHostOptions,
    make: (options, setting) => new NetCard(new Controller({ mac: defaultMac(setting.index), ...options }, setting)),
  };
}
