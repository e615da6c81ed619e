import { createSocket, type Socket } from 'node:dgram';
import type { NetworkController } from '../machine/devices/network-controller.ts';
import type { PortForward } from '../machine/peers/cable.ts';
import { ethernet } from '../machine/peers/ethernet.ts';
import { type Endpoint, ipv4Frame, parseIpv4, parseUdp, protocol, udpPayload } from '../machine/peers/packets.ts';
import type { RecordRing } from './record-ring.ts';

const loopback = '127.0.0.1';
/** Sockets at once; the oldest makes room. */
const socketsMost = 64;
/** What fits a frame without fragments. */
const dataBytesMost = 1472;

/**
 * Lets a guest's programs talk to programs on this host: datagrams for forwarded ports of the remote host go out by a
 * socket for each guest's endpoint, and what comes to the socket goes back to it.
 */
export class UdpForwarder {
  readonly #hostPorts: ReadonlyMap<number, number>;
  readonly #controller: Pick<NetworkController, 'inject'>;
  readonly #sockets = new Map<string, Socket>();
  readonly #ring: RecordRing;
  #closed = false;

  constructor(forwards: readonly PortForward[], ring: RecordRing, controller: Pick<NetworkController, 'inject'>) {
    this.#hostPorts = new Map(forwards.map(({ port, hostPort }) => [port, hostPort]));
    this.#controller = controller;
    this.#ring = ring;
    void this.#serve();
  }

  close(): void {
    this.#closed = true;
    this.#ring.wake();
    for (const socket of this.#sockets.values()) socket.close();
    this.#sockets.clear();
  }

  async #serve(): Promise<void> {
    while (!this.#closed) {
      this.#ring.take((frame) => this.#send(frame));
      await this.#ring.change();
    }
  }

  #send(frame: Uint8Array): void {
    const datagram = parseIpv4(frame), parsed = datagram && parseUdp(datagram);
    const hostPort = parsed && this.#hostPorts.get(parsed.toPort);
    if (datagram === undefined || parsed === undefined || hostPort === undefined) return;
    const guest: Endpoint = { ...datagram.from, port: parsed.fromPort };
    const mac = frame.slice(ethernet.destination, ethernet.destination + 6);
    const socket = this.#socketFor(guest, { mac, ip: datagram.to, port: parsed.toPort });
    // As on any network, what cannot be delivered is lost.
    socket.send(parsed.data, hostPort, loopback, () => {});
  }

  #socketFor(guest: Endpoint, peer: Endpoint): Socket {
    const key = `${guest.ip}:${guest.port} ${peer.port}`;
    const known = this.#sockets.get(key);
    if (known !== undefined) return known;
    for (const [oldest, socket] of this.#sockets) {
      if (this.#sockets.size < socketsMost) break;
      socket.close();
      this.#sockets.delete(oldest);
    }
    const socket = createSocket('udp4');
    socket.on('error', () => {});
    socket.on('message', (data) => {
      if (data.length > dataBytesMost) return;
      const payload = udpPayload(peer, guest, data);
      this.#controller.inject(ipv4Frame(peer, guest, { protocol: protocol.UDP, identification: 0 }, payload));
    });
    socket.bind({ port: 0, address: loopback });
    socket.unref();
    this.#sockets.set(key, socket);
    return socket;
  }
}
