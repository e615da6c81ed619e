/** What a network card has at its socket: a cable, and the remote host at its far end. */
import { type CardKind, OptionError } from '../devices/card.ts';
import { remoteHostBytes, RemoteHost, type RemoteHostPins } from './remote-host.ts';
import { wireWords } from '../words/peers.ts';
import { parseIp, parseMac } from './ethernet.ts';
import { type Faults, type Span, Wire, type WirePins } from './wire.ts';

/** Options of a network card. */
export interface NetOptions extends Faults {
  /** The station's address. */
  readonly mac: Uint8Array;
  /** The remote host's address; 10.0.2.2 when absent. */
  readonly peer?: number;
  /** Microseconds from one end to the other. */
  readonly delay?: number;
  /** What faults are drawn from. */
  readonly seed?: number;
  readonly down?: readonly Span[];
  readonly silent?: readonly Span[];
  /** What the remote host's TFTP server has. */
  readonly files?: Readonly<Record<string, Uint8Array>>;
  /** Parallel: ports of the remote host that are a program's on the host's loopback, and that program's ports. */
  readonly forward?: readonly PortForward[];
  /** The path of a file to which the host writes all frames. */
  readonly pcap?: string;
}

export interface PortForward { readonly port: number; readonly hostPort: number }

/** Bytes of shared words. */
export const cableBytes = wireWords.size + remoteHostBytes;

const portMost = 65_535;
const defaults = { peer: 0x0a00_0202, delayUs: 5, seed: 1 } as const;
/** The remote host's station: locally administered, with its IP address in it. */
const stationPrefix = [0x52, 0x55] as const;

export interface CablePins extends WirePins, Pick<RemoteHostPins, 'forward'> {}

export class Cable {
  readonly wire: Wire;
  readonly host: RemoteHost;

  /** `at`: the first of `cableBytes` bytes. */
  constructor(
    buffer: ArrayBufferLike, at: number, options: NetOptions & { readonly bitsPerSecond: number }, pins: CablePins,
  ) {
    const words = wireWords.at(buffer, at);
    const { peer: ip = defaults.peer, delay = defaults.delayUs, seed = defaults.seed } = options;
    const { down = [], silent = [], files = {}, forward = [], bitsPerSecond } = options;
    const mac = Uint8Array.of(...stationPrefix, ip >>> 24, ip >>> 16 & 0xff, ip >>> 8 & 0xff, ip & 0xff);
    let host: RemoteHost | undefined;
    const forwarded = forward.map(({ port }) => port);
    this.wire = new Wire(words, { bitsPerSecond, delayNs: delay * 1000, faults: options, seed, down, silent }, pins,
      (send) => (host = new RemoteHost(buffer, at + wireWords.size, words, { mac, ip, files, forwarded },
        { send, setFaults: (faults) => this.wire.setFaults(faults), forward: pins.forward })));
    this.host = host!;
  }

  reset(): void {
    this.wire.reset();
    this.host.reset();
  }
}

/** How the options of network cards are written. */
export const netOptions: CardKind<NetOptions>['options'] = {
  mac: (text) => parseMac(text) ?? fail('mac', 'an address such as 52:54:00:12:34:56', text),
  peer: (text) => parseIp(text) ?? fail('peer', 'an address such as 10.0.2.2', text),
  delay: (text) => number('delay', text, 1e6),
  seed: (text) => number('seed', text, 2 ** 32 - 1),
  loss: (text) => number('loss', text, 1),
  duplicate: (text) => number('duplicate', text, 1),
  reorder: (text) => number('reorder', text, 1),
  corrupt: (text) => number('corrupt', text, 1),
  down: (text) => spans('down', text),
  silent: (text) => spans('silent', text),
  forward: (text) => pairs(text).map(([port, hostPort]) => (
    port >= 1 && port <= portMost && hostPort >= 1 && hostPort <= portMost ? { port, hostPort }
      : fail('forward', 'pairs of ports such as 5000-9999/53-5353', text))),
};

export const netHostOptions = ['pcap', 'tftp'] as const;

function number(name: string, text: string, most: number): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
  return value <= most ? value : fail(name, `a number from 0 to ${most}`, text);
}

/** `100-150/300-310`: from and to, in milliseconds of virtual time. */
function spans(name: string, text: string): Span[] {
  return pairs(text).map(([fromMs, toMs]) =>
    (fromMs < toMs ? { fromMs, toMs } : fail(name, 'spans of milliseconds such as 100-150/300-310', text)));
}

/** Numbers with `-` between, several of them with `/` between; NaN for what is none. */
function pairs(text: string): (readonly [number, number])[] {
  return text.split('/').map((part) => {
    const [, first, second] = /^(\d+)-(\d+)$/.exec(part) ?? [];
    return [Number(first), Number(second)];
  });
}

function fail(name: string, wanted: string, text: string): never {
  throw new OptionError(`${name} must be ${wanted}, not '${text}'`);
}
