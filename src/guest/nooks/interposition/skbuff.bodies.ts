/**
 * Wrappers of packets. What an extension sends it reads where it is, as it may read all memory of the kernel's; what it
 * receives into lies in pages of its own, which it may write until it passes the packet on: they are mapped, and not
 * copied (Nooks, SOSP 2003, section 3.2). Of the SkBuff itself it has a version, of which the kernel takes what it has
 * checked, when the packet comes back.
 */
import { memcpy } from '../../lib/memory.ts';
import { PAGE_SIZE } from '../../kernel/arch/layout.ts';
import { __get_free_pages, free_pages, GFP_ATOMIC, MAX_ORDER } from '../../kernel/mm/page_alloc.ts';
import { PTE_R, PTE_W } from '../../kernel/mm/pgtable.ts';
import { NetDevice } from '../../kernel/net/netdevice.ts';
import { netif_rx } from '../../kernel/net/rx.ts';
import {
  build_skb, CHECKSUM_UNNECESSARY, kfree_skb, PACKET_OTHERHOST, skb_reserve, SkBuff,
} from '../../kernel/net/skbuff.ts';
import { dev_kfree_skb_irq } from '../../kernel/net/xmit.ts';
import { Domain } from '../isolation/domain.ts';
import { heap_alloc, heap_free } from '../isolation/heap.ts';
import { LIMIT_HEAP, limit_reached } from '../isolation/limits.ts';
import { flush_domain, grant, revoke_later } from '../isolation/memory.ts';
import { DriverCall } from '../isolation/xpc_entry.ts';
import { is_withheld, withhold_packet } from '../recovery/withheld.ts';
import {
  NooksObject, object_add, object_find, object_free, object_take,
} from '../tracker/objects.ts';
import { OBJECT_NETDEV, OBJECT_PACKET, OBJECT_SENT_PACKET } from '../tracker/types.ts';
import { nooks_bad_parameter, nooks_caller, nooks_crossing } from './check.ts';

/** Pages of packets that a domain may hold: a limit on resources, section 4.5 of the facts. */
const PACKET_PAGES_MAX = 2048;
/** As Linux's dev_alloc_skb leaves it, before the packet. */
const HEADROOM = 16;
const ALIGN = 16;

/**
 * Lends a packet that is to be sent, OBJECT_SENT_PACKET, with a version in the heap; null for no memory. `dev`: the
 * extension's version of skb.dev.
 */
export function lend_packet(domain: Domain, skb: SkBuff, dev: NetDevice): SkBuff | null {
  const version = cast<SkBuff | null>(heap_alloc(domain, sizeof<SkBuff>(), GFP_ATOMIC));
  if (version === null) return null;
  memcpy(version, skb, sizeof<SkBuff>());
  version.dev = dev;
  if (object_add(domain, OBJECT_SENT_PACKET, addr(skb), addr(version), sizeof<SkBuff>(), 0)) return version;
  heap_free(domain, addr(version), sizeof<SkBuff>());
  return null;
}

/** The extension did not take a packet that it was lent; false if it has given it back already. */
export function take_back_packet(domain: Domain, version: SkBuff): bool {
  const object = object_take(domain, OBJECT_SENT_PACKET, addr(version));
  if (object === null) return false;
  heap_free(domain, object.extension, object.size);
  object_free(object);
  return true;
}

export function body_dev_alloc_skb(length: u32): usize {
  return alloc_packet(length, HEADROOM);
}

export function body_alloc_skb(size: u32, gfp: u32): usize {
  return alloc_packet(size, 0);
}

/**
 * A packet with room for `length` bytes behind `reserved` ones, OBJECT_PACKET, in pages of its own, which also hold the
 * extension's version of the SkBuff. NooksObject.size: their bytes.
 */
function alloc_packet(length: u32, reserved: u32): usize {
  const domain = nooks_caller();
  if (length > PAGE_SIZE << (MAX_ORDER - 1)) return 0;
  const room = (length + reserved + ALIGN - 1) & ~(ALIGN - 1), bytes = room + sizeof<SkBuff>();
  let order: u32 = 0;
  while (order < MAX_ORDER && (PAGE_SIZE as u32) << order < bytes) order++;
  if (order === MAX_ORDER) return 0;
  if (domain.packet_pages + (1 << order) > PACKET_PAGES_MAX) {
    limit_reached(domain, LIMIT_HEAP);
    return 0;
  }
  const head = __get_free_pages(GFP_ATOMIC, order);
  if (head === 0) return 0;
  const skb = build_skb(head, room, GFP_ATOMIC);
  if (skb === null) {
    free_pages(head, order);
    return 0;
  }
  skb_reserve(skb, reserved);
  const version = cast<SkBuff>(head + room);
  memcpy(version, skb, sizeof<SkBuff>());
  if (grant(domain.root, head, PAGE_SIZE << order, PTE_R | PTE_W)
    && object_add(domain, OBJECT_PACKET, addr(skb), addr(version), PAGE_SIZE << order, 0)) {
    amoadd(addr(domain.packet_pages), 1 << order);
    return addr(version);
  }
  revoke_later(domain.root, head, PAGE_SIZE << order);
  flush_domain(domain.asid);
  kfree_skb(skb);
  return 0;
}

