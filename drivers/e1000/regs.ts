/**
 * Registers of the 8254x and their bits: "PCI/PCI-X Family of Gigabit Ethernet Controllers Software Developer's Manual"
 * (317453), chapter 13; names as in Linux 2.4's drivers/net/e1000/e1000_hw.h. Offsets are bytes from base address 0.
 */

export const E1000_CTRL = 0x00000;
export const E1000_STATUS = 0x00008;
export const E1000_EECD = 0x00010;
export const E1000_CTRL_EXT = 0x00018;
export const E1000_MDIC = 0x00020;
export const E1000_FCAL = 0x00028;
export const E1000_FCAH = 0x0002c;
export const E1000_FCT = 0x00030;
export const E1000_VET = 0x00038;
export const E1000_ICR = 0x000c0;
export const E1000_ITR = 0x000c4;
export const E1000_ICS = 0x000c8;
export const E1000_IMS = 0x000d0;
export const E1000_IMC = 0x000d8;
export const E1000_RCTL = 0x00100;
export const E1000_FCTTV = 0x00170;
export const E1000_TCTL = 0x00400;
export const E1000_TIPG = 0x00410;
export const E1000_AIT = 0x00458;
export const E1000_LEDCTL = 0x00e00;
export const E1000_PBA = 0x01000;
export const E1000_FCRTL = 0x02160;
export const E1000_FCRTH = 0x02168;
export const E1000_RDBAL = 0x02800;
export const E1000_RDBAH = 0x02804;
export const E1000_RDLEN = 0x02808;
export const E1000_RDH = 0x02810;
export const E1000_RDT = 0x02818;
export const E1000_RDTR = 0x02820;
export const E1000_RXDCTL = 0x02828;
export const E1000_RADV = 0x0282c;
export const E1000_TDBAL = 0x03800;
export const E1000_TDBAH = 0x03804;
export const E1000_TDLEN = 0x03808;
export const E1000_TDH = 0x03810;
export const E1000_TDT = 0x03818;
export const E1000_TIDV = 0x03820;
export const E1000_TXDCTL = 0x03828;
export const E1000_TADV = 0x0382c;
export const E1000_RXCSUM = 0x05000;
export const E1000_MTA = 0x05200;
export const E1000_RA = 0x05400;
export const E1000_VFTA = 0x05600;
export const E1000_MANC = 0x05820;

// Statistics, cleared when read (section 13.7).
export const E1000_CRCERRS = 0x04000;
export const E1000_ALGNERRC = 0x04004;
export const E1000_SYMERRS = 0x04008;
export const E1000_RXERRC = 0x0400c;
export const E1000_MPC = 0x04010;
export const E1000_SCC = 0x04014;
export const E1000_ECOL = 0x04018;
export const E1000_MCC = 0x0401c;
export const E1000_LATECOL = 0x04020;
export const E1000_COLC = 0x04028;
export const E1000_DC = 0x04030;
export const E1000_TNCRS = 0x04034;
export const E1000_SEC = 0x04038;
export const E1000_CEXTERR = 0x0403c;
export const E1000_RLEC = 0x04040;
export const E1000_XONRXC = 0x04048;
export const E1000_XONTXC = 0x0404c;
export const E1000_XOFFRXC = 0x04050;
export const E1000_XOFFTXC = 0x04054;
export const E1000_FCRUC = 0x04058;
export const E1000_PRC64 = 0x0405c;
export const E1000_PRC127 = 0x04060;
export const E1000_PRC255 = 0x04064;
export const E1000_PRC511 = 0x04068;
export const E1000_PRC1023 = 0x0406c;
export const E1000_PRC1522 = 0x04070;
export const E1000_GPRC = 0x04074;
export const E1000_BPRC = 0x04078;
export const E1000_MPRC = 0x0407c;
export const E1000_GPTC = 0x04080;
export const E1000_GORCL = 0x04088;
export const E1000_GORCH = 0x0408c;
export const E1000_GOTCL = 0x04090;
export const E1000_GOTCH = 0x04094;
export const E1000_RNBC = 0x040a0;
export const E1000_RUC = 0x040a4;
export const E1000_RFC = 0x040a8;
export const E1000_ROC = 0x040ac;
export const E1000_RJC = 0x040b0;
export const E1000_TORL = 0x040c0;
export const E1000_TORH = 0x040c4;
export const E1000_TOTL = 0x040c8;
export const E1000_TOTH = 0x040cc;
export const E1000_TPR = 0x040d0;
export const E1000_TPT = 0x040d4;
export const E1000_PTC64 = 0x040d8;
export const E1000_PTC127 = 0x040dc;
export const E1000_PTC255 = 0x040e0;
export const E1000_PTC511 = 0x040e4;
export const E1000_PTC1023 = 0x040e8;
export const E1000_PTC1522 = 0x040ec;
export const E1000_MPTC = 0x040f0;
export const E1000_BPTC = 0x040f4;
export const E1000_TSCTC = 0x040f8;
export const E1000_TSCTFC = 0x040fc;

