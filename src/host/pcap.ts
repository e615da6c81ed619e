import { closeSync, openSync, writeSync } from 'node:fs';
import { UserError } from './user-error.ts';

const magicNanoseconds = 0xa1b2_3c4d;
const linkTypeEthernet = 1;
const snapLength = 0x4_0000;
const flushBytes = 64 * 1024;

/**
 * A capture file of Ethernet frames, without their check sequences, with times in nanoseconds of virtual time: the
 * format of libpcap (pcap-savefile(5)), which Wireshark and tcpdump read.
 */
export class PcapFile {
  readonly #path: string;
  #fd: number | undefined;
  #pending: Uint8Array[] = [];
  #bytes = 0;

  /** @throws UserError when the file cannot be written */
  constructor(path: string) {
    this.#path = path;
    try {
      this.#fd = openSync(path, 'w');
    } catch {
      throw new UserError(`the capture file ${path} cannot be written`);
    }
    const header = new DataView(new ArrayBuffer(24));
    header.setUint32(0, magicNanoseconds, true);
    header.setUint16(4, 2, true);
    header.setUint16(6, 4, true);
    header.setUint32(16, snapLength, true);
    header.setUint32(20, linkTypeEthernet, true);
    this.#put(new Uint8Array(header.buffer));
    this.flush();
  }

  record(frame: Uint8Array, ns: number): void {
    const header = new DataView(new ArrayBuffer(16));
    header.setUint32(0, Math.floor(ns / 1e9), true);
    header.setUint32(4, Math.floor(ns % 1e9), true);
    header.setUint32(8, frame.length, true);
    header.setUint32(12, frame.length, true);
    this.#put(new Uint8Array(header.buffer));
    this.#put(frame.slice());
    if (this.#bytes > flushBytes) this.flush();
  }

  flush(): void {
    if (this.#fd === undefined) return;
    try {
      for (const bytes of this.#pending) for (let at = 0; at < bytes.length;) at += writeSync(this.#fd, bytes, at);
    } catch (error) {
      throw new UserError(`the capture file ${this.#path} could not be written: ${(error as Error).message}`);
    }
    this.#pending = [];
    this.#bytes = 0;
  }

  close(): void {
    this.flush();
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }

  #put(bytes: Uint8Array): void {
    this.#pending.push(bytes);
    this.#bytes += bytes.length;
  }
}
