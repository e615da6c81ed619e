/**
 * Registers and descriptors of AMD's PCnet family as its PCI chips have them: Am79C970A datasheet (AMD 19436), "User
 * Accessible Registers" and "Descriptor Ring". Names as in Linux, drivers/net/pcnet32.c.
 */

/** Ports of the chip: sixteen bytes of address PROM, then the windows on the registers. */
export const PCNET32_TOTAL_SIZE = 0x20;
export const PCNET32_PROM_SIZE = 16;

// The windows, after a reset ("word I/O")...
export const PCNET32_WIO_RDP = 0x10;
export const PCNET32_WIO_RAP = 0x12;
export const PCNET32_WIO_RESET = 0x14;
export const PCNET32_WIO_BDP = 0x16;
// ...and from the first double word written to RDP on, until the next hardware reset ("double word I/O").
export const PCNET32_DWIO_RDP = 0x10;
export const PCNET32_DWIO_RAP = 0x14;
export const PCNET32_DWIO_RESET = 0x18;
export const PCNET32_DWIO_BDP = 0x1c;

// Control and status registers, by number, and how many of them tell something.
export const PCNET32_CSRS = 90;
export const CSR0 = 0;
export const PCNET32_INIT_LOW = 1;
export const PCNET32_INIT_HIGH = 2;
export const CSR3 = 3;
export const CSR4 = 4;
export const CSR5 = 5;
/** Logical address filter, four registers of 16 bits. */
export const PCNET32_MC_FILTER = 8;
/** The station address, three registers. */
export const PCNET32_PADR = 12;
export const CSR15 = 15;
export const PCNET32_CHIP_LOW = 88;
export const PCNET32_CHIP_HIGH = 89;
/** Frames missed since the last reset, modulo 2^16. */
export const PCNET32_MISSED = 112;

// CSR0.
export const CSR0_INIT = 0x0001;
export const CSR0_START = 0x0002;
export const CSR0_STOP = 0x0004;
export const CSR0_TXPOLL = 0x0008;
export const CSR0_TXON = 0x0010;
export const CSR0_RXON = 0x0020;
export const CSR0_INTEN = 0x0040;
export const CSR0_IDON = 0x0100;
export const CSR0_TINT = 0x0200;
export const CSR0_RINT = 0x0400;
export const CSR0_MERR = 0x0800;
export const CSR0_MISS = 0x1000;
export const CSR0_CERR = 0x2000;
export const CSR0_BABL = 0x4000;
export const CSR0_ERR = 0x8000;
export const CSR0_NORMAL = 0x0042;
/** What the interrupt handler works for: the errors, and frames that came or went. */
export const CSR0_WORK = 0x8600;
/** Bits that do something when written 1, other than clearing a cause. */
export const CSR0_COMMANDS = 0x004f;
/** Clears all causes but TINT and RINT, and lets the chip interrupt. */
export const CSR0_REARM = 0x7940;

/** CSR4: short frames are padded; timer, collision, jabber and missed-frame interrupts are masked. */
export const CSR4_SETTING = 0x0915;
export const CSR5_SUSPEND = 0x0001;

// CSR15, and the mode of the init block.
export const CSR15_PORTSEL_SHIFT = 7;
export const CSR15_PROMISC = 0x8000;

// Bus configuration registers, by number.
export const PCNET32_BCR_MISC = 2;
export const PCNET32_BCR_LINK = 4;
export const PCNET32_BCR_DUPLEX = 9;
export const PCNET32_BCR_STYLE = 20;
export const PCNET32_BCR_MIICAS = 32;
export const PCNET32_BCR_MIIADDR = 33;
export const PCNET32_BCR_MIIDATA = 34;

/** BCR2: the chip finds out by itself whether its twisted pair or its AUI is in use. */
export const BCR2_ASEL = 0x0002;
/** BCR4: the LED shows the link, and it is lit. */
export const BCR4_LNKSTE = 0x0040;
export const BCR4_LEDOUT = 0x8000;
export const BCR9_FDEN = 0x0001;
export const BCR9_AUIFD = 0x0002;
/** BCR20: structures of 32 bits as the PCnet-PCI has them; of 16, as the Am7990 LANCE. */
export const SWSTYLE_PCNET32 = 2;
export const SWSTYLE_LANCE = 0;

/** First chips that can be suspended, and that have a full-duplex bit: the Am79C970A. */
export const PCNET32_79C970A = 0x2621;

// Both kinds of descriptor.
export const DESC_OWN = 0x8000;
export const DESC_ERR = 0x4000;
export const DESC_STP = 0x0200;
export const DESC_ENP = 0x0100;
// Receive.
export const RMD_FRAM = 0x2000;
export const RMD_OFLO = 0x1000;
export const RMD_CRC = 0x0800;
export const RMD_BUFF = 0x0400;
export const RMD_LENGTH = 0x0fff;
/** From OWN to ENP: what a good frame in one buffer has of it is STP and ENP. */
export const RMD_STATUS = 0xff00;
export const RMD_WHOLE = 0x0300;
// Transmit, first status: more than one try, one, deferred.
export const TMD_MORE = 0x1000;
export const TMD_ONE = 0x0800;
// Transmit, second status.
export const TMD_RTRY = 0x04000000;
export const TMD_LCAR = 0x08000000;
export const TMD_LCOL = 0x10000000;
export const TMD_UFLO = 0x40000000;
export const TMD_BUFF = 0x80000000;

/** The most the chip can count to, as a power of two. */
export const PCNET32_LOG_MAX_BUFFERS = 9;

/** A receive descriptor of software style 2. `buf_length` is negative, with ones above its twelve bits. */
export class Pcnet32RxHead {
  base: u32;
  buf_length: u16;
  status: u16;
  msg_length: u32;
  reserved: u32;
}

/** A transmit descriptor. */
export class Pcnet32TxHead {
  base: u32;
  length: u16;
  status: u16;
  misc: u32;
  reserved: u32;
}

/** What the chip reads when it is told to initialize: "Initialization Block", SSIZE32. */
export class Pcnet32InitBlock {
  mode: u16;
  /** Logarithms of the numbers of descriptors: receive in bits 4-7, transmit in bits 12-15. */
  tlen_rlen: u16;
  phys_addr: Arr<u8, 6>;
  reserved: u16;
  filter: Arr<u32, 2>;
  rx_ring: u32;
  tx_ring: u32;
}