// CTRL, table 13-3.
export const E1000_CTRL_FD = 0x00000001;
export const E1000_CTRL_ASDE = 0x00000020;
export const E1000_CTRL_SLU = 0x00000040;
export const E1000_CTRL_SPD_SEL = 0x00000300;
export const E1000_CTRL_SPD_100 = 0x00000100;
export const E1000_CTRL_SPD_1000 = 0x00000200;
export const E1000_CTRL_FRCSPD = 0x00000800;
export const E1000_CTRL_FRCDPX = 0x00001000;
export const E1000_CTRL_RST = 0x04000000;
export const E1000_CTRL_RFCE = 0x08000000;
export const E1000_CTRL_TFCE = 0x10000000;
export const E1000_CTRL_PHY_RST = 0x80000000;

// STATUS, table 13-6.
export const E1000_STATUS_FD = 0x00000001;
export const E1000_STATUS_LU = 0x00000002;
export const E1000_STATUS_TXOFF = 0x00000010;
export const E1000_STATUS_SPEED_100 = 0x00000040;
export const E1000_STATUS_SPEED_1000 = 0x00000080;

// EECD, table 13-7.
export const E1000_EECD_SK = 0x00000001;
export const E1000_EECD_CS = 0x00000002;
export const E1000_EECD_DI = 0x00000004;
export const E1000_EECD_DO = 0x00000008;
export const E1000_EECD_REQ = 0x00000040;
export const E1000_EECD_GNT = 0x00000080;
export const E1000_EECD_PRES = 0x00000100;
export const E1000_EECD_SIZE = 0x00000200;

// CTRL_EXT, table 13-11.
export const E1000_CTRL_EXT_EE_RST = 0x00002000;

// MDIC, table 13-15.
export const E1000_MDIC_DATA_MASK = 0x0000ffff;
export const E1000_MDIC_REG_SHIFT = 16;
export const E1000_MDIC_PHY_SHIFT = 21;
export const E1000_MDIC_OP_WRITE = 0x04000000;
export const E1000_MDIC_OP_READ = 0x08000000;
export const E1000_MDIC_READY = 0x10000000;
export const E1000_MDIC_ERROR = 0x40000000;

// ICR, ICS, IMS, IMC: table 13-63.
export const E1000_ICR_TXDW = 0x00000001;
export const E1000_ICR_LSC = 0x00000004;
export const E1000_ICR_RXSEQ = 0x00000008;
export const E1000_ICR_RXDMT0 = 0x00000010;
export const E1000_ICR_RXO = 0x00000040;
export const E1000_ICR_RXT0 = 0x00000080;
export const IMS_ENABLE_MASK =
  E1000_ICR_RXT0 | E1000_ICR_TXDW | E1000_ICR_RXDMT0 | E1000_ICR_RXO | E1000_ICR_RXSEQ | E1000_ICR_LSC;

