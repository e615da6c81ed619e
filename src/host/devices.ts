import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { assert } from '../assert.ts';
import { type Card, OptionError } from '../machine/devices/card.ts';
import { type CardSpec, parseCard } from '../machine/devices/cards.ts';
import { NetCard } from '../machine/devices/net-cards.ts';
import type { PortForward } from '../machine/peers/cable.ts';
import { PcapFile } from './pcap.ts';
import type { RecordRing } from './record-ring.ts';
import { UdpForwarder } from './udp-forwarder.ts';
import { UserError } from './user-error.ts';
import { WavFile } from './wav.ts';

/** Where the records of a card go. */
export interface RecordSink {
  record(bytes: Uint8Array, ns: number): void;
  flush(): void;
  close(): void;
}

/** The cards a machine is asked for, and the files on the host that their records go to. */
export class Devices {
  readonly cards: readonly CardSpec[];
  readonly #sinks: readonly (RecordSink | undefined)[];
  readonly #forwarders: UdpForwarder[] = [];

  /** @throws UserError when a card is unknown, an option wrong, or a file cannot be used */
  constructor(requests: readonly (string | CardSpec)[]) {
    this.cards = requests.map((request) => (typeof request === 'string' ? read(request) : request));
    this.#sinks = this.cards.map(openSink);
  }

  /** Whether the records of a card are wanted. */
  wants(card: number): boolean { return this.#sinks[card] !== undefined; }
  get wantsAny(): boolean { return this.#sinks.some((sink) => sink !== undefined); }

  /** Whether a card has frames for the host's network. */
  forwards(card: number): boolean { return forwardsOf(this.cards[card]!).length > 0; }

  /** From now on, frames that a card has put into the ring go to sockets, and what comes there to the card. */
  forward(index: number, ring: RecordRing, card: Card): void {
    assert(card instanceof NetCard, 'only network cards forward');
    this.#forwarders.push(new UdpForwarder(forwardsOf(this.cards[index]!), ring, card.pci));
  }

  record(card: number, bytes: Uint8Array, ns: number): void { this.#sinks[card]?.record(bytes, ns); }
  flush(): void { for (const sink of this.#sinks) sink?.flush(); }
  close(): void {
    for (const sink of this.#sinks) sink?.close();
    for (const forwarder of this.#forwarders) forwarder.close();
  }
}

const forwardsOf = (card: CardSpec): readonly PortForward[] => ('forward' in card ? card.forward ?? [] : []);

/** Sinks by the option of a card that asks for one; its value is a path. */
const sinks: Readonly<Record<string, (path: string) => RecordSink>> = {
  pcap: (path) => new PcapFile(path),
  wav: (path) => new WavFile(path),
};

function openSink(card: CardSpec): RecordSink | undefined {
  for (const [option, open] of Object.entries(sinks)) {
    const path = (card as unknown as Readonly<Record<string, unknown>>)[option];
    if (typeof path === 'string') return open(path);
  }
  return undefined;
}

function read(text: string): CardSpec {
  try {
    return parseCard(text, hostOption);
  } catch (error) {
    if (error instanceof OptionError) throw new UserError(error.message);
    throw error;
  }
}

/** What options that name files put into a card's specification. */
function hostOption(key: string, value: string): object {
  if (value === '') throw new UserError(`the device option ${key} needs a path`);
  return key === 'tftp' ? { files: filesIn(value) } : { [key]: value };
}

/** Bytes that a folder of files may hold. */
const folderBytesMost = 64 * 2 ** 20;

function filesIn(folder: string): Record<string, Uint8Array> {
  try {
    const paths = readdirSync(folder).map((name) => ({ name, path: join(folder, name) }))
      .map((file) => ({ ...file, stat: statSync(file.path) })).filter(({ stat }) => stat.isFile());
    if (paths.reduce((sum, { stat }) => sum + stat.size, 0) > folderBytesMost) {
      throw new UserError(`the files in ${folder} are more than ${folderBytesMost / 2 ** 20} MiB`);
    }
    return Object.fromEntries(paths.map(({ name, path }) => [name, new Uint8Array(readFileSync(path))]));
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`the folder ${folder} cannot be read`);
  }
}
