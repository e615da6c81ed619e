/** Hardware addresses by asking all: RFC 826; Linux 2.4, net/ipv4/arp.c. What is found is kept in neighbour.ts. */
import { GFP_ATOMIC } from '../../mm/page_alloc.ts';
import { memcpy } from '../../../lib/memory.ts';
import { htons } from '../byteorder.ts';
import { ARPHRD_ETHER, ETH_ALEN, ETH_P_ARP, ETH_P_IP, IFF_LOOPBACK, IFF_NOARP } from '../if.ts';
import type { NetDevice } from '../netdevice.ts';
import { dev_add_pack, type PacketType } from '../rx.ts';
import {
  alloc_skb, kfree_skb, PACKET_HOST, PACKET_OTHERHOST, skb_put, skb_reserve, skb_share_check, type SkBuff,
} from '../skbuff.ts';
import { dev_queue_xmit } from '../xmit.ts';
import { inet_addr_type, inet_dev_has_addr, inet_select_addr, LOOPBACK, MULTICAST, RTN_LOCAL } from './devinet.ts';
import { ip_hdr } from './ip.ts';
import {
  type Neighbour, neigh_first_packet, neigh_get, neigh_get_address, neigh_lookup, neigh_release, neigh_update,
  NUD_PROBE, NUD_REACHABLE, NUD_STALE,
} from './neighbour.ts';

const ARPOP_REQUEST = 1;
const ARPOP_REPLY = 2;

/** A packet for Ethernet and IPv4; words of more than a byte are in network byte order, addresses not aligned. */
class Arphdr {
  ar_hrd: u16;
  ar_pro: u16;
  ar_hln: u8;
  ar_pln: u8;
  ar_op: u16;
  ar_sha: Arr<u8, 6>;
  ar_sip: Arr<u8, 4>;
  ar_tha: Arr<u8, 6>;
  ar_tip: Arr<u8, 4>;
}

let arp_packet_type!: Embed<PacketType>;

export function arp_init(): void {
  arp_packet_type.type = htons(ETH_P_ARP);
  arp_packet_type.func = arp_rcv;
  dev_add_pack(arp_packet_type);
}

/** Asks for a neighbour's address: itself, if it had one that may still be right, or all. */
export function arp_solicit(neigh: Neighbour): void {
  const address = local<Arr<u8, 8>>(), dev = neigh.dev, target = neigh.primary_key;
  const known = neigh_get_address(neigh, addr(address)) && neigh.nud_state === NUD_PROBE;
  arp_send(ARPOP_REQUEST, target, dev, source_for(neigh), known ? addr(address) : 0);
}

/** The sender's own address of the packet that waits, if it is one of ours. */
function source_for(neigh: Neighbour): u32 {
  const skb = neigh_first_packet(neigh);
  if (skb === null) return inet_select_addr(neigh.dev);
  const saddr = ip_hdr(skb).saddr;
  kfree_skb(skb);
  return inet_addr_type(saddr) === RTN_LOCAL && !LOOPBACK(saddr) ? saddr : inet_select_addr(neigh.dev);
}

/** Sends a packet to hardware address `dest_hw`, or to all for 0. Addresses in network byte order. */
function arp_send(op: u32, dest_ip: u32, dev: NetDevice, src_ip: u32, dest_hw: usize): void {
  const hard_header = dev.hard_header;
  if (dev.flags & IFF_NOARP || hard_header === null || dev.addr_len !== ETH_ALEN) return;
  const room = (dev.hard_header_len + 15) & ~15, skb = alloc_skb(room + sizeof<Arphdr>(), GFP_ATOMIC);
  if (skb === null) return;
  skb_reserve(skb, room);
  skb.nh = skb_put(skb, sizeof<Arphdr>());
  skb.dev = dev;
  skb.protocol = htons(ETH_P_ARP);
  const arp = cast<Arphdr>(skb.nh), to = dest_hw === 0 ? addr(dev.broadcast) : dest_hw;
  arp.ar_hrd = htons(ARPHRD_ETHER);
  arp.ar_pro = htons(ETH_P_IP);
  arp.ar_hln = ETH_ALEN;
  arp.ar_pln = 4;
  arp.ar_op = htons(op);
  memcpy(arp.ar_sha, dev.dev_addr, ETH_ALEN);
  put_address(arp.ar_sip, src_ip);
  // A request does not say what it asks for.
  for (let at: u32 = 0; at < ETH_ALEN; at++) arp.ar_tha[at] = dest_hw === 0 ? 0 : cast<Ptr<u8>>(dest_hw)[at];
  put_address(arp.ar_tip, dest_ip);
  if (hard_header(skb, dev, ETH_P_ARP, to, 0, skb.len) < 0) kfree_skb(skb);
  else dev_queue_xmit(skb);
}

/** A packet of type ARP. */
function arp_rcv(given: SkBuff, dev: NetDevice, pt: PacketType): i32 {
  const skb = skb_share_check(given, GFP_ATOMIC);
  if (skb === null) return 0;
  if (is_sound(skb, dev)) arp_process(cast<Arphdr>(skb.data), dev, skb.pkt_type);
  kfree_skb(skb);
  return 0;
}

function is_sound(skb: SkBuff, dev: NetDevice): bool {
  const arp = cast<Arphdr>(skb.data);
  return skb.len >= sizeof<Arphdr>() && skb.pkt_type !== PACKET_OTHERHOST
    && (dev.flags & (IFF_NOARP | IFF_LOOPBACK)) === 0 && dev.addr_len === ETH_ALEN && arp.ar_hrd === htons(ARPHRD_ETHER)
    && arp.ar_pro === htons(ETH_P_IP) && arp.ar_hln === ETH_ALEN && arp.ar_pln === 4;
}

function arp_process(arp: Arphdr, dev: NetDevice, pkt_type: u32): void {
  const sip = get_address(arp.ar_sip), tip = get_address(arp.ar_tip), sha = addr(arp.ar_sha);
  const request = arp.ar_op === htons(ARPOP_REQUEST);
  if ((!request && arp.ar_op !== htons(ARPOP_REPLY)) || LOOPBACK(tip) || MULTICAST(tip)) return;
  if (request && tip !== 0 && inet_dev_has_addr(dev, tip)) {
    // RFC 2131, section 4.4.1: who asks from 0 wants to know whether the address is taken.
    if (sip !== 0) neigh_event_ns(dev, sip, sha);
    arp_send(ARPOP_REPLY, sip, dev, tip, sha);
    return;
  }
  const neigh = neigh_lookup(dev, sip);
  if (neigh === null) return;
  // Only who was asked has answered; others say it to all, in case somebody wants to know.
  neigh_update(neigh, sha, !request && pkt_type === PACKET_HOST ? NUD_REACHABLE : NUD_STALE);
  neigh_release(neigh);
}

/** Who asks for us will be sent an answer soon: its address is worth keeping. */
function neigh_event_ns(dev: NetDevice, sip: u32, sha: usize): void {
  if (inet_addr_type(sip) === RTN_LOCAL || MULTICAST(sip)) return;
  const neigh = neigh_get(dev, sip);
  if (neigh === null) return;
  neigh_update(neigh, sha, NUD_STALE);
  neigh_release(neigh);
}

function get_address(bytes: Ptr<u8>): u32 {
  return bytes[0] | bytes[1] << 8 | bytes[2] << 16 | bytes[3] << 24;
}

function put_address(bytes: Ptr<u8>, address: u32): void {
  for (let at: u32 = 0; at < 4; at++) bytes[at] = address >>> (8 * at);
}
