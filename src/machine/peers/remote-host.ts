/**
 * A host at the far end of a network cable, which answers as its words and what comes in decide, and takes no time
 * beyond a fixed one: ARP (RFC 826), ICMP echo (RFC 792), UDP echo (RFC 862, port 7), a TFTP server (port 69), and the
 * sink, source and report that streams.ts tells of.
 */
import { peerLimits, remoteHostWords, sinkWords, sourceWords, transferWords, type wireWords } from '../words/peers.ts';
import type { View } from '../words/struct.ts';
import { etherType, sum16 } from './ethernet.ts';
import {
  type Address, arpReply, type Datagram, type Endpoint, ipv4Frame, parseIpv4, parseUdp, protocol, typeOf, udpPayload,
  viewOf,
} from './packets.ts';
import { ports, questions, Sinks, Sources, streamMagic } from './streams.ts';
import { TftpServer } from './tftp-server.ts';
import type { Faults, Station } from './wire.ts';

export interface RemoteHostOptions extends Address {
  /** What its TFTP server has. */
  readonly files: Readonly<Record<string, Uint8Array>>;
  /** UDP ports that are somebody else's, on the host's network. */
  readonly forwarded: readonly number[];
}

export interface RemoteHostPins {
  send(frame: Uint8Array, ns: number): void;
  /** A guest's program asks for these faults. */
  setFaults(faults: Faults): void;
  /** A frame for a port that is forwarded; absent where nothing is. */
  readonly forward?: ((frame: Uint8Array) => void) | undefined;
}

/** Bytes of shared words. */
export const remoteHostBytes = remoteHostWords.size + peerLimits.sinks * sinkWords.size
  + peerLimits.sources * sourceWords.size + peerLimits.transfers * transferWords.size;

/** Time from a frame's last bit to the answer. */
const thinkNs = 2_000;
const unreachablePort = { type: 3, code: 3 } as const;
const echoRequest = 8;

export class RemoteHost implements Station {
  readonly #me: RemoteHostOptions;
  readonly #words: View<typeof remoteHostWords['fields']>;
  readonly #wire: View<typeof wireWords['fields']>;
  readonly #pins: RemoteHostPins;
  readonly #sinks: Sinks;
  readonly #sources: Sources;
  readonly #tftp: TftpServer;

  /** `at`: the first of `remoteHostBytes` bytes; `wire`: the words of the wire, for reports. */
  constructor(
    buffer: ArrayBufferLike, at: number, wire: View<typeof wireWords['fields']>, me: RemoteHostOptions,
    pins: RemoteHostPins,
  ) {
    this.#me = me;
    this.#words = remoteHostWords.at(buffer, at);
    this.#wire = wire;
    this.#pins = pins;
    const sinks = at + remoteHostWords.size;
    const sources = sinks + peerLimits.sinks * sinkWords.size;
    this.#sinks = new Sinks(buffer, sinks);
    this.#sources = new Sources(buffer, sources, (to, data, ns) => this.#sendUdp(ports.source, to, data, ns));
    this.#tftp = new TftpServer(buffer, sources + peerLimits.sources * sourceWords.size, me.files,
      (port, to, data, ns) => this.#sendUdp(port, to, data, ns));
  }

  reset(): void {
    const words = this.#words;
    words.identification = words.arps = words.pings = words.echoes = words.discarded = 0;
    words.unreachable = words.malformed = words.ignored = 0;
    this.#sinks.reset();
    this.#sources.reset();
    this.#tftp.reset();
  }

  /** What it has done and met since power-on; for the host. */
  get tally() {
    const { arps, pings, echoes, discarded, unreachable, malformed, ignored } = this.#words;
    return { arps, pings, echoes, discarded, unreachable, malformed, ignored };
  }

  /** Its account of a stream that came to the sink. */
  stream(number: number) {
    const [next = 0, good = 0, bad = 0, missing = 0, late = 0] = this.#sinks.report(number);
    return { next, good, bad, missing, late };
  }