export function body_netif_rx(skb: usize): u32 {
  const domain = nooks_caller();
  const packet = find_packet(domain, skb);
  if (packet === null) return nooks_bad_parameter('netif_rx', 'skb');
  const bad = take_packet(domain, cast<SkBuff>(skb), packet);
  if (bad !== null) return nooks_bad_parameter('netif_rx', bad);
  if (!end_version(domain, skb)) return 0;
  const call = nooks_crossing();
  packet.next = call.passed;
  call.passed = packet;
  return 0;
}

function find_packet(domain: Domain, skb: usize): SkBuff | null {
  const packet = object_find(domain, OBJECT_PACKET, skb);
  return cast<SkBuff | null>(packet !== 0 ? packet : object_find(domain, OBJECT_SENT_PACKET, skb));
}

/** Takes what the extension says of a packet; null, or what of it cannot be. Each is read once: others may write it. */
function take_packet(domain: Domain, version: SkBuff, packet: SkBuff): cstr | null {
  const data = version.data, tail = version.tail, len = version.len, mac = version.mac;
  if (data - packet.head > packet.end - packet.head) return 'skb: data';
  if (tail < data || tail > packet.end) return 'skb: tail';
  if (len !== tail - data) return 'skb: len';
  if (mac !== 0 && (mac < packet.head || mac > data)) return 'skb: mac';
  const pkt_type = version.pkt_type, ip_summed = version.ip_summed;
  if (pkt_type > PACKET_OTHERHOST || ip_summed > CHECKSUM_UNNECESSARY) return 'skb: pkt_type';
  const dev = cast<NetDevice | null>(object_find(domain, OBJECT_NETDEV, addr(version.dev)));
  if (dev === null || !dev.registered) return 'skb: dev';
  packet.data = data;
  packet.tail = tail;
  packet.len = len;
  packet.mac = mac;
  packet.pkt_type = pkt_type;
  packet.ip_summed = ip_summed;
  packet.protocol = version.protocol;
  packet.csum = version.csum;
  packet.priority = version.priority;
  packet.dev = dev;
  return null;
}

export function body_kfree_skb(skb: usize): u32 {
  const domain = nooks_caller();
  const packet = find_packet(domain, skb);
  if (packet === null || !end_version(domain, skb)) return nooks_bad_parameter('kfree_skb', 'skb');
  const call = nooks_crossing();
  packet.next = call.returned;
  call.returned = packet;
  return 0;
}

export function body_dev_kfree_skb(skb: usize): u32 {
  return body_kfree_skb(skb);
}

export function body_dev_kfree_skb_irq(skb: usize): u32 {
  return body_kfree_skb(skb);
}

export function body_dev_kfree_skb_any(skb: usize): u32 {
  return body_kfree_skb(skb);
}

/** The extension holds a packet no longer; false if it has just ceased to on another hart. */
function end_version(domain: Domain, skb: usize): bool {
  let object = object_take(domain, OBJECT_PACKET, skb);
  if (object !== null) {
    revoke_later(domain.root, cast<SkBuff>(object.kernel).head, object.size);
    amoadd(addr(domain.packet_pages), -(object.size / PAGE_SIZE));
    nooks_crossing().revoked = 1;
  } else {
    object = object_take(domain, OBJECT_SENT_PACKET, skb);
    if (object === null) return false;
    heap_free(domain, object.extension, object.size);
  }
  object_free(object);
  return true;
}

/**
 * Packets that have come back begin their way: once no hart can write them any more, which all of them are told at
 * once. The lists have the last packet first.
 */
export function settle_packets(domain: Domain, call: DriverCall): void {
  if (call.revoked !== 0) flush_domain(domain.asid);
  call.revoked = 0;
  let passed: SkBuff | null = null;
  for (let skb = call.passed; skb !== null;) {
    const next: SkBuff | null = skb.next;
    skb.next = passed;
    passed = skb;
    skb = next;
  }
  call.passed = null;
  while (passed !== null) {
    const next: SkBuff | null = passed.next;
    passed.next = null;
    netif_rx(passed);
    passed = next;
  }
  for (let skb = call.returned; skb !== null;) {
    const next: SkBuff | null = skb.next;
    skb.next = null;
    dev_kfree_skb_irq(skb);
    skb = next;
  }
  call.returned = null;
}

/** Nobody is in the domain, and its page table goes with it. */
export function release_packet(domain: Domain, object: NooksObject): void {
  const skb = cast<SkBuff>(object.kernel);
  if (is_withheld(domain)) withhold_packet(domain, skb);
  else kfree_skb(skb);
}

/**
 * A device may read it still, and no more. It goes before the interface does, which waits for its users: they may wait
 * until what they have sent is gone.
 */
export function release_sent_packet(domain: Domain, object: NooksObject): void {
  kfree_skb(cast<SkBuff>(object.kernel));
}
