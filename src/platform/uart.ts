import { ro, rw, wo } from './registers.ts';

/** National Semiconductor PC16550D datasheet (1995), section 8, table II; byte registers. */
export const uartRegisters = {
  RBR: ro(0, 'receiver buffer'),
  THR: wo(0, 'transmitter holding'),
  IER: rw(1, 'interrupt enable'),
  IIR: ro(2, 'interrupt identification'),
  FCR: wo(2, 'FIFO control'),
  LCR: rw(3, 'line control'),
  MCR: rw(4, 'modem control'),
  LSR: ro(5, 'line status'),
  MSR: ro(6, 'modem status'),
  SCR: rw(7, 'scratch'),
} as const;

/** What answers at offsets 0 and 1 while LCR.DLAB is set. */
export const uartDivisorRegisters = {
  DLL: rw(0, 'divisor latch, low byte'),
  DLM: rw(1, 'divisor latch, high byte'),
} as const;

export const IER = { ERBFI: 1 << 0, ETBEI: 1 << 1, ELSI: 1 << 2, EDSSI: 1 << 3, all: 0x0f } as const;

/** Section 8.5, table IV: the low four bits, in falling priority; and the bits that say the FIFOs are on. */
export const IIR = {
  lineStatus: 0b0110,
  receivedData: 0b0100,
  characterTimeout: 0b1100,
  transmitterEmpty: 0b0010,
  modemStatus: 0b0000,
  none: 0b0001,
  source: 0b1111,
  FIFOs: 0b11 << 6,
} as const;

export const FCR = {
  enable: 1 << 0, resetReceiver: 1 << 1, resetTransmitter: 1 << 2, DMA: 1 << 3,
  /** How many bytes raise the received-data interrupt: 1, 4, 8 or 14. */
  trigger: 0b11 << 6,
} as const;

/** Bytes that raise the received-data interrupt, by FCR.trigger >> 6. */
export const uartTriggerBytes = [1, 4, 8, 14] as const;
export const uartFifoBytes = 16;

export const LCR = {
  WLS: 0b11, STB: 1 << 2, PEN: 1 << 3, EPS: 1 << 4, stickParity: 1 << 5, setBreak: 1 << 6, DLAB: 1 << 7,
} as const;
export const MCR = { DTR: 1 << 0, RTS: 1 << 1, OUT1: 1 << 2, OUT2: 1 << 3, loop: 1 << 4, all: 0x1f } as const;
export const LSR = {
  DR: 1 << 0, OE: 1 << 1, PE: 1 << 2, FE: 1 << 3, BI: 1 << 4, THRE: 1 << 5, TEMT: 1 << 6, fifoError: 1 << 7,
  /** What a read clears. */
  errors: 0b1_1110,
} as const;
export const MSR = {
  DCTS: 1 << 0, DDSR: 1 << 1, TERI: 1 << 2, DDCD: 1 << 3, CTS: 1 << 4, DSR: 1 << 5, RI: 1 << 6, DCD: 1 << 7,
  /** What has changed since the last read. */
  deltas: 0x0f,
} as const;
