/** The mixer's registers, and the card's settings that are among them: Linux 2.4, drivers/sound/sb16 in sb_common.c. */
import { inb, outb } from '../../src/guest/kernel/arch/io.ts';
import { spin_lock_irqsave, spin_unlock_irqrestore } from '../../src/guest/kernel/locking/spinlock.ts';
import { DMA_NR, IRQ_NR, MIXER_ADDR, MIXER_DATA, SbDevc } from './sb.ts';

export function sb_getmixer(devc: SbDevc, register: u32): u32 {
  const flags = spin_lock_irqsave(devc.mixer_lock);
  outb(register, devc.io + MIXER_ADDR);
  const value = inb(devc.io + MIXER_DATA);
  spin_unlock_irqrestore(devc.mixer_lock, flags);
  return value;
}

export function sb_setmixer(devc: SbDevc, register: u32, value: u32): void {
  const flags = spin_lock_irqsave(devc.mixer_lock);
  outb(register, devc.io + MIXER_ADDR);
  outb(value, devc.io + MIXER_DATA);
  spin_unlock_irqrestore(devc.mixer_lock, flags);
}

/** Gives the card an interrupt: false if it has no such setting, or does not keep it. */
export function sb16_set_irq_hw(devc: SbDevc, irq: u32): bool {
  const bit = irq_bit(irq);
  if (bit === 0) return false;
  sb_setmixer(devc, IRQ_NR, bit);
  return (sb_getmixer(devc, IRQ_NR) & 0x0f) === bit;
}

/** The guide, chapter 4, "Interrupt setup register". IRQ2 is IRQ9 since the AT. */
function irq_bit(irq: u32): u32 {
  switch (irq) {
    case 2: case 9: return 1;
    case 5: return 2;
    case 7: return 4;
    case 10: return 8;
  }
  return 0;
}

/** Gives the card its DMA channels; the same one for both leaves the 16-bit one out. */
export function sb16_set_dma_hw(devc: SbDevc, dma8: u32, dma16: u32): bool {
  const ok8 = dma8 === 0 || dma8 === 1 || dma8 === 3;
  const ok16 = dma16 === dma8 || (dma16 >= 5 && dma16 <= 7);
  if (!ok8 || !ok16) return false;
  const bits = 1 << dma8 | 1 << dma16;
  sb_setmixer(devc, DMA_NR, bits);
  return sb_getmixer(devc, DMA_NR) as i32 === bits;
}
