/**
 * IPv4's headers and the parts it is of: RFC 791; Linux 2.4, include/linux/ip.h, include/net/ip.h, protocol.h, snmp.h.
 */
import type { SkBuff } from '../skbuff.ts';

/** Words of more than one byte are in network byte order. */
export class Iphdr {
  /** Version, 4, in the upper half, words of the header in the lower. */
  version_ihl: u8;
  tos: u8;
  tot_len: u16;
  id: u16;
  frag_off: u16;
  ttl: u8;
  protocol: u8;
  check: u16;
  saddr: u32;
  daddr: u32;
}

/** Of a header without options: the only ones sent. */
export const IP_HEADER_LEN = 20;
/** Version 4, five words. */
export const IP_VERSION_IHL = 0x45;
export const IP_MAX_LEN = 65535;
export const IPDEFTTL = 64;

// Iphdr.frag_off, in host byte order.
export const IP_DF = 0x4000;
export const IP_MF = 0x2000;
export const IP_OFFSET = 0x1fff;

/** The header of a packet that has been looked at, or is being built. @inline */
export function ip_hdr(skb: SkBuff): Iphdr {
  return cast<Iphdr>(skb.nh);
}

/** What takes packets of a protocol number: TCP's will be another. */
export class InetProtocol {
  /** The packet from its own header on, ip_hdr before it; takes it over. In NET_RX_SOFTIRQ. */
  handler: (skb: SkBuff) => i32;
  /** An ICMP message has come about a packet of ours, whose IP header is at `iph`, followed by 8 bytes at least. */
  err_handler: ((skb: SkBuff, iph: Iphdr, info: u32) => void) | null;
  protocol: u32;
}

/** Counts of RFC 1213's groups ip, icmp and udp, which all harts add to without a lock: near enough. */
export class IpMib {
  InReceives: u32;
  InHdrErrors: u32;
  InAddrErrors: u32;
  InUnknownProtos: u32;
  InDiscards: u32;
  InDelivers: u32;
  OutRequests: u32;
  OutDiscards: u32;
  OutNoRoutes: u32;
  /** Fragments that came in: all are dropped. */
  ReasmFails: u32;
}

export class IcmpMib {
  InMsgs: u32;
  InErrors: u32;
  InDestUnreachs: u32;
  InEchos: u32;
  InEchoReps: u32;
  OutMsgs: u32;
  OutErrors: u32;
  OutDestUnreachs: u32;
  OutEchos: u32;
  OutEchoReps: u32;
}

export class UdpMib {
  InDatagrams: u32;
  NoPorts: u32;
  InErrors: u32;
  OutDatagrams: u32;
}

export let ip_statistics!: Embed<IpMib>;
export let icmp_statistics!: Embed<IcmpMib>;
export let udp_statistics!: Embed<UdpMib>;
