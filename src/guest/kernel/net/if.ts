/**
 * What user programs and drivers know of interfaces: Linux 2.4, include/linux/if.h, if_arp.h, if_ether.h, socket.h,
 * sockios.h, route.h.
 */

export const IFNAMSIZ = 16;

// NetDevice.flags and ifr_flags.
export const IFF_UP = 0x1;
export const IFF_BROADCAST = 0x2;
export const IFF_LOOPBACK = 0x8;
export const IFF_POINTOPOINT = 0x10;
export const IFF_RUNNING = 0x40;
export const IFF_NOARP = 0x80;
export const IFF_PROMISC = 0x100;
export const IFF_ALLMULTI = 0x200;
export const IFF_MULTICAST = 0x1000;

// NetDevice.type.
export const ARPHRD_ETHER = 1;
export const ARPHRD_LOOPBACK = 772;

export const ETH_ALEN = 6;
export const ETH_HLEN = 14;
/** The least and the most bytes of a frame without its check sequence, and of what it carries. */
export const ETH_ZLEN = 60;
export const ETH_FRAME_LEN = 1514;
export const ETH_DATA_LEN = 1500;

// Types of frames, in host byte order; below 1536 it is a length (IEEE 802.3).
export const ETH_P_ALL = 0x0003;
export const ETH_P_802_3 = 0x0001;
export const ETH_P_802_2 = 0x0004;
export const ETH_P_LOOP = 0x0060;
export const ETH_P_IP = 0x0800;
export const ETH_P_ARP = 0x0806;

/** The start of an Ethernet frame. */
export class EthHdr {
  h_dest: Arr<u8, 6>;
  h_source: Arr<u8, 6>;
  /** In network byte order. */
  h_proto: u16;
}

/** An address of any family; SockaddrIn is one of AF_INET. */
export class Sockaddr {
  sa_family: u16;
  sa_data: Arr<u8, 14>;
}

/** Request of an interface ioctl. What `ifr_ifru` holds depends on the request. */
export class Ifreq {
  ifr_name: Arr<u8, 16>;
  /** An address (Sockaddr), a number, flags (16 bits), or the driver's own. */
  ifr_ifru: Arr<u32, 4>;
}

/** SIOCGIFCONF: a user buffer of `ifc_len` bytes for Ifreqs. */
export class Ifconf {
  ifc_len: u32;
  ifc_buf: usize;
}

/** SIOCADDRT and SIOCDELRT: struct rtentry, its addresses SockaddrIns. */
export class Rtentry {
  rt_pad1: u32;
  rt_dst: Embed<Sockaddr>;
  rt_gateway: Embed<Sockaddr>;
  rt_genmask: Embed<Sockaddr>;
  rt_flags: u16;
  rt_pad2: u16;
  rt_pad3: u32;
  rt_pad4: u32;
  rt_metric: u16;
  /** User address of the interface's name, or 0. */
  rt_dev: usize;
  rt_mtu: u32;
  rt_window: u32;
  rt_irtt: u16;
}

// Rtentry.rt_flags.
export const RTF_UP = 1;
export const RTF_GATEWAY = 2;
export const RTF_HOST = 4;

/** The address in an Ifreq. @inline */
export function ifr_addr(ifr: Ifreq): Sockaddr {
  return cast<Sockaddr>(ptr(ifr.ifr_ifru[0]));
}

export const SIOCADDRT = 0x890b;
export const SIOCDELRT = 0x890c;
export const SIOCGIFNAME = 0x8910;
export const SIOCGIFCONF = 0x8912;
export const SIOCGIFFLAGS = 0x8913;
export const SIOCSIFFLAGS = 0x8914;
export const SIOCGIFADDR = 0x8915;
export const SIOCSIFADDR = 0x8916;
export const SIOCGIFBRDADDR = 0x8919;
export const SIOCSIFBRDADDR = 0x891a;
export const SIOCGIFNETMASK = 0x891b;
export const SIOCSIFNETMASK = 0x891c;
export const SIOCGIFMETRIC = 0x891d;
export const SIOCGIFMTU = 0x8921;
export const SIOCSIFMTU = 0x8922;
export const SIOCSIFHWADDR = 0x8924;
export const SIOCGIFHWADDR = 0x8927;
export const SIOCADDMULTI = 0x8931;
export const SIOCDELMULTI = 0x8932;
export const SIOCGIFINDEX = 0x8933;
export const SIOCGIFTXQLEN = 0x8942;
export const SIOCSIFTXQLEN = 0x8943;
export const SIOCETHTOOL = 0x8946;
export const SIOCGIFMAP = 0x8970;
/** Sixteen requests of the driver's own; 2.4's drivers take the first three for their PHY's registers. */
export const SIOCDEVPRIVATE = 0x89f0;
export const SIOCGMIIPHY = 0x89f0;
export const SIOCGMIIREG = 0x89f1;
export const SIOCSMIIREG = 0x89f2;
