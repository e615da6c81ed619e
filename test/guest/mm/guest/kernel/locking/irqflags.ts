/** Tests on the host have no interrupts. */
export function local_irq_disable(): void {
  return;
}

export function local_irq_enable(): void {
  return;
}
