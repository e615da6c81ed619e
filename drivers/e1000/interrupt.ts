/** The interrupt: manual, sections 13.4.17 to 13.4.21; Linux 2.4, e1000_main.c. */
import { jiffies } from '../../src/guest/kernel/arch/time.ts';
import type { PtRegs } from '../../src/guest/kernel/arch/ptrace.ts';
import { synchronize_irq } from '../../src/guest/kernel/irq/irq.ts';
import { mod_timer } from '../../src/guest/kernel/irq/timer.ts';
import { atomic_dec_and_test, atomic_inc } from '../../src/guest/kernel/locking/atomic.ts';
import type { NetDevice } from '../../src/guest/kernel/net/netdevice.ts';
import { adapter_of, type E1000Adapter } from './adapter.ts';
import { E1000_READ_REG, E1000_WRITE_FLUSH, E1000_WRITE_REG } from './hw.ts';
import { E1000_ICR, E1000_ICR_LSC, E1000_ICR_RXSEQ, E1000_IMC, E1000_IMS, IMS_ENABLE_MASK } from './regs.ts';
import { e1000_clean_rx_irq } from './receive.ts';
import { e1000_clean_tx_irq } from './transmit.ts';

/** How often one interrupt looks for causes: what comes later raises the line again. */
const E1000_MAX_INTR = 10;

/** Lets the hardware interrupt, when all who disabled it have enabled it. */
export function e1000_irq_enable(adapter: E1000Adapter): void {
  if (!atomic_dec_and_test(adapter.irq_sem)) return;
  E1000_WRITE_REG(adapter.hw, E1000_IMS, IMS_ENABLE_MASK);
  E1000_WRITE_FLUSH(adapter.hw);
}

/** From now on it does not, and the handler runs nowhere. */
export function e1000_irq_disable(adapter: E1000Adapter): void {
  atomic_inc(adapter.irq_sem);
  E1000_WRITE_REG(adapter.hw, E1000_IMC, 0xffffffff);
  E1000_WRITE_FLUSH(adapter.hw);
  synchronize_irq(adapter.pdev.irq);
}

/** IrqHandler; `data` is the interface. The line is shared. @interrupt */
export function e1000_intr(irq: i32, data: usize, regs: PtRegs): void {
  const adapter = adapter_of(cast<NetDevice>(data));
  const hw = adapter.hw;
  // Reading clears the causes, and so takes the line back.
  let icr = E1000_READ_REG(hw, E1000_ICR);
  for (let i: u32 = 0; i < E1000_MAX_INTR && icr !== 0; i++) {
    if (icr & (E1000_ICR_RXSEQ | E1000_ICR_LSC)) {
      hw.get_link_status = true;
      mod_timer(adapter.watchdog_timer, jiffies);
    }
    e1000_clean_rx_irq(adapter);
    e1000_clean_tx_irq(adapter);
    icr = E1000_READ_REG(hw, E1000_ICR);
  }
}
