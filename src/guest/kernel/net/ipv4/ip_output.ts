/**
 * IPv4 packets on their way out: Linux 2.4, net/ipv4/ip_output.c. Packets that are larger than the interface takes are
 * refused, EMSGSIZE: nothing is fragmented, and all that is sent says "do not fragment".
 */
import { EMSGSIZE } from '../../errno.ts';
import { Atomic, atomic_add_return } from '../../locking/atomic.ts';
import { htons } from '../byteorder.ts';
import { ip_fast_csum } from '../checksum.ts';
import { ETH_P_IP, IFF_LOOPBACK } from '../if.ts';
import type { NetDevice } from '../netdevice.ts';
import { kfree_skb, skb_push, type SkBuff } from '../skbuff.ts';
import { dev_queue_xmit } from '../xmit.ts';
import { RTN_BROADCAST, RTN_MULTICAST, RTN_UNICAST } from './devinet.ts';
import { IP_DF, IP_HEADER_LEN, IP_VERSION_IHL, ip_hdr, ip_statistics } from './ip.ts';
import { neigh_resolve_output } from './neighbour.ts';
import type { Rtable } from './route.ts';

let ip_ident!: Embed<Atomic>;

/** Room before the IP header that the interface's header needs, so that the IP header is at a multiple of 4. */
export function LL_RESERVED_SPACE(dev: NetDevice): u32 {
  return (dev.hard_header_len + 15) & ~15;
}

/**
 * Puts an IP header before what the packet holds and sends it on the way `rt`, which the caller puts afterwards: 0, or
 * a negated error if it could not even be queued. @consumes skb
 */
export function ip_build_and_send_pkt(skb: SkBuff, rt: Rtable, protocol: u32, tos: u32, ttl: u32): i32 {
  skb.nh = skb_push(skb, IP_HEADER_LEN);
  const iph = ip_hdr(skb);
  iph.version_ihl = IP_VERSION_IHL;
  iph.tos = tos;
  iph.tot_len = htons(skb.len);
  iph.id = htons(atomic_add_return(1, ip_ident) as u32);
  iph.frag_off = htons(IP_DF);
  iph.ttl = ttl;
  iph.protocol = protocol;
  iph.check = 0;
  iph.saddr = rt.src;
  iph.daddr = rt.dst;
  iph.check = ip_fast_csum(skb.nh, IP_HEADER_LEN / 4);
  ip_statistics.OutRequests++;
  return ip_output(skb, rt);
}

/** A packet with its IP header. @consumes skb */
export function ip_output(skb: SkBuff, rt: Rtable): i32 {
  const dev = rt.dev;
  skb.dev = dev;
  skb.protocol = htons(ETH_P_IP);
  if (skb.len > dev.mtu) {
    ip_statistics.OutDiscards++;
    kfree_skb(skb);
    return -EMSGSIZE;
  }
  const sent = rt.type === RTN_UNICAST && dev.hard_header !== null && (dev.flags & IFF_LOOPBACK) === 0
    ? neigh_resolve_output(skb, dev, rt.gateway) : send_without_neighbour(skb, rt);
  // A packet that the interface's queue dropped was sent, as far as we know: it may be lost further on just as well.
  return sent > 0 ? 0 : sent;
}

/** To all, to a group, or to where nobody needs to be told apart. */
function send_without_neighbour(skb: SkBuff, rt: Rtable): i32 {
  const dev = rt.dev, hard_header = dev.hard_header, group = local<Arr<u8, 8>>();
  let to = addr(dev.dev_addr);
  if (rt.type === RTN_BROADCAST) to = addr(dev.broadcast);
  else if (rt.type === RTN_MULTICAST) {
    ip_eth_mc_map(rt.dst, group);
    to = addr(group);
  }
  if (hard_header !== null && hard_header(skb, dev, ETH_P_IP, to, 0, skb.len) < 0) {
    kfree_skb(skb);
    return 0;
  }
  return dev_queue_xmit(skb);
}

/** The Ethernet address of a group: RFC 1112, section 6.4. */
function ip_eth_mc_map(group: u32, to: Ptr<u8>): void {
  to[0] = 0x01;
  to[1] = 0x00;
  to[2] = 0x5e;
  to[3] = (group >>> 8) & 0x7f;
  to[4] = group >>> 16;
  to[5] = group >>> 24;
}
