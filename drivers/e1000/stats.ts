/** Counters: the hardware's, which reading clears, added up; manual, section 13.7. Linux 2.4: e1000_update_stats. */
import { spin_lock_irqsave, spin_unlock_irqrestore } from '../../src/guest/kernel/locking/spinlock.ts';
import type { NetDevice, NetDeviceStats } from '../../src/guest/kernel/net/netdevice.ts';
import { adapter_of, type E1000Adapter } from './adapter.ts';
import { E1000Hw, E1000_READ_REG } from './hw.ts';
import {
  E1000_ALGNERRC, E1000_BPRC, E1000_BPTC, E1000_CEXTERR, E1000_COLC, E1000_CRCERRS, E1000_DC, E1000_ECOL, E1000_FCRUC,
  E1000_GORCH, E1000_GORCL, E1000_GOTCH, E1000_GOTCL, E1000_GPRC, E1000_GPTC, E1000_LATECOL, E1000_MCC, E1000_MPC,
  E1000_MPRC, E1000_MPTC, E1000_PRC1023, E1000_PRC127, E1000_PRC1522, E1000_PRC255, E1000_PRC511, E1000_PRC64,
  E1000_PTC1023, E1000_PTC127, E1000_PTC1522, E1000_PTC255, E1000_PTC511, E1000_PTC64, E1000_RFC, E1000_RJC,
  E1000_RLEC, E1000_RNBC, E1000_ROC, E1000_RUC, E1000_RXERRC, E1000_SCC, E1000_SEC, E1000_SYMERRS, E1000_TNCRS,
  E1000_TORH, E1000_TORL, E1000_TOTH, E1000_TOTL, E1000_TPR, E1000_TPT, E1000_TSCTC, E1000_TSCTFC, E1000_XOFFRXC,
  E1000_XOFFTXC, E1000_XONRXC, E1000_XONTXC,
} from './regs.ts';

/** Since the interface came to be. */
export class E1000HwStats {
  crcerrs: u32; algnerrc: u32; symerrs: u32; rxerrc: u32; mpc: u32; scc: u32; ecol: u32; mcc: u32; latecol: u32;
  colc: u32; dc: u32; tncrs: u32; sec: u32; cexterr: u32; rlec: u32;
  xonrxc: u32; xontxc: u32; xoffrxc: u32; xofftxc: u32; fcruc: u32;
  prc64: u32; prc127: u32; prc255: u32; prc511: u32; prc1023: u32; prc1522: u32;
  gprc: u32; bprc: u32; mprc: u32; gptc: u32; gorc: u64; gotc: u64; rnbc: u32; ruc: u32; rfc: u32; roc: u32; rjc: u32;
  tor: u64; tot: u64; tpr: u32; tpt: u32;
  ptc64: u32; ptc127: u32; ptc255: u32; ptc511: u32; ptc1023: u32; ptc1522: u32;
  mptc: u32; bptc: u32; tsctc: u32; tsctfc: u32;
}

/** NetDevice.get_stats. */
export function e1000_get_stats(netdev: NetDevice): NetDeviceStats | null {
  const adapter = adapter_of(netdev);
  e1000_update_stats(adapter);
  return adapter.net_stats;
}

/** Takes the hardware's counters in, and brings the interface's up to date. */
export function e1000_update_stats(adapter: E1000Adapter): void {
  const hw = adapter.hw, stats = adapter.stats;
  // The watchdog, users and the reset are on different harts.
  const flags = spin_lock_irqsave(adapter.stats_lock);
  e1000_read_error_counters(hw, stats);
  e1000_read_receive_counters(hw, stats);
  e1000_read_transmit_counters(hw, stats);
  e1000_fill_net_stats(adapter.net_stats, stats);
  spin_unlock_irqrestore(adapter.stats_lock, flags);
}

function e1000_read_error_counters(hw: E1000Hw, stats: E1000HwStats): void {
  stats.crcerrs += E1000_READ_REG(hw, E1000_CRCERRS);
  stats.algnerrc += E1000_READ_REG(hw, E1000_ALGNERRC);
  stats.symerrs += E1000_READ_REG(hw, E1000_SYMERRS);
  stats.rxerrc += E1000_READ_REG(hw, E1000_RXERRC);
  stats.mpc += E1000_READ_REG(hw, E1000_MPC);
  stats.scc += E1000_READ_REG(hw, E1000_SCC);
  stats.ecol += E1000_READ_REG(hw, E1000_ECOL);
  stats.mcc += E1000_READ_REG(hw, E1000_MCC);
  stats.latecol += E1000_READ_REG(hw, E1000_LATECOL);
  hw.collision_delta = E1000_READ_REG(hw, E1000_COLC);
  stats.colc += hw.collision_delta;
  stats.dc += E1000_READ_REG(hw, E1000_DC);
  stats.tncrs += E1000_READ_REG(hw, E1000_TNCRS);
  stats.sec += E1000_READ_REG(hw, E1000_SEC);
  stats.cexterr += E1000_READ_REG(hw, E1000_CEXTERR);
  stats.rlec += E1000_READ_REG(hw, E1000_RLEC);
  stats.xonrxc += E1000_READ_REG(hw, E1000_XONRXC);
  stats.xontxc += E1000_READ_REG(hw, E1000_XONTXC);
  stats.xoffrxc += E1000_READ_REG(hw, E1000_XOFFRXC);
  stats.xofftxc += E1000_READ_REG(hw, E1000_XOFFTXC);
  stats.fcruc += E1000_READ_REG(hw, E1000_FCRUC);
}

