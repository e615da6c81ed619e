/** A software event of one hart, and the state of S-mode that it interrupted: SBI 3.0, sections 17.4 and 17.5. */
export class Event {
  id: u32;
  /** SSE_STATE_*. */
  state: u32;
  pending: u32;
  injectable: u32;
  priority: u32;
  config: u32;
  entryPc: u32;
  entryArg: u32;
  sepc: u32;
  flags: u32;
  a6: u32;
  a7: u32;
  // Beyond what the specification asks: a handler may take traps of its own.
  scause: u32;
  stval: u32;
  sscratch: u32;
  satp: u32;
}
