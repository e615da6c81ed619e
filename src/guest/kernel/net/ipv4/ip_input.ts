/**
 * IPv4 packets on their way in: Linux 2.4, net/ipv4/ip_input.c. This machine is a host, no router: what is not for it
 * is dropped. Fragments are dropped too, and counted: our own networks' hosts find the path's size by "do not
 * fragment".
 */
import { GFP_ATOMIC } from '../../mm/page_alloc.ts';
import { htons, ntohs } from '../byteorder.ts';
import { ip_fast_csum } from '../checksum.ts';
import { ETH_P_IP, IFF_LOOPBACK } from '../if.ts';
import type { NetDevice } from '../netdevice.ts';
import { dev_add_pack, type PacketType } from '../rx.ts';
import {
  kfree_skb, PACKET_BROADCAST, PACKET_HOST, PACKET_OTHERHOST, skb_pull, skb_share_check, skb_trim, type SkBuff,
} from '../skbuff.ts';
import { BADCLASS, inet_addr_type, LOOPBACK, MULTICAST, RTN_BROADCAST, RTN_LOCAL } from './devinet.ts';
import { ICMP_DEST_UNREACH, ICMP_PROT_UNREACH, icmp_send } from './icmp.ts';
import { InetProtocol, IP_HEADER_LEN, ip_hdr, Iphdr, IP_MF, IP_OFFSET, ip_statistics } from './ip.ts';
import { raw_v4_input } from './raw.ts';

/** By protocol number. Written at boot only. */
export let inet_protos!: Arr<InetProtocol | null, 256>;

let ip_packet_type!: Embed<PacketType>;

export function ip_init(): void {
  ip_packet_type.type = htons(ETH_P_IP);
  ip_packet_type.func = ip_rcv;
  dev_add_pack(ip_packet_type);
}

/** A protocol takes packets of its number from now on. */
export function inet_add_protocol(prot: InetProtocol): void {
  inet_protos[prot.protocol] = prot;
}

/** A packet of type IP. */
function ip_rcv(given: SkBuff, dev: NetDevice, pt: PacketType): i32 {
  if (given.pkt_type === PACKET_OTHERHOST) {
    kfree_skb(given);
    return 0;
  }
  ip_statistics.InReceives++;
  const skb = skb_share_check(given, GFP_ATOMIC);
  if (skb === null) {
    ip_statistics.InDiscards++;
    return 0;
  }
  if (!is_sound(skb)) ip_statistics.InHdrErrors++;
  else if (!is_for_us(skb, dev)) ip_statistics.InAddrErrors++;
  else if (ntohs(ip_hdr(skb).frag_off) & (IP_MF | IP_OFFSET)) ip_statistics.ReasmFails++;
  else return ip_local_deliver(skb);
  kfree_skb(skb);
  return 0;
}

/** RFC 1122, section 3.2.1: version, length, checksum. Cuts the frame's padding off. */
function is_sound(skb: SkBuff): bool {
  const iph = cast<Iphdr>(skb.data);
  if (skb.len < IP_HEADER_LEN) return false;
  const words = iph.version_ihl & 15, length = ntohs(iph.tot_len);
  if (iph.version_ihl >>> 4 !== 4 || words < 5 || words * 4 > length || length > skb.len) return false;
  if (ip_fast_csum(skb.data, words) !== 0) return false;
  skb.nh = skb.data;
  skb_trim(skb, length);
  return true;
}

/** Sections 3.2.1.3 and 3.3.6: for an address of ours, from one that may be a host's. Sets pkt_type by the address. */
function is_for_us(skb: SkBuff, dev: NetDevice): bool {
  const saddr = ip_hdr(skb).saddr, daddr = ip_hdr(skb).daddr, loopback = (dev.flags & IFF_LOOPBACK) !== 0;
  if (MULTICAST(saddr) || BADCLASS(saddr)) return false;
  if (!loopback && (LOOPBACK(saddr) || LOOPBACK(daddr))) return false;
  const type = inet_addr_type(daddr);
  if (type === RTN_BROADCAST) skb.pkt_type = PACKET_BROADCAST;
  return type === RTN_BROADCAST || (type === RTN_LOCAL && skb.pkt_type === PACKET_HOST);
}

/** Gives the packet to raw sockets, copies of it, and to its protocol. @consumes skb */
function ip_local_deliver(skb: SkBuff): i32 {
  const iph = ip_hdr(skb), protocol = iph.protocol;
  skb.h = skb_pull(skb, (iph.version_ihl & 15) * 4);
  const raw = raw_v4_input(skb, protocol), ipprot = inet_protos[protocol];
  if (ipprot !== null) {
    ip_statistics.InDelivers++;
    return ipprot.handler(skb);
  }
  if (raw) ip_statistics.InDelivers++;
  else {
    ip_statistics.InUnknownProtos++;
    icmp_send(skb, ICMP_DEST_UNREACH, ICMP_PROT_UNREACH, 0);
  }
  kfree_skb(skb);
  return 0;
}
