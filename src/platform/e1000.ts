/**
 * Intel 82540EM, after the "PCI/PCI-X Family of Gigabit Ethernet Controllers Software Developer's Manual" (317453,
 * revision 3.x); sections and tables below are its own. Registers are 32 bits wide; table 13-2 lists them.
 */
import { array, ro, rw, wo } from './registers.ts';

/** Section 4.4, I/O mapped access: two words in the port window. */
export const e1000Ports = {
  IOADDR: rw(0, 'internal register address'), IODATA: rw(4, 'data of the register at IOADDR'),
} as const;

/** General registers, the EEPROM's and the PHY's: sections 13.4.1 to 13.4.15. */
export const e1000GeneralRegisters = {
  CTRL: rw(0x0000, 'device control'),
  CTRL_DUP: rw(0x0004, 'device control, at its second address'),
  STATUS: ro(0x0008, 'device status'),
  EECD: rw(0x0010, 'EEPROM control and data'),
  EERD: rw(0x0014, 'EEPROM read'),
  CTRL_EXT: rw(0x0018, 'extended device control'),
  MDIC: rw(0x0020, 'MDI control'),
  FCAL: rw(0x0028, 'flow control address low'),
  FCAH: rw(0x002c, 'flow control address high'),
  FCT: rw(0x0030, 'flow control type'),
  VET: rw(0x0038, 'VLAN Ethernet type'),
  FCTTV: rw(0x0170, 'flow control transmit timer value'),
  LEDCTL: rw(0x0e00, 'LED control'),
  PBA: rw(0x1000, 'packet buffer allocation'),
} as const;

/** Sections 13.4.17 to 13.4.21. */
export const e1000InterruptRegisters = {
  ICR: rw(0x00c0, 'interrupt cause read'),
  ITR: rw(0x00c4, 'interrupt throttling'),
  ICS: wo(0x00c8, 'interrupt cause set'),
  IMS: rw(0x00d0, 'interrupt mask set/read'),
  IMC: wo(0x00d8, 'interrupt mask clear'),
} as const;

/** Sections 13.4.22 to 13.4.32, 13.5. */
export const e1000ReceiveRegisters = {
  RCTL: rw(0x0100, 'receive control'),
  FCRTL: rw(0x2160, 'flow control receive threshold low'),
  FCRTH: rw(0x2168, 'flow control receive threshold high'),
  RDBAL: rw(0x2800, 'receive descriptor base address low'),
  RDBAH: rw(0x2804, 'receive descriptor base address high'),
  RDLEN: rw(0x2808, 'receive descriptor length'),
  RDH: rw(0x2810, 'receive descriptor head'),
  RDT: rw(0x2818, 'receive descriptor tail'),
  RDTR: rw(0x2820, 'receive interrupt delay timer'),
  RXDCTL: rw(0x2828, 'receive descriptor control'),
  RADV: rw(0x282c, 'receive interrupt absolute delay timer'),
  RSRPD: rw(0x2c00, 'receive small packet detect interrupt'),
  RXCSUM: rw(0x5000, 'receive checksum control'),
  MTA: array(rw(0x5200, 'multicast table array'), { count: 128, stride: 4 }),
  RA: array(rw(0x5400, 'receive address: low and high word of each'), { count: 32, stride: 4 }),
  VFTA: array(rw(0x5600, 'VLAN filter table array'), { count: 128, stride: 4 }),
} as const;

/** Sections 13.4.33 to 13.4.46. */
export const e1000TransmitRegisters = {
  TCTL: rw(0x0400, 'transmit control'),
  TIPG: rw(0x0410, 'transmit inter packet gap'),
  AIT: rw(0x0458, 'adaptive IFS throttle'),
  TXDMAC: rw(0x3000, 'TX DMA control'),
  TDBAL: rw(0x3800, 'transmit descriptor base address low'),
  TDBAH: rw(0x3804, 'transmit descriptor base address high'),
  TDLEN: rw(0x3808, 'transmit descriptor length'),
  TDH: rw(0x3810, 'transmit descriptor head'),
  TDT: rw(0x3818, 'transmit descriptor tail'),
  TIDV: rw(0x3820, 'transmit interrupt delay value'),
  TXDCTL: rw(0x3828, 'transmit descriptor control'),
  TADV: rw(0x382c, 'transmit absolute interrupt delay value'),
  TSPMT: rw(0x3830, 'TCP segmentation pad and minimum threshold'),
} as const;

