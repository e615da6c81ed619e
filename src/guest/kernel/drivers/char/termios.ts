/** What a terminal is told to do: include/asm-generic/termbits.h and ioctls.h of Linux, whose values these are. */

/** Control characters, by their index in c_cc. */
export const VINTR = 0;
export const VQUIT = 1;
export const VERASE = 2;
export const VKILL = 3;
export const VEOF = 4;
export const VTIME = 5;
export const VMIN = 6;
export const NCCS = 19;

/** struct termios, 36 bytes. */
export class Termios {
  c_iflag: u32;
  c_oflag: u32;
  c_cflag: u32;
  c_lflag: u32;
  c_line: u8;
  c_cc: Arr<u8, 19>;
}

// c_iflag.
export const INLCR = 0o100;
export const IGNCR = 0o200;
export const ICRNL = 0o400;
// c_oflag.
export const OPOST = 0o1;
export const ONLCR = 0o4;
// c_cflag: 38400 baud, 8 bits, receiver on, no modem.
export const DEFAULT_CFLAG = 0o17 | 0o60 | 0o200 | 0o4000;
// c_lflag.
export const ISIG = 0o1;
export const ICANON = 0o2;
export const ECHO = 0o10;
export const ECHOE = 0o20;
export const ECHOK = 0o40;
export const ECHOCTL = 0o1000;
export const NOFLSH = 0o200;

// ioctl commands.
export const TCGETS = 0x5401;
export const TCSETS = 0x5402;
export const TCSETSW = 0x5403;
export const TCSETSF = 0x5404;
export const TIOCSCTTY = 0x540e;
export const TIOCGPGRP = 0x540f;
export const TIOCSPGRP = 0x5410;
export const TIOCGWINSZ = 0x5413;
export const FIONREAD = 0x541b;

/** The settings of a terminal that was just made. */
export function default_termios(termios: Termios): void {
  termios.c_iflag = ICRNL;
  termios.c_oflag = OPOST | ONLCR;
  termios.c_cflag = DEFAULT_CFLAG;
  termios.c_lflag = ISIG | ICANON | ECHO | ECHOE | ECHOK | ECHOCTL;
  termios.c_line = 0;
  for (let i: u32 = 0; i < NCCS; i++) termios.c_cc[i] = 0;
  termios.c_cc[VINTR] = 0x03;
  termios.c_cc[VQUIT] = 0x1c;
  termios.c_cc[VERASE] = 0x7f;
  termios.c_cc[VKILL] = 0x15;
  termios.c_cc[VEOF] = 0x04;
  termios.c_cc[VMIN] = 1;
}