// RCTL, table 13-67.
export const E1000_RCTL_EN = 0x00000002;
export const E1000_RCTL_UPE = 0x00000008;
export const E1000_RCTL_MPE = 0x00000010;
export const E1000_RCTL_LPE = 0x00000020;
export const E1000_RCTL_RDMTS_HALF = 0x00000000;
export const E1000_RCTL_MO_SHIFT = 12;
export const E1000_RCTL_BAM = 0x00008000;
export const E1000_RCTL_SZ_2048 = 0x00000000;
/** With BSEX. */
export const E1000_RCTL_SZ_16384 = 0x00010000;
export const E1000_RCTL_SZ_8192 = 0x00020000;
export const E1000_RCTL_SZ_4096 = 0x00030000;
export const E1000_RCTL_BSEX = 0x02000000;

// TCTL, table 13-76, and TIPG, table 13-77 (copper: 10, 8, 6).
export const E1000_TCTL_EN = 0x00000002;
export const E1000_TCTL_PSP = 0x00000008;
export const E1000_TCTL_CT_SHIFT = 4;
export const E1000_TCTL_COLD_SHIFT = 12;
export const E1000_TCTL_COLD_MASK = 0x003ff000;
export const E1000_TCTL_RTLC = 0x01000000;
export const E1000_TIPG_COPPER = 10 | 8 << 10 | 6 << 20;
export const E1000_COLLISION_THRESHOLD = 15;
/** In byte times. */
export const E1000_HDX_COLLISION_DISTANCE = 64;
export const E1000_FDX_COLLISION_DISTANCE = 64;

// Descriptor control and the rest.
export const E1000_TXDCTL_WTHRESH = 0x003f0000;
export const E1000_TXDCTL_FULL_TX_DESC_WB = 0x01010000;
export const E1000_RXCSUM_TUOFL = 0x00000200;
export const E1000_FCRTL_XONE = 0x80000000;
export const E1000_RAH_AV = 0x80000000;
export const E1000_MANC_ARP_EN = 0x00002000;

/** Receive addresses, words of the multicast table, and of the VLAN filter's. */
export const E1000_RAR_ENTRIES = 15;
export const E1000_MC_TBL_SIZE = 128;
export const E1000_VLAN_FILTER_TBL_SIZE = 128;

// Flow control: IEEE 802.3x, annex 31B.
export const FLOW_CONTROL_ADDRESS_LOW = 0x00c28001;
export const FLOW_CONTROL_ADDRESS_HIGH = 0x00000100;
export const FLOW_CONTROL_TYPE = 0x8808;

/** Transmit descriptor command bits, in the upper byte of the second word: section 3.3.3. */
export const E1000_TXD_CMD_EOP = 0x01000000;
export const E1000_TXD_CMD_IFCS = 0x02000000;
export const E1000_TXD_CMD_RS = 0x08000000;
export const E1000_TXD_CMD_DEXT = 0x20000000;
export const E1000_TXD_CMD_IDE = 0x80000000;
/** A data descriptor, when DEXT is set; else a context. Sections 3.3.6 and 3.3.7. */
export const E1000_TXD_DTYP_D = 0x00100000;
/** In the upper word of a data descriptor: insert the TCP or UDP checksum. */
export const E1000_TXD_POPTS_TXSM = 0x00000200;
export const E1000_TXD_STAT_DD = 0x00000001;

// Receive descriptor status and errors: section 3.2.3.
export const E1000_RXD_STAT_DD = 0x01;
export const E1000_RXD_STAT_EOP = 0x02;
export const E1000_RXD_STAT_IXSM = 0x04;
export const E1000_RXD_STAT_TCPCS = 0x20;
export const E1000_RXD_ERR_CE = 0x01;
export const E1000_RXD_ERR_SE = 0x02;
export const E1000_RXD_ERR_SEQ = 0x04;
export const E1000_RXD_ERR_CXE = 0x10;
export const E1000_RXD_ERR_TCPE = 0x20;
export const E1000_RXD_ERR_RXE = 0x80;
export const E1000_RXD_ERR_FRAME_ERR_MASK =
  E1000_RXD_ERR_CE | E1000_RXD_ERR_SE | E1000_RXD_ERR_SEQ | E1000_RXD_ERR_CXE | E1000_RXD_ERR_RXE;
