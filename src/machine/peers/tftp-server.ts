/** A server of files to read: TFTP (RFC 1350), octet mode, blocks of 512 bytes. */
import { Deadlines } from '../devices/moment.ts';
import { peerLimits, transferWords } from '../words/peers.ts';
import type { View } from '../words/struct.ts';
import { type Endpoint, viewOf } from './packets.ts';
import { packMac, unpackMac } from './streams.ts';

const opcode = { RRQ: 1, WRQ: 2, DATA: 3, ACK: 4, ERROR: 5 } as const;
const errorCode = { notFound: 1, illegal: 4, unknownTransfer: 5 } as const;
const blockBytes = 512;
const retryNs = 500e6;
const triesMost = 8;
/** The server's transfer identifiers: one port for each place. */
const firstPort = 0xc000;

type Transfer = View<typeof transferWords['fields']>;
type Send = (fromPort: number, to: Endpoint, data: Uint8Array, ns: number) => void;

/** Used with the controller's lock held. */
export class TftpServer {
  readonly #files: readonly (readonly [string, Uint8Array])[];
  readonly #transfers: readonly Transfer[];
  readonly #due: Deadlines;
  readonly #send: Send;

  /** `at`: the first byte of `peerLimits.transfers` structs. */
  constructor(buffer: ArrayBufferLike, at: number, files: Readonly<Record<string, Uint8Array>>, send: Send) {
    this.#files = Object.entries(files);
    this.#transfers = Array.from({ length: peerLimits.transfers },
      (_, index) => transferWords.at(buffer, at + index * transferWords.size));
    this.#due = new Deadlines(this.#transfers.map(({ due }) => due));
    this.#send = send;
  }

  reset(): void {
    this.#due.reset();
  }

  get due(): number {
    return this.#due.earliest;
  }

  tick(now: number): void {
    this.#transfers.forEach((transfer, index) => {
      if (this.#due.at(index) > now) return;
      if (transfer.tries >= triesMost) this.#due.set(index, Infinity);
      else this.#sendBlock(index, now);
    });
  }

  /** Whether a port is one that the server has transfers at. */
  owns(port: number): boolean {
    return port >= firstPort && port < firstPort + peerLimits.transfers;
  }

  /** A datagram for the server's own port: a request. */
  request(data: Uint8Array, from: Endpoint, port: number, ns: number): void {
    const [name, mode] = new TextDecoder().decode(data.subarray(2)).split('\0');
    const kind = data.length < 2 ? 0 : viewOf(data).getUint16(0);
    if (kind !== opcode.RRQ || mode?.toLowerCase() !== 'octet') {
      this.#send(port, from, errorPacket(errorCode.illegal, 'only reading in octet mode'), ns);
      return;
    }
    const file = this.#files.findIndex(([each]) => each === name);
    if (file < 0) {
      this.#send(port, from, errorPacket(errorCode.notFound, 'no such file'), ns);
      return;
    }
    const index = this.#placeFor(from);
    const transfer = this.#transfers[index]!;
    transfer.ip = from.ip;
    transfer.port = from.port;
    packMac(from, transfer.mac);
    transfer.file = file;
    transfer.block = 1;
    transfer.tries = 0;
    this.#sendBlock(index, ns);
  }

  /** A datagram for the port of a transfer. */
  receive(data: Uint8Array, from: Endpoint, port: number, ns: number): void {
    const index = port - firstPort;
    const transfer = this.#transfers[index]!;
    const isTheirs = this.#due.isSet(index) && transfer.ip === (from.ip | 0) && transfer.port === from.port;
    if (!isTheirs) {
      this.#send(port, from, errorPacket(errorCode.unknownTransfer, 'unknown transfer'), ns);
      return;
    }
    const kind = data.length < 4 ? opcode.ERROR : viewOf(data).getUint16(0);
    if (kind === opcode.ERROR) this.#due.set(index, Infinity);
    // An acknowledgement that comes twice must not have a block sent twice: RFC 1123, section 4.2.3.1.
    if (kind !== opcode.ACK || viewOf(data).getUint16(2) !== (transfer.block & 0xffff)) return;
    if (this.#block(transfer).length < blockBytes) {
      this.#due.set(index, Infinity);
      return;
    }
    transfer.block++;
    transfer.tries = 0;
    this.#sendBlock(index, ns);
  }

  /** A place for a client's transfer: its own if it asks again, a free one, or the one that is nearest to its end. */
  #placeFor(from: Endpoint): number {
    return this.#due.placeFor((index) => {
      const { ip, port } = this.#transfers[index]!;
      return ip === (from.ip | 0) && port === from.port;
    });
  }

  #block({ file, block }: Transfer): Uint8Array {
    return this.#files[file]![1].subarray((block - 1) * blockBytes, block * blockBytes);
  }

  #sendBlock(index: number, ns: number): void {
    const transfer = this.#transfers[index]!;
    const block = this.#block(transfer);
    const packet = new Uint8Array(4 + block.length);
    viewOf(packet).setUint16(0, opcode.DATA);
    viewOf(packet).setUint16(2, transfer.block);
    packet.set(block, 4);
    transfer.tries++;
    this.#due.set(index, ns + retryNs);
    this.#send(firstPort + index, { mac: unpackMac(transfer.mac), ip: transfer.ip >>> 0, port: transfer.port },
      packet, ns);
  }
}

function errorPacket(code: number, message: string): Uint8Array {
  const packet = new Uint8Array(5 + message.length);
  viewOf(packet).setUint16(0, opcode.ERROR);
  viewOf(packet).setUint16(2, code);
  packet.set(new TextEncoder().encode(message), 4);
  return packet;
}
