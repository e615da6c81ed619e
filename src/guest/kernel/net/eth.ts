/** Ethernet's header: Linux 2.4, net/ethernet/eth.c. */
import { EBUSY } from '../errno.ts';
import { memcmp, memcpy, memset } from '../../lib/memory.ts';
import { htons, ntohs } from './byteorder.ts';
import {
  ARPHRD_ETHER, ETH_ALEN, ETH_DATA_LEN, ETH_HLEN, ETH_P_802_2, ETH_P_802_3, EthHdr, IFF_BROADCAST, IFF_MULTICAST,
  Sockaddr,
} from './if.ts';
import { type NetDevice, netif_running } from './netdevice.ts';
import { PACKET_BROADCAST, PACKET_MULTICAST, PACKET_OTHERHOST, skb_pull, skb_push, type SkBuff } from './skbuff.ts';

/** From this on `h_proto` is a type; below, a length: IEEE 802.3, section 3.2.6. */
const LEAST_TYPE = 1536;

/** What all Ethernet interfaces have in common. */
export function ether_setup(dev: NetDevice): void {
  dev.hard_header = eth_header;
  dev.set_mac_address = eth_mac_addr;
  dev.type = ARPHRD_ETHER;
  dev.hard_header_len = ETH_HLEN;
  dev.mtu = ETH_DATA_LEN;
  dev.addr_len = ETH_ALEN;
  dev.tx_queue_len = 100;
  memset(dev.broadcast, 0xff, ETH_ALEN);
  dev.flags = IFF_BROADCAST | IFF_MULTICAST;
}

/**
 * Puts a header before the packet: its length, or negated if the destination is not known (`daddr` 0). `saddr` 0 is the
 * interface's own; `type` is in host byte order, and for ETH_P_802_3 `length` is written.
 */
export function eth_header(skb: SkBuff, dev: NetDevice, type: u32, daddr: usize, saddr: usize, length: u32): i32 {
  const eth = cast<EthHdr>(skb_push(skb, ETH_HLEN));
  eth.h_proto = htons(type === ETH_P_802_3 ? length : type);
  memcpy(eth.h_source, saddr === 0 ? cast<unknown>(dev.dev_addr) : cast<unknown>(saddr), ETH_ALEN);
  if (daddr === 0) return -ETH_HLEN;
  memcpy(eth.h_dest, cast(daddr), ETH_ALEN);
  return ETH_HLEN;
}

/**
 * A frame has come in by `dev`: takes the header off, says whom it is for in pkt_type, and gives its type in network
 * byte order, for skb.protocol.
 */
export function eth_type_trans(skb: SkBuff, dev: NetDevice): u16 {
  const eth = cast<EthHdr>(skb.data);
  skb.mac = skb.data;
  skb_pull(skb, ETH_HLEN);
  skb.dev = dev;
  if (eth.h_dest[0] & 1) {
    skb.pkt_type = memcmp(eth.h_dest, dev.broadcast, ETH_ALEN) === 0 ? PACKET_BROADCAST : PACKET_MULTICAST;
  } else if (memcmp(eth.h_dest, dev.dev_addr, ETH_ALEN) !== 0) {
    // Seen only because the interface is promiscuous, or the hardware's filter lets others pass.
    skb.pkt_type = PACKET_OTHERHOST;
  }
  return ntohs(eth.h_proto) >= LEAST_TYPE ? eth.h_proto : htons(ETH_P_802_2);
}

/** set_mac_address for hardware that looks at dev_addr when it is opened. */
export function eth_mac_addr(dev: NetDevice, address: usize): i32 {
  if (netif_running(dev)) return -EBUSY;
  memcpy(dev.dev_addr, cast<Sockaddr>(address).sa_data, ETH_ALEN);
  return 0;
}
