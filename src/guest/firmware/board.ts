/** Where the devices are that the firmware drives: src/platform/memory-map.ts, clint.ts, finisher.ts, uart.ts. */

/** One word for each hart: bit 0 raises its MSIP. */
const CLINT_MSIP = 0x02000000;
/** Two words for each hart. */
const CLINT_MTIMECMP = 0x02004000;
const CLINT_MTIME = 0x0200bff8;

const FINISHER = 0x00100000;
const FINISHER_FAIL = 0x3333;
const FINISHER_PASS = 0x5555;
const FINISHER_RESET = 0x7777;

export function setSoftwareInterrupt(hart: u32, value: u32): void {
  writel(CLINT_MSIP + 4 * hart, value);
}

/** The time that all harts see, in ticks. */
export function machineTime(): u64 {
  for (;;) {
    const high = readl(CLINT_MTIME + 4);
    const low = readl(CLINT_MTIME);
    if (readl(CLINT_MTIME + 4) === high) return wide(high, low);
  }
}

/** Section 3.2.1: in an order in which no earlier time than the old or the new one is ever set. */
export function setTimeCompare(hart: u32, time: u64): void {
  const register = CLINT_MTIMECMP + 8 * hart;
  writel(register, 0xffffffff);
  writel(register + 4, hi32(time));
  writel(register, lo32(time));
}

/** Ends the program with a code, 0 for success. Does not return. */
export function finishProgram(code: u32): void {
  writel(FINISHER, code === 0 ? FINISHER_PASS : code << 16 | FINISHER_FAIL);
  rest();
}

export function resetBoard(): void {
  writel(FINISHER, FINISHER_RESET);
  rest();
}

/** The finisher acts when it can. */
function rest(): void {
  for (;;) wfi();
}
