/**
 * AMD Am79C970A, PCnet-PCI II, after its datasheet (AMD publication 19436): "User Accessible Registers",
 * "Initialization Block", "Receive Descriptors", "Transmit Descriptors". Registers have numbers, and are behind ports.
 */
import { rw } from './registers.ts';

/** "I/O Resources": sixteen bytes of address PROM, and behind them four ports: of words after a reset... */
export const pcnetWordPorts = {
  RDP: rw(0x10, 'register data port'), RAP: rw(0x12, 'register address port'), RESET: rw(0x14, 'reset'),
  BDP: rw(0x16, 'bus configuration register data port'),
} as const;
/** ...and of double words, after a double word was written to RDP. */
export const pcnetDoubleWordPorts = {
  RDP: rw(0x10, 'register data port'), RAP: rw(0x14, 'register address port'), RESET: rw(0x18, 'reset'),
  BDP: rw(0x1c, 'bus configuration register data port'),
} as const;
export const pcnetIdentity = {
  name: 'pcnet',
  vendor: 0x1022, device: 0x2000, revision: 0x10, classCode: 0x02_0000, interruptPin: 1, minGrant: 6, maxLatency: 255,
  bars: [
    { index: 0, kind: 'ports', bytes: 0x20, registers: pcnetWordPorts },
    { index: 1, kind: 'memory', bytes: 0x20, registers: pcnetWordPorts },
  ],
} as const;

/** "APROM": 15 and 14 are 'W', 9 is the hardware's number, 12 and 13 the sum of the others. */
export const addressProm = { bytes: 16, hardware: 9, hardwareId: 0x11, sum: 12, marks: 14, mark: 0x57 } as const;

/** Bits of CSR0. Those of `clearable` a 1 clears; those of `causes` interrupt unless CSR3 masks them. */
export const CSR0 = {
  INIT: 1 << 0, STRT: 1 << 1, STOP: 1 << 2, TDMD: 1 << 3, TXON: 1 << 4, RXON: 1 << 5, IENA: 1 << 6, INTR: 1 << 7,
  IDON: 1 << 8, TINT: 1 << 9, RINT: 1 << 10, MERR: 1 << 11, MISS: 1 << 12, CERR: 1 << 13, BABL: 1 << 14, ERR: 1 << 15,
  clearable: 0x7f00, causes: 0x5f00, errors: 0x7800,
} as const;
export const CSR3 = { BSWP: 1 << 2, DXSUFLO: 1 << 6 } as const;
/** Bits of CSR4; the causes are each one above their masks, but for UINT, which has none. */
export const CSR4 = {
  TXSTRT: 1 << 3, UINT: 1 << 6, UINTCMD: 1 << 7, MFCO: 1 << 9, ASTRP_RCV: 1 << 10, APAD_XMT: 1 << 11, DPOLL: 1 << 12,
  causes: 0x022a, masks: 0x0115, kept: 0xfd15,
} as const;
/** Bits of CSR5; SINT, SLPINT, EXDINT and MPINT are causes, each one above its enable. */
export const CSR5 = {
  SPND: 1 << 0, causes: 0x0a90, enables: 0x0548, LTINTEN: 1 << 14, TOKINTD: 1 << 15, kept: 0xc56f,
} as const;
/** Bits of CSR15, the mode. */
export const CSR15 = {
  DRX: 1 << 0, DTX: 1 << 1, LOOP: 1 << 2, DXMTFCS: 1 << 3, DLNKTST: 1 << 12, DRCVPA: 1 << 13, DRCVBC: 1 << 14,
  PROM: 1 << 15,
} as const;
export const CSR124 = { RPA: 1 << 3 } as const;

/** Numbers of the control and status registers that the chip itself uses. */
export const csr = {
  status: 0, blockLow: 1, blockHigh: 2, masks: 3, features: 4, suspend: 5, rings: 6, filter: 8, station: 12, mode: 15,
  blockLowAgain: 16, blockHighAgain: 17, receiveRing: 24, transmitRing: 30, pollInterval: 47, style: 58,
  receiveCounter: 72, transmitCounter: 74, receiveLength: 76, transmitLength: 78, chipLow: 88, chipHigh: 89,
  missed: 112, test: 124, count: 128,
} as const;

/** Numbers of the bus configuration registers. */
export const bcr = {
  misc: 2, link: 4, lastLed: 7, duplex: 9, bus: 18, style: 20, miiControl: 32, miiAddress: 33, miiData: 34, count: 40,
} as const;
export const BCR2 = { APROMWE: 1 << 8 } as const;
/** Of BCR4 to BCR7: what lights the LED, and whether it is lit. */
export const BCR4 = { LNKSTE: 1 << 6, LEDOUT: 1 << 15 } as const;
export const BCR18 = { DWIO: 1 << 7 } as const;

/** CSR58 and BCR20: the software style, and what goes with it. */
export const softwareStyle = { style: 0xff, SSIZE32: 1 << 8, CSRPCNET: 1 << 9 } as const;

/** CSR89 and CSR88: version, part number, manufacturer. */
export const pcnetChipId = 0x0262_1003;

/** Values after a hardware reset, of what is not zero. */
export const csrDefaults: Readonly<Record<number, number>> = {
  0: 0x0004, 4: 0x0115, 80: 0x1410, 88: pcnetChipId & 0xffff, 89: pcnetChipId >>> 16, 100: 0x0200,
};
export const bcrDefaults: Readonly<Record<number, number>> = {
  0: 0x0005, 1: 0x0005, 2: 0x0002, 4: 0x00c0, 5: 0x0084, 6: 0x0088, 7: 0x0090, 18: 0x2101, 19: 0x0002, 20: 0x0200,
  22: 0xff06,
};
/** Those that software may write at any time; the others only while the chip is stopped or suspended. */
export const csrAlways: ReadonlySet<number> = new Set([0, 3, 4, 5, 7]);
/** Those that only the chip writes. */
export const csrReadOnly: ReadonlySet<number> = new Set([6, 72, 74, 88, 89, 112, 114]);
/** Bits of bus configuration registers that software may write. */
export const bcrWritable: Readonly<Record<number, number>> = {
  2: 0x5d07, 4: 0x7fff, 5: 0x7fff, 6: 0x7fff, 7: 0x7fff, 9: 0x0003, 16: 0xffe0, 17: 0xffff, 18: 0xff67, 19: 0x001f,
  21: 0xffff, 22: 0xffff,
};

/**
 * Descriptors, in the form of software style 2. OWN to ENP are common to both kinds; style 0 has them in bits 15..8 of
 * its second half-word.
 */
export const pcnetDescriptor = {
  OWN: 1 << 31, ERR: 1 << 30, STP: 1 << 25, ENP: 1 << 24,
  /** Receive. */
  FRAM: 1 << 29, OFLO: 1 << 28, CRC: 1 << 27, RBUFF: 1 << 26, PAM: 1 << 22, LAFM: 1 << 21, BAM: 1 << 20,
  /** Transmit: in the first status word... */
  ADD_FCS: 1 << 29, LTINT: 1 << 28,
  /** ...and in the second. */
  TBUFF: 1 << 31, UFLO: 1 << 30, LCAR: 1 << 27,
} as const;