/** Wakeup and management, sections 13.6 and 13.8.75: kept, with nobody to wake. */
export const e1000WakeRegisters = {
  WUC: rw(0x5800, 'wakeup control'),
  WUFC: rw(0x5808, 'wakeup filter control'),
  WUS: rw(0x5810, 'wakeup status'),
  MANC: rw(0x5820, 'management control'),
  IPAV: rw(0x5838, 'IP address valid'),
} as const;

/** Section 13.7: cleared when read; a pair of words is cleared when its upper is. They stay at their greatest value. */
export const e1000StatisticsRegisters = {
  CRCERRS: ro(0x4000, 'CRC errors'), ALGNERRC: ro(0x4004, 'alignment errors'),
  SYMERRS: ro(0x4008, 'symbol errors'), RXERRC: ro(0x400c, 'RX errors'),
  MPC: ro(0x4010, 'missed packets'), SCC: ro(0x4014, 'single collisions'),
  ECOL: ro(0x4018, 'excessive collisions'), MCC: ro(0x401c, 'multiple collisions'),
  LATECOL: ro(0x4020, 'late collisions'), COLC: ro(0x4028, 'collisions'),
  DC: ro(0x4030, 'defers'), TNCRS: ro(0x4034, 'transmit with no CRS'),
  SEC: ro(0x4038, 'sequence errors'), CEXTERR: ro(0x403c, 'carrier extension errors'),
  RLEC: ro(0x4040, 'receive length errors'), XONRXC: ro(0x4048, 'XON received'),
  XONTXC: ro(0x404c, 'XON transmitted'), XOFFRXC: ro(0x4050, 'XOFF received'),
  XOFFTXC: ro(0x4054, 'XOFF transmitted'), FCRUC: ro(0x4058, 'FC received unsupported'),
  PRC64: ro(0x405c, 'packets received, 64 bytes'), PRC127: ro(0x4060, 'packets received, 65 to 127 bytes'),
  PRC255: ro(0x4064, 'packets received, 128 to 255 bytes'), PRC511: ro(0x4068, 'packets received, 256 to 511 bytes'),
  PRC1023: ro(0x406c, 'packets received, 512 to 1023 bytes'),
  PRC1522: ro(0x4070, 'packets received, 1024 bytes or more'),
  GPRC: ro(0x4074, 'good packets received'), BPRC: ro(0x4078, 'broadcast packets received'),
  MPRC: ro(0x407c, 'multicast packets received'), GPTC: ro(0x4080, 'good packets transmitted'),
  GORCL: ro(0x4088, 'good octets received, low'), GORCH: ro(0x408c, 'good octets received, high'),
  GOTCL: ro(0x4090, 'good octets transmitted, low'), GOTCH: ro(0x4094, 'good octets transmitted, high'),
  RNBC: ro(0x40a0, 'receive no buffers'), RUC: ro(0x40a4, 'receive undersize'),
  RFC: ro(0x40a8, 'receive fragments'), ROC: ro(0x40ac, 'receive oversize'),
  RJC: ro(0x40b0, 'receive jabber'), MGTPRC: ro(0x40b4, 'management packets received'),
  MGTPDC: ro(0x40b8, 'management packets dropped'), MGTPTC: ro(0x40bc, 'management packets transmitted'),
  TORL: ro(0x40c0, 'total octets received, low'), TORH: ro(0x40c4, 'total octets received, high'),
  TOTL: ro(0x40c8, 'total octets transmitted, low'), TOTH: ro(0x40cc, 'total octets transmitted, high'),
  TPR: ro(0x40d0, 'total packets received'), TPT: ro(0x40d4, 'total packets transmitted'),
  PTC64: ro(0x40d8, 'packets transmitted, 64 bytes'), PTC127: ro(0x40dc, 'packets transmitted, 65 to 127 bytes'),
  PTC255: ro(0x40e0, 'packets transmitted, 128 to 255 bytes'),
  PTC511: ro(0x40e4, 'packets transmitted, 256 to 511 bytes'),
  PTC1023: ro(0x40e8, 'packets transmitted, 512 to 1023 bytes'),
  PTC1522: ro(0x40ec, 'packets transmitted, 1024 bytes or more'),
  MPTC: ro(0x40f0, 'multicast packets transmitted'), BPTC: ro(0x40f4, 'broadcast packets transmitted'),
  TSCTC: ro(0x40f8, 'TCP segmentation contexts transmitted'), TSCTFC: ro(0x40fc, 'TCP segmentation contexts failed'),
} as const;

