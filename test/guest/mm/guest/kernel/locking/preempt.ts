/** Whether tests on the host pretend to be an interrupt. */
let interrupt = false;

export function in_interrupt(): bool {
  return interrupt;
}

export function pretend_interrupt(yes: bool): void {
  interrupt = yes;
}
