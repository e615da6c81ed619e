/**
 * The network's parts in their order: Linux 2.4, net/socket.c (sock_init), net/core/dev.c (net_dev_init), af_inet.c.
 */
import { dev_init } from './dev.ts';
import { inet_family_ops } from './ipv4/af_inet.ts';
import { arp_init } from './ipv4/arp.ts';
import { devinet_init } from './ipv4/devinet.ts';
import { icmp_init } from './ipv4/icmp.ts';
import { ip_init } from './ipv4/ip_input.ts';
import { neigh_init } from './ipv4/neighbour.ts';
import { raw_init } from './ipv4/raw.ts';
import { route_init } from './ipv4/route.ts';
import { udp_init } from './ipv4/udp.ts';
import { udp_hash_init } from './ipv4/udp_hash.ts';
import { loopback_init } from './loopback.ts';
import { net_proc_init } from './proc.ts';
import { rtnetlink_init } from './rtnetlink.ts';
import { rx_init } from './rx.ts';
import { skb_init } from './skbuff.ts';
import { sk_init } from './sock.ts';
import { sock_init, sock_register } from './socket.ts';
import { softnet_init } from './softnet.ts';

/** After the file systems and modules; from a task. TCP's init will follow udp_init's. @sleeps */
export function net_init(): void {
  skb_init();
  sk_init();
  softnet_init();
  rx_init();
  rtnetlink_init();
  dev_init();
  sock_init();
  neigh_init();
  route_init();
  devinet_init();
  arp_init();
  ip_init();
  icmp_init();
  udp_hash_init();
  udp_init();
  raw_init();
  sock_register(inet_family_ops);
  loopback_init();
  net_proc_init();
}