/** Upper halves of counters of 64 bits, by their lower ones. */
export const e1000WideStatistics = { GORCL: 'GORCH', GOTCL: 'GOTCH', TORL: 'TORH', TOTL: 'TOTH' } as const;

/** All registers of the memory window. */
export const e1000Registers = {
  ...e1000GeneralRegisters, ...e1000InterruptRegisters, ...e1000ReceiveRegisters, ...e1000TransmitRegisters,
  ...e1000WakeRegisters, ...e1000StatisticsRegisters,
} as const;

export const e1000Identity = {
  name: 'e1000',
  vendor: 0x8086, device: 0x100e, revision: 3, classCode: 0x02_0000, subsystemVendor: 0x8086, subsystem: 0x001e,
  interruptPin: 1, minGrant: 255,
  bars: [
    { index: 0, kind: 'memory', bytes: 0x2_0000, registers: e1000Registers },
    { index: 1, kind: 'ports', bytes: 0x40, registers: e1000Ports },
  ],
} as const;

/** Table 13-3. */
export const CTRL = {
  FD: 1 << 0, LRST: 1 << 3, ASDE: 1 << 5, SLU: 1 << 6, ILOS: 1 << 7, SPEED: 3 << 8, FRCSPD: 1 << 11, FRCDPX: 1 << 12,
  RST: 1 << 26, RFCE: 1 << 27, TFCE: 1 << 28, VME: 1 << 30, PHY_RST: 1 << 31,
} as const;
/** Table 13-6. SPEED and ASDV: 0 is 10, 1 is 100, 2 and 3 are 1000 Mb/s. */
export const STATUS = {
  FD: 1 << 0, LU: 1 << 1, TXOFF: 1 << 4, speedShift: 6, asdvShift: 8, MTXCKOK: 1 << 10,
} as const;
/** Table 13-7. */
export const EECD = {
  SK: 1 << 0, CS: 1 << 1, DI: 1 << 2, DO: 1 << 3, FWE: 3 << 4, writeEnabled: 2 << 4, REQ: 1 << 6, GNT: 1 << 7,
  PRES: 1 << 8, SIZE: 1 << 9,
} as const;
/** Table 13-10. */
export const EERD = { START: 1 << 0, DONE: 1 << 4, addressShift: 8, dataShift: 16 } as const;
/** Table 13-15. */
export const MDIC = {
  data: 0xffff, registerShift: 16, phyShift: 21, operation: 3 << 26, write: 1 << 26, read: 2 << 26, R: 1 << 28,
  I: 1 << 29, E: 1 << 30,
} as const;

/** Table 13-63: causes of interrupts, bits of ICR, ICS, IMS and IMC. */
export const interruptCause = {
  TXDW: 1 << 0, TXQE: 1 << 1, LSC: 1 << 2, RXSEQ: 1 << 3, RXDMT0: 1 << 4, RXO: 1 << 6, RXT0: 1 << 7, MDAC: 1 << 9,
  RXCFG: 1 << 10, GPI: 15 << 11, TXD_LOW: 1 << 15, SRPD: 1 << 16, all: 0x1_fedf,
} as const;