  get due(): number { return Math.min(this.#sources.due, this.#tftp.due); }

  tick(now: number): void {
    this.#sources.tick(now);
    this.#tftp.tick(now);
  }

  receive(frame: Uint8Array, ns: number): void {
    const at = ns + thinkNs;
    switch (typeOf(frame)) {
      case etherType.ARP: return this.#arp(frame, at);
      case etherType.IPv4: return this.#ipv4(frame, at);
      default: this.#words.ignored++;
    }
  }

  #arp(frame: Uint8Array, ns: number): void {
    const reply = arpReply(frame, this.#me);
    if (reply === undefined) {
      this.#words.ignored++;
      return;
    }
    this.#words.arps++;
    this.#pins.send(reply, ns);
  }

  #ipv4(frame: Uint8Array, ns: number): void {
    const datagram = parseIpv4(frame);
    if (datagram === undefined) this.#words.malformed++;
    else if (datagram.to !== this.#me.ip) this.#words.ignored++;
    else if (datagram.protocol === protocol.ICMP) this.#icmp(datagram, ns);
    else if (datagram.protocol === protocol.UDP) this.#udp(frame, datagram, ns);
    else this.#words.ignored++;
  }

  #icmp({ from, payload }: Datagram, ns: number): void {
    if (payload.length < 8 || sum16(payload) !== 0xffff) {
      this.#words.malformed++;
      return;
    }
    if (payload[0] !== echoRequest) return;
    this.#words.pings++;
    const reply = payload.slice();
    reply[0] = 0;
    this.#sendIp(from, protocol.ICMP, withChecksum(reply), ns);
  }

  #udp(frame: Uint8Array, datagram: Datagram, ns: number): void {
    const parsed = parseUdp(datagram);
    if (parsed === undefined) {
      this.#words.malformed++;
      return;
    }
    const { toPort, data } = parsed;
    if (this.#pins.forward && this.#me.forwarded.includes(toPort)) return this.#pins.forward(frame);
    const from: Endpoint = { ...datagram.from, port: parsed.fromPort };
    switch (toPort) {
      case ports.echo:
        this.#words.echoes++;
        return this.#sendUdp(toPort, from, data.slice(), ns);
      case ports.sink:
        this.#words.discarded++;
        return this.#sinks.receive(data);
      case ports.source: return this.#sources.request(data, from, ns);
      case ports.report: return this.#report(data, from, ns);
      case ports.tftp: return this.#tftp.request(data, from, toPort, ns);
    }
    if (this.#tftp.owns(toPort)) this.#tftp.receive(data, from, toPort, ns);
    else this.#refuse(datagram, ns);
  }

  /** RFC 792: port unreachable, with the header and eight bytes of what came. */
  #refuse({ from, packet }: Datagram, ns: number): void {
    this.#words.unreachable++;
    const quoted = packet.subarray(0, (packet[0]! & 15) * 4 + 8);
    const message = new Uint8Array(8 + quoted.length);
    message[0] = unreachablePort.type;
    message[1] = unreachablePort.code;
    message.set(quoted, 8);
    this.#sendIp(from, protocol.ICMP, withChecksum(message), ns);
  }

  #report(data: Uint8Array, from: Endpoint, ns: number): void {
    if (data.length < 8 || data.length % 4 !== 0 || viewOf(data).getUint32(0) !== streamMagic) return;
    const words = Array.from({ length: data.length / 4 }, (_, at) => viewOf(data).getUint32(at * 4));
    const [, question, ...operands] = words;
    const answer = this.#answer(question!, operands);
    if (answer === undefined) return;
    const reply = new Uint8Array(data.length + answer.length * 4);
    reply.set(data);
    answer.forEach((word, index) => viewOf(reply).setUint32(data.length + index * 4, word));
    this.#sendUdp(ports.report, from, reply, ns);
    // After the answer, which must not fall victim to them.
    if (question === questions.faults) this.#setFaults(operands);
  }

  #answer(question: number, operands: readonly number[]): number[] | undefined {
    const { discarded, echoes, pings, malformed } = this.#words;
    const { lost, duplicated, reordered, corrupted } = this.#wire;
    switch (question) {
      case questions.stream: return this.#sinks.report(operands[0] ?? 0);
      case questions.counters: return [discarded, echoes, pings, malformed, lost, duplicated, reordered, corrupted];
      case questions.faults: return [];
      default: return undefined;
    }
  }

  #setFaults(millionths: readonly number[]): void {
    const [loss = 0, duplicate = 0, reorder = 0, corrupt = 0] = millionths.map((each) => Math.min(1, each / 1e6));
    this.#pins.setFaults({ loss, duplicate, reorder, corrupt });
  }

  #sendUdp(port: number, to: Endpoint, data: Uint8Array, ns: number): void {
    this.#sendIp(to, protocol.UDP, udpPayload({ ...this.#me, port }, to, data), ns);
  }

  #sendIp(to: Address, kind: number, payload: Uint8Array, ns: number): void {
    const identification = this.#words.identification++ & 0xffff;
    this.#pins.send(ipv4Frame(this.#me, to, { protocol: kind, identification }, payload), ns);
  }
}

/** The ICMP message with its checksum put in. */
function withChecksum(message: Uint8Array): Uint8Array {
  viewOf(message).setUint16(2, 0);
  viewOf(message).setUint16(2, ~sum16(message) & 0xffff);
  return message;
}
