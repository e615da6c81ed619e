import { Cable, cableBytes, type NetOptions } from '../../../src/machine/peers/cable.ts';
import { ipv4Frame, parseIpv4, parseUdp, protocol, udpPayload, viewOf } from '../../../src/machine/peers/packets.ts';

export const guest = { mac: Uint8Array.of(0x52, 0x54, 0, 0x12, 0x34, 0x56), ip: 0x0a00_020f } as const;
export const peer = { mac: Uint8Array.of(0x52, 0x55, 10, 0, 2, 2), ip: 0x0a00_0202 } as const;

export interface Arrival { readonly frame: Uint8Array; readonly isGood: boolean; readonly ns: number }

/** A cable of 1 Gb/s with the remote host at its end, and somebody who notes what arrives. */
export function cableRig(options: Partial<NetOptions> = {}) {
  const arrivals: Arrival[] = [];
  const links: boolean[] = [];
  const buffer = new SharedArrayBuffer(cableBytes);
  let now = 0;
  const cable = new Cable(buffer, 0, { mac: guest.mac, ...options, bitsPerSecond: 1e9 }, {
    arrive: (frame, isGood) => { arrivals.push({ frame: frame.slice(), isGood, ns: now }); },
    linkChanged: () => { links.push(cable.wire.isUp); },
  });
  cable.reset();
  return {
    buffer, cable, links, wire: cable.wire,
    get now() { return now; },
    send: (frame: Uint8Array) => cable.wire.send(frame, now),
    /** Lets time pass, and tells what has arrived. */
    pass(ns: number): Arrival[] {
      const end = now + ns;
      while (cable.wire.due <= end) {
        now = Math.max(now, cable.wire.due);
        cable.wire.tick(now);
      }
      now = end;
      return arrivals.splice(0);
    },
    /** Sends a UDP datagram from a port of the guest's, and returns the datagrams that came by the end of `ns`. */
    udp(toPort: number, data: Uint8Array, { ns = 1e6, port = 5000 } = {}) {
      cable.wire.send(udpFrame(port, toPort, data), now);
      return this.pass(ns).flatMap(({ frame, isGood, ns: at }) => {
        const datagram = parseIpv4(frame);
        const found = isGood && datagram?.protocol === protocol.UDP ? parseUdp(datagram) : undefined;
        return found === undefined ? [] : [{ ...found, data: found.data.slice(), at }];
      });
    },
  };
}

/** A frame of the guest's with a UDP datagram. */
export const udpFrame = (fromPort: number, toPort: number, data: Uint8Array) =>
  ipv4Frame(guest, peer, { protocol: protocol.UDP, identification: 1 },
    udpPayload({ ...guest, port: fromPort }, { ...peer, port: toPort }, data));

export function words(...values: number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 4);
  values.forEach((value, index) => viewOf(bytes).setUint32(index * 4, value));
  return bytes;
}
