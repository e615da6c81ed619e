/** What is counted, and the length of packets: pcnet32_get_stats. */
import { EINVAL } from '../../src/guest/kernel/errno.ts';
import { spin_lock_irqsave, spin_unlock_irqrestore } from '../../src/guest/kernel/locking/spinlock.ts';
import { ETH_DATA_LEN } from '../../src/guest/kernel/net/if.ts';
import { type NetDevice, type NetDeviceStats, netif_running } from '../../src/guest/kernel/net/netdevice.ts';
import { pcnet32_priv, Pcnet32Private } from './pcnet32.ts';
import { PCNET32_MISSED } from './regs.ts';

/** The least that IPv4 must be able to send: RFC 791. */
const LEAST_MTU = 68;

/** NetDevice.get_stats. */
export function pcnet32_get_stats(dev: NetDevice): NetDeviceStats | null {
  const lp = pcnet32_priv(dev);
  const flags = spin_lock_irqsave(lp.lock);
  if (netif_running(dev)) pcnet32_count_missed(dev, lp);
  spin_unlock_irqrestore(lp.lock, flags);
  return lp.stats;
}

/** Adds the frames that the chip has missed since it was last asked. Under the lock. */
export function pcnet32_count_missed(dev: NetDevice, lp: Pcnet32Private): void {
  const rap = lp.a.read_rap(dev.base_addr);
  const missed = lp.a.read_csr(dev.base_addr, PCNET32_MISSED);
  lp.a.write_rap(dev.base_addr, rap);
  lp.stats.rx_missed_errors += missed - lp.last_missed & 0xffff;
  lp.last_missed = missed;
}

/** NetDevice.change_mtu: what fits into a frame. */
export function pcnet32_change_mtu(dev: NetDevice, mtu: u32): i32 {
  if (mtu < LEAST_MTU || mtu > ETH_DATA_LEN) return -EINVAL;
  dev.mtu = mtu;
  return 0;
}
