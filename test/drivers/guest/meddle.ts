/** A module that takes from a Sound Blaster what it needs while it is loaded: interrupt 5, or DMA channel 5. */
import { isa_irq } from '../../../src/guest/kernel/arch/isa.ts';
import { claim_dma_lock, disable_dma, enable_dma, release_dma_lock } from '../../../src/guest/kernel/arch/isa_dma.ts';
import { disable_irq, enable_irq } from '../../../src/guest/kernel/irq/irq.ts';

export let channel: u32 = 0;

const IRQ = 5;

export function init_module(): i32 {
  if (channel === 0) disable_irq(isa_irq(IRQ));
  else mask(true);
  return 0;
}

export function cleanup_module(): void {
  if (channel === 0) enable_irq(isa_irq(IRQ));
  else mask(false);
}

function mask(masked: bool): void {
  const flags = claim_dma_lock();
  if (masked) disable_dma(channel);
  else enable_dma(channel);
  release_dma_lock(flags);
}
