/**
 * /proc/net: Linux 2.4, net/core/dev.c (dev_get_info, softnet_get_info), net/ipv4/arp.c, fib_hash.c, udp.c, proc.c.
 * Each file is at most a page.
 */
import { cpu_online, NR_CPUS } from '../arch/cpu.ts';
import { PAGE_SIZE } from '../arch/layout.ts';
import { BUG_ON } from '../debug/panic.ts';
import { create_proc_read_entry, proc_mkdir } from '../fs/proc/proc_fs.ts';
import { atomic_read } from '../locking/atomic.ts';
import { read_lock_bh, read_unlock_bh } from '../locking/rwlock.ts';
import { vsnprintf } from '../../lib/format.ts';
import { memset } from '../../lib/memory.ts';
import { dev_base, dev_base_lock } from './dev.ts';
import { icmp_statistics, ip_statistics, udp_statistics } from './ipv4/ip.ts';
import { type Neighbour, neigh_for_each, NUD_VALID } from './ipv4/neighbour.ts';
import { type FibEntry, fib_for_each } from './ipv4/route.ts';
import { udp_for_each } from './ipv4/udp_hash.ts';
import { dev_name, type NetDevice, NetDeviceStats } from './netdevice.ts';
import { skb_count } from './skbuff.ts';
import { sk_count, type Sock } from './sock.ts';
import { softnet_data } from './softnet.ts';
import { ntohs } from './byteorder.ts';

/** Text for a page; what does not fit any more is left out. */
class TextPage {
  at: usize;
  length: u32;
}

export function net_proc_init(): void {
  const net = proc_mkdir('net', null);
  BUG_ON(net === null);
  create_proc_read_entry('dev', 0o444, net, read_page, cast<usize>(dev_get_info));
  create_proc_read_entry('arp', 0o444, net, read_page, cast<usize>(arp_get_info));
  create_proc_read_entry('route', 0o444, net, read_page, cast<usize>(fib_get_info));
  create_proc_read_entry('udp', 0o444, net, read_page, cast<usize>(udp_get_info));
  create_proc_read_entry('snmp', 0o444, net, read_page, cast<usize>(snmp_get_info));
  create_proc_read_entry('sockstat', 0o444, net, read_page, cast<usize>(sockstat_get_info));
  create_proc_read_entry('softnet_stat', 0o444, net, read_page, cast<usize>(softnet_get_info));
}

function read_page(page: Ptr<u8>, start: Ptr<usize>, off: i32, count: i32, eof: Ptr<i32>, data: usize): i32 {
  const out = local<TextPage>(), get_info = cast<(out: TextPage) => void>(data);
  out.at = addr(page);
  out.length = 0;
  get_info(out);
  eof[0] = 1;
  return out.length as i32;
}

function put(out: TextPage, format: cstr, ...args: VarArg[]): void {
  const room = PAGE_SIZE - out.length;
  const length = vsnprintf(cast<Ptr<u8>>(out.at + out.length), room, format, cells(args));
  // A line that is cut is none.
  if (length < room) out.length += length;
}

function dev_get_info(out: TextPage): void {
  put(out, 'Inter-|   Receive                                                |  Transmit\n');
  put(out, ' face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls');
  put(out, ' carrier compressed\n');
  read_lock_bh(dev_base_lock);
  for (let dev = dev_base; dev !== null; dev = dev.next) put_stats(out, dev);
  read_unlock_bh(dev_base_lock);
}

function put_stats(out: TextPage, dev: NetDevice): void {
  const zero = local<NetDeviceStats>(), get_stats = dev.get_stats;
  memset(zero, 0, sizeof<NetDeviceStats>());
  const found = get_stats === null ? zero : get_stats(dev), stats = found === null ? zero : found;
  put(out, '%6s:%8u %7u %4u %4u %4u %5u %10u %9u %8u %7u %4u %4u %4u %5u %7u %10u\n', dev_name(dev),
    stats.rx_bytes, stats.rx_packets, stats.rx_errors, stats.rx_dropped + stats.rx_missed_errors, stats.rx_fifo_errors,
    stats.rx_length_errors + stats.rx_over_errors + stats.rx_crc_errors + stats.rx_frame_errors, stats.rx_compressed,
    stats.multicast, stats.tx_bytes, stats.tx_packets, stats.tx_errors, stats.tx_dropped + dev.qdisc_drops,
    stats.tx_fifo_errors, stats.collisions,
    stats.tx_carrier_errors + stats.tx_aborted_errors + stats.tx_window_errors + stats.tx_heartbeat_errors,
    stats.tx_compressed);
}

