/** Requests of SIOCETHTOOL: Linux 2.4, include/linux/ethtool.h. An Ifreq's first word is the user's address of one. */

// The first word of every request.
export const ETHTOOL_GSET = 0x00000001;
export const ETHTOOL_SSET = 0x00000002;
export const ETHTOOL_GDRVINFO = 0x00000003;
export const ETHTOOL_GREGS = 0x00000004;
export const ETHTOOL_GMSGLVL = 0x00000007;
export const ETHTOOL_SMSGLVL = 0x00000008;
export const ETHTOOL_NWAY_RST = 0x00000009;
export const ETHTOOL_GLINK = 0x0000000a;
export const ETHTOOL_GEEPROM = 0x0000000b;
export const ETHTOOL_GRINGPARAM = 0x00000010;
export const ETHTOOL_PHYS_ID = 0x0000001c;

// EthtoolCmd.supported and advertising: SUPPORTED_ and ADVERTISED_.
export const SUPPORTED_10baseT_Half = 1 << 0;
export const SUPPORTED_10baseT_Full = 1 << 1;
export const SUPPORTED_100baseT_Half = 1 << 2;
export const SUPPORTED_100baseT_Full = 1 << 3;
export const SUPPORTED_1000baseT_Full = 1 << 5;
export const SUPPORTED_Autoneg = 1 << 6;
export const SUPPORTED_TP = 1 << 7;

// EthtoolCmd.speed, duplex, port, transceiver, autoneg.
export const SPEED_10 = 10;
export const SPEED_100 = 100;
export const SPEED_1000 = 1000;
export const DUPLEX_HALF = 0;
export const DUPLEX_FULL = 1;
export const PORT_TP = 0;
export const XCVR_INTERNAL = 0;
export const AUTONEG_DISABLE = 0;
export const AUTONEG_ENABLE = 1;

/** ETHTOOL_GSET and ETHTOOL_SSET: how the link is to be. */
export class EthtoolCmd {
  cmd: u32;
  supported: u32;
  advertising: u32;
  speed: u16;
  duplex: u8;
  port: u8;
  phy_address: u8;
  transceiver: u8;
  autoneg: u8;
  maxtxpkt: u32;
  maxrxpkt: u32;
  reserved: Arr<u32, 4>;
}

/** ETHTOOL_GDRVINFO: which driver it is, and how much ETHTOOL_GREGS and ETHTOOL_GEEPROM can give. */
export class EthtoolDrvinfo {
  cmd: u32;
  driver: Arr<u8, 32>;
  version: Arr<u8, 32>;
  fw_version: Arr<u8, 32>;
  bus_info: Arr<u8, 32>;
  reserved1: Arr<u8, 32>;
  reserved2: Arr<u8, 16>;
  n_stats: u32;
  testinfo_len: u32;
  eedump_len: u32;
  regdump_len: u32;
}

/** Requests of one number: ETHTOOL_GLINK, ETHTOOL_PHYS_ID, ETHTOOL_NWAY_RST. */
export class EthtoolValue {
  cmd: u32;
  data: u32;
}

/** ETHTOOL_GREGS: `len` bytes of registers follow. */
export class EthtoolRegs {
  cmd: u32;
  version: u32;
  len: u32;
}

/** ETHTOOL_GEEPROM: `len` bytes from `offset` on follow. */
export class EthtoolEeprom {
  cmd: u32;
  magic: u32;
  offset: u32;
  len: u32;
}

/** ETHTOOL_GRINGPARAM. */
export class EthtoolRingparam {
  cmd: u32;
  rx_max_pending: u32;
  rx_mini_max_pending: u32;
  rx_jumbo_max_pending: u32;
  tx_max_pending: u32;
  rx_pending: u32;
  rx_mini_pending: u32;
  rx_jumbo_pending: u32;
  tx_pending: u32;
}