function e1000_read_receive_counters(hw: E1000Hw, stats: E1000HwStats): void {
  stats.prc64 += E1000_READ_REG(hw, E1000_PRC64);
  stats.prc127 += E1000_READ_REG(hw, E1000_PRC127);
  stats.prc255 += E1000_READ_REG(hw, E1000_PRC255);
  stats.prc511 += E1000_READ_REG(hw, E1000_PRC511);
  stats.prc1023 += E1000_READ_REG(hw, E1000_PRC1023);
  stats.prc1522 += E1000_READ_REG(hw, E1000_PRC1522);
  stats.gprc += E1000_READ_REG(hw, E1000_GPRC);
  stats.bprc += E1000_READ_REG(hw, E1000_BPRC);
  stats.mprc += E1000_READ_REG(hw, E1000_MPRC);
  stats.gorc += e1000_read_wide(hw, E1000_GORCL, E1000_GORCH);
  stats.rnbc += E1000_READ_REG(hw, E1000_RNBC);
  stats.ruc += E1000_READ_REG(hw, E1000_RUC);
  stats.rfc += E1000_READ_REG(hw, E1000_RFC);
  stats.roc += E1000_READ_REG(hw, E1000_ROC);
  stats.rjc += E1000_READ_REG(hw, E1000_RJC);
  stats.tor += e1000_read_wide(hw, E1000_TORL, E1000_TORH);
  stats.tpr += E1000_READ_REG(hw, E1000_TPR);
}

function e1000_read_transmit_counters(hw: E1000Hw, stats: E1000HwStats): void {
  stats.gptc += E1000_READ_REG(hw, E1000_GPTC);
  stats.gotc += e1000_read_wide(hw, E1000_GOTCL, E1000_GOTCH);
  stats.tot += e1000_read_wide(hw, E1000_TOTL, E1000_TOTH);
  hw.tx_packet_delta = E1000_READ_REG(hw, E1000_TPT);
  stats.tpt += hw.tx_packet_delta;
  stats.ptc64 += E1000_READ_REG(hw, E1000_PTC64);
  stats.ptc127 += E1000_READ_REG(hw, E1000_PTC127);
  stats.ptc255 += E1000_READ_REG(hw, E1000_PTC255);
  stats.ptc511 += E1000_READ_REG(hw, E1000_PTC511);
  stats.ptc1023 += E1000_READ_REG(hw, E1000_PTC1023);
  stats.ptc1522 += E1000_READ_REG(hw, E1000_PTC1522);
  stats.mptc += E1000_READ_REG(hw, E1000_MPTC);
  stats.bptc += E1000_READ_REG(hw, E1000_BPTC);
  stats.tsctc += E1000_READ_REG(hw, E1000_TSCTC);
  stats.tsctfc += E1000_READ_REG(hw, E1000_TSCTFC);
}

/** A counter of two words: reading the upper one clears both. */
function e1000_read_wide(hw: E1000Hw, low: u32, high: u32): u64 {
  const lower = E1000_READ_REG(hw, low);
  return wide(E1000_READ_REG(hw, high), lower);
}

function e1000_fill_net_stats(net: NetDeviceStats, stats: E1000HwStats): void {
  net.rx_packets = stats.gprc;
  net.tx_packets = stats.gptc;
  net.rx_bytes = lo32(stats.gorc);
  net.tx_bytes = lo32(stats.gotc);
  net.multicast = stats.mprc;
  net.collisions = stats.colc;
  net.rx_errors = stats.rxerrc + stats.crcerrs + stats.algnerrc + stats.rlec + stats.rnbc + stats.mpc + stats.cexterr;
  net.rx_dropped = stats.rnbc;
  net.rx_length_errors = stats.rlec;
  net.rx_crc_errors = stats.crcerrs;
  net.rx_frame_errors = stats.algnerrc;
  net.rx_fifo_errors = stats.mpc;
  net.rx_missed_errors = stats.mpc;
  net.tx_errors = stats.ecol + stats.latecol;
  net.tx_aborted_errors = stats.ecol;
  net.tx_window_errors = stats.latecol;
  net.tx_carrier_errors = stats.tncrs;
}