function arp_get_info(out: TextPage): void {
  put(out, 'IP address       HW type     Flags       HW address            Mask     Device\n');
  neigh_for_each(put_neighbour, addr(out));
}

function put_neighbour(neigh: Neighbour, arg: usize): void {
  const out = cast<TextPage>(arg), ha = neigh.ha, valid: u32 = neigh.nud_state & NUD_VALID ? 2 : 0;
  put_address(out, neigh.primary_key);
  put(out, '0x%-10x0x%-10x%02x:%02x:%02x:%02x:%02x:%02x     *        %s\n', neigh.dev.type, valid, ha[0], ha[1], ha[2],
    ha[3], ha[4], ha[5], dev_name(neigh.dev));
}

/** In 17 columns. */
function put_address(out: TextPage, address: u32): void {
  const before = out.length;
  put(out, '%u.%u.%u.%u', address & 0xff, (address >>> 8) & 0xff, (address >>> 16) & 0xff, address >>> 24);
  put(out, '%*s', 17 - (out.length - before), '');
}

function fib_get_info(out: TextPage): void {
  put(out, 'Iface\tDestination\tGateway \tFlags\tMask\n');
  fib_for_each(put_route, addr(out));
}

/** Addresses as Linux writes them there: words as they lie in memory, in hexadecimal. */
function put_route(entry: FibEntry, arg: usize): void {
  const dev = entry.dev;
  if (dev === null) return;
  put(cast<TextPage>(arg), '%s\t%08X\t%08X\t%04X\t%08X\n', dev_name(dev), entry.dst, entry.gateway, entry.flags,
    entry.mask);
}

function udp_get_info(out: TextPage): void {
  put(out, 'local_address rem_address   st tx_queue rx_queue drops\n');
  udp_for_each(put_socket, addr(out));
}

function put_socket(sk: Sock, arg: usize): void {
  put(cast<TextPage>(arg), '%08X:%04X %08X:%04X %02X %08X %08X %u\n', sk.rcv_saddr, ntohs(sk.sport), sk.daddr,
    ntohs(sk.dport), sk.state, atomic_read(sk.wmem_alloc), atomic_read(sk.rmem_alloc), atomic_read(sk.drops));
}

function snmp_get_info(out: TextPage): void {
  const ip = ip_statistics, icmp = icmp_statistics, udp = udp_statistics;
  put(out, 'Ip: InReceives InHdrErrors InAddrErrors InUnknownProtos InDiscards InDelivers OutRequests OutDiscards');
  put(out, ' OutNoRoutes ReasmFails\nIp: %u %u %u %u %u %u %u %u %u %u\n', ip.InReceives, ip.InHdrErrors,
    ip.InAddrErrors, ip.InUnknownProtos, ip.InDiscards, ip.InDelivers, ip.OutRequests, ip.OutDiscards, ip.OutNoRoutes,
    ip.ReasmFails);
  put(out, 'Icmp: InMsgs InErrors InDestUnreachs InEchos InEchoReps OutMsgs OutErrors OutDestUnreachs OutEchoReps\n');
  put(out, 'Icmp: %u %u %u %u %u %u %u %u %u\n', icmp.InMsgs, icmp.InErrors, icmp.InDestUnreachs, icmp.InEchos,
    icmp.InEchoReps, icmp.OutMsgs, icmp.OutErrors, icmp.OutDestUnreachs, icmp.OutEchoReps);
  put(out, 'Udp: InDatagrams NoPorts InErrors OutDatagrams\nUdp: %u %u %u %u\n', udp.InDatagrams, udp.NoPorts,
    udp.InErrors, udp.OutDatagrams);
}

/** Objects in memory, for tests too: Linux has the first line's form. */
function sockstat_get_info(out: TextPage): void {
  put(out, 'sockets: used %u\nskbs: used %u\n', sk_count(), skb_count());
}

/** A line for each hart: packets, drops, runs out of time, throttles, collisions. */
function softnet_get_info(out: TextPage): void {
  for (let cpu: u32 = 0; cpu < NR_CPUS; cpu++) {
    const queue = softnet_data[cpu];
    if (cpu_online(cpu)) {
      put(out, '%08x %08x %08x %08x %08x\n', queue.total, queue.dropped, queue.time_squeeze, queue.throttled,
        queue.cpu_collision);
    }
  }
}
