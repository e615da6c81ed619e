/** The interface whose other end is itself: Linux 2.4, drivers/net/loopback.c. */
import { BUG_ON } from '../debug/panic.ts';
import { memset } from '../../lib/memory.ts';
import { strlcpy } from '../../lib/string.ts';
import { register_netdev } from './dev.ts';
import { eth_header, eth_type_trans } from './eth.ts';
import { ARPHRD_LOOPBACK, ETH_ALEN, ETH_HLEN, IFF_LOOPBACK, IFNAMSIZ } from './if.ts';
import { NetDevice, NetDeviceStats } from './netdevice.ts';
import { netif_rx } from './rx.ts';
import { CHECKSUM_UNNECESSARY, PACKET_HOST, skb_orphan, skb_share_check, type SkBuff } from './skbuff.ts';
import { GFP_ATOMIC } from '../mm/page_alloc.ts';

/** 16 KiB of data, and headers of IP and TCP with a time stamp. */
const LOOPBACK_MTU = 16 * 1024 + 20 + 20 + 12;

export let loopback_dev!: Embed<NetDevice>;
/** Under xmit_lock. */
let loopback_stats!: Embed<NetDeviceStats>;

export function loopback_init(): void {
  const dev = loopback_dev;
  memset(dev, 0, sizeof<NetDevice>());
  strlcpy(ptr(dev.name[0]), 'lo', IFNAMSIZ);
  dev.mtu = LOOPBACK_MTU;
  dev.hard_start_xmit = loopback_xmit;
  dev.hard_header = eth_header;
  dev.hard_header_len = ETH_HLEN;
  dev.addr_len = ETH_ALEN;
  // Never full, so no queue.
  dev.tx_queue_len = 0;
  dev.type = ARPHRD_LOOPBACK;
  dev.flags = IFF_LOOPBACK;
  dev.get_stats = get_stats;
  BUG_ON(register_netdev(dev) !== 0);
}

/** What is sent comes in, by the softnet queue of the hart that sent it. */
function loopback_xmit(skb: SkBuff, dev: NetDevice): i32 {
  // From here on it is what came in: the sender has its room back, as if it had left the machine.
  skb_orphan(skb);
  const mine = skb_share_check(skb, GFP_ATOMIC);
  if (mine === null) {
    loopback_stats.tx_dropped++;
    return 0;
  }
  mine.protocol = eth_type_trans(mine, dev);
  mine.pkt_type = PACKET_HOST;
  mine.dev = dev;
  mine.ip_summed = CHECKSUM_UNNECESSARY;
  loopback_stats.tx_packets++;
  loopback_stats.tx_bytes += mine.len;
  loopback_stats.rx_packets++;
  loopback_stats.rx_bytes += mine.len;
  netif_rx(mine);
  return 0;
}

function get_stats(dev: NetDevice): NetDeviceStats | null {
  return loopback_stats;
}
