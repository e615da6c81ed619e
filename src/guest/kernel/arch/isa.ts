/** Interrupts of the ISA bus on this board: platform/isa.ts and platform/memory-map.ts, interruptLines.isa. */

/** ISA interrupts IRQ0 to IRQ15. */
export const ISA_IRQS = 16;
const ISA_SOURCE = 48;

/** What request_irq takes for IRQ n of the ISA bus. */
export function isa_irq(irq: u32): i32 {
  return (ISA_SOURCE + irq) as i32;
}