/** Table 13-67. */
export const RCTL = {
  EN: 1 << 1, SBP: 1 << 2, UPE: 1 << 3, MPE: 1 << 4, LPE: 1 << 5, LBM: 3 << 6, thresholdShift: 8, multicastShift: 12,
  BAM: 1 << 15, sizeShift: 16, VFE: 1 << 18, CFIEN: 1 << 19, CFI: 1 << 20, DPF: 1 << 22, PMCF: 1 << 23, BSEX: 1 << 25,
  SECRC: 1 << 26,
} as const;
/** Section 13.4.44, and the times of the delay timers, in nanoseconds. */
export const e1000Time = { delayNs: 1024, throttleNs: 256 } as const;
/** Section 13.4.30: RDTR's and TIDV's bit that has a pending interrupt come at once. */
export const flushPartialDescriptors = 1 << 31;
/** Section 13.5.1: RAH's bits. */
export const RAH = { AS: 3 << 16, AV: 1 << 31 } as const;
/** Table 13-103. */
export const RXCSUM = { PCSS: 0xff, IPOFL: 1 << 8, TUOFL: 1 << 9 } as const;
/** Table 13-76. */
export const TCTL = { EN: 1 << 1, PSP: 1 << 3 } as const;

/** Section 3.2.3: the receive descriptor, 16 bytes. */
export const receiveDescriptor = {
  address: 0, length: 8, checksum: 10, status: 12, errors: 13, special: 14, bytes: 16,
  DD: 1, EOP: 2, IXSM: 4, VP: 8, TCPCS: 0x20, IPCS: 0x40, PIF: 0x80,
  CE: 0x01, SE: 0x02, TCPE: 0x20, IPE: 0x40, RXE: 0x80,
} as const;

/** Sections 3.3.3 to 3.3.7: transmit descriptors. The second word of all has the command in its upper byte. */
export const transmitDescriptor = {
  bytes: 16,
  EOP: 1, IFCS: 2, IC: 4, TSE: 4, RS: 8, DEXT: 0x20, VLE: 0x40, IDE: 0x80,
  /** TUCMD of a context. */
  TCP: 1, IP: 2,
  /** POPTS of data. */
  IXSM: 1, TXSM: 2,
  context: 0, data: 1,
  DD: 1,
} as const;

/** Section 5.6, the EEPROM's words. */
export const e1000Eeprom = {
  words: 64, addressBits: 6, checksumAt: 0x3f, checksum: 0xbaba,
  init1: 0x0a, subsystem: 0x0b, subsystemVendor: 0x0c, device: 0x0d, vendor: 0x0e, init2: 0x0f,
} as const;

/** Section 8.8: registers of the PHY, a Marvell 88E1011 at address 1; IEEE 802.3, section 22.2.4, has the first. */
export const e1000Phy = { address: 1, id: [0x0141, 0x0c20] } as const;
export const phy = {
  PCTRL: 0, PSTATUS: 1, PID: 2, EPID: 3, ANA: 4, LPA: 5, ANE: 6, NPT: 7, LPN: 8, GCON: 9, GSTATUS: 10, EPSTATUS: 15,
  PSCON: 16, PSSTAT: 17, PINTE: 18, PINTS: 19, EPSCON: 20, PREC: 21,
} as const;
export const PCTRL = {
  speedMsb: 1 << 6, FD: 1 << 8, restart: 1 << 9, isolate: 1 << 10, powerDown: 1 << 11, autoNegotiate: 1 << 12,
  speedLsb: 1 << 13, loopback: 1 << 14, reset: 1 << 15,
} as const;
export const PSTATUS = { link: 1 << 2, canNegotiate: 1 << 3, complete: 1 << 5, able: 0x7949 } as const;
export const PSSTAT = { link: 1 << 10, resolved: 1 << 11, FD: 1 << 13, speed1000: 2 << 14 } as const;
