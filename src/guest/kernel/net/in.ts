/**
 * What programs say to sockets: Linux 2.4, include/linux/socket.h, in.h, net.h, include/asm-i386/socket.h. User
 * programs import this file, so it imports nothing.
 */
export const AF_UNSPEC = 0;
export const AF_INET = 2;
/** One more than the highest family there is a place for. */
export const NPROTO = 3;

// Types of sockets.
export const SOCK_STREAM = 1;
export const SOCK_DGRAM = 2;
export const SOCK_RAW = 3;
export const SOCK_MAX = 4;
/** With a type, as later Linux has it: O_NONBLOCK and O_CLOEXEC. */
export const SOCK_TYPE_MASK = 0xf;

export const IPPROTO_IP = 0;
export const IPPROTO_ICMP = 1;
export const IPPROTO_TCP = 6;
export const IPPROTO_UDP = 17;
export const IPPROTO_RAW = 255;

/** An address of AF_INET; port and address in network byte order. */
export class SockaddrIn {
  sin_family: u16;
  sin_port: u16;
  sin_addr: u32;
  sin_zero: Arr<u8, 8>;
}

// Addresses, in host byte order.
export const INADDR_ANY = 0;
export const INADDR_LOOPBACK = 0x7f000001;
export const INADDR_BROADCAST = 0xffffffff;

// Flags of sendto and recvfrom.
export const MSG_PEEK = 2;
/** Only the 2.4 kernel's own: the datagram was longer than the buffer. As a flag of recvfrom: give its whole length. */
export const MSG_TRUNC = 0x20;
export const MSG_DONTWAIT = 0x40;
export const MSG_ERRQUEUE = 0x2000;

// Options of sockets.
export const SOL_IP = 0;
export const SOL_SOCKET = 1;
export const SO_REUSEADDR = 2;
export const SO_TYPE = 3;
export const SO_ERROR = 4;
export const SO_BROADCAST = 6;
export const SO_SNDBUF = 7;
export const SO_RCVBUF = 8;
/** A struct timeval: seconds and microseconds; 0 for none. */
export const SO_RCVTIMEO = 20;
export const SO_SNDTIMEO = 21;

// Options of level SOL_IP.
export const IP_TOS = 1;
export const IP_TTL = 2;

// How to shut down.
export const SHUT_RD = 0;
export const SHUT_WR = 1;
export const SHUT_RDWR = 2;
