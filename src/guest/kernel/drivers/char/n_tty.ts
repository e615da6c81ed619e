/**
 * The line discipline: Linux 2.4, drivers/char/n_tty.c. What comes in is edited, echoed and kept in lines (or as it
 * comes, if ICANON is off); what goes out gets its line ends.
 */
import { SIGINT, SIGQUIT } from '../../sched/signal.ts';
import {
  ECHO, ECHOCTL, ECHOE, ECHOK, ICANON, ICRNL, IGNCR, INLCR, ISIG, NOFLSH, ONLCR, OPOST, VEOF, VERASE, VINTR, VKILL,
  VQUIT,
} from './termios.ts';
import { N_TTY_BUF_SIZE, TtyStruct } from './tty.ts';

const BELL = 7;
const BACKSPACE = 8;
const DEL = 0x7f;

/**
 * Takes one byte from the line; gives the signal that it asks for, or 0. Whether there is something to read now is
 * n_tty_readable's to say. Under tty.lock.
 */
export function n_tty_receive_char(tty: TtyStruct, byte: u32): u32 {
  const termios = tty.termios;
  let c = byte;
  if (c === char('\r')) {
    if (termios.c_iflag & IGNCR) return 0;
    if (termios.c_iflag & ICRNL) c = char('\n');
  } else if (c === char('\n') && termios.c_iflag & INLCR) {
    c = char('\r');
  }
  if (termios.c_lflag & ISIG && c !== 0) {
    if (c === termios.c_cc[VINTR]) return interrupt_char(tty, c, SIGINT);
    if (c === termios.c_cc[VQUIT]) return interrupt_char(tty, c, SIGQUIT);
  }
  if (termios.c_lflag & ICANON) receive_canonical(tty, c);
  else if (put_char(tty, c, N_TTY_BUF_SIZE)) echo_char(tty, c);
  return 0;
}

/** What was typed before is void. */
function interrupt_char(tty: TtyStruct, c: u32, signal: u32): u32 {
  if ((tty.termios.c_lflag & NOFLSH) === 0) n_tty_flush_buffer(tty);
  echo_char(tty, c);
  if (tty.termios.c_lflag & ECHO) put_output(tty, char('\n'));
  return signal;
}

function receive_canonical(tty: TtyStruct, c: u32): void {
  const termios = tty.termios;
  if (c === termios.c_cc[VERASE] || c === BACKSPACE) {
    erase_char(tty);
  } else if (c === termios.c_cc[VKILL]) {
    if (termios.c_lflag & ECHOK) while (tty.read_head !== tty.canon_head) erase_char(tty);
    tty.read_head = tty.canon_head;
  } else if (c === termios.c_cc[VEOF]) {
    end_line(tty, 0);
  } else if (c === char('\n')) {
    if (tty.read_head - tty.read_tail < N_TTY_BUF_SIZE && termios.c_lflag & ECHO) put_output(tty, c);
    end_line(tty, c);
  } else if (put_char(tty, c, N_TTY_BUF_SIZE - 1)) {
    // One place is kept for the end of the line.
    echo_char(tty, c);
  } else {
    put_output(tty, BELL);
  }
}

/** The line is complete: `last` is its newline, or 0 for an end of file, which readers do not see. */
function end_line(tty: TtyStruct, last: u32): void {
  const at = tty.read_head % N_TTY_BUF_SIZE;
  if (!put_char(tty, last, N_TTY_BUF_SIZE)) return;
  tty.read_flags[at >>> 5] = tty.read_flags[at >>> 5] | (1 << (at & 31));
  tty.canon_head = tty.read_head;
}

function put_char(tty: TtyStruct, c: u32, limit: u32): bool {
  if (tty.read_head - tty.read_tail >= limit) return false;
  tty.read_buf[tty.read_head++ % N_TTY_BUF_SIZE] = c;
  return true;
}

function erase_char(tty: TtyStruct): void {
  if (tty.read_head === tty.canon_head) return;
  tty.read_head = tty.read_head - 1;
  const lflag = tty.termios.c_lflag;
  if ((lflag & ECHO) === 0 || (lflag & ECHOE) === 0) return;
  rub_out(tty);
  if (lflag & ECHOCTL && is_control(tty.read_buf[tty.read_head % N_TTY_BUF_SIZE])) rub_out(tty);
}

function rub_out(tty: TtyStruct): void {
  put_output(tty, BACKSPACE);
  put_output(tty, char(' '));
  put_output(tty, BACKSPACE);
}

/** Control characters show as ^X. */
function echo_char(tty: TtyStruct, c: u32): void {
  const lflag = tty.termios.c_lflag;
  if ((lflag & ECHO) === 0) return;
  if (lflag & ECHOCTL && is_control(c)) {
    put_output(tty, char('^'));
    put_output(tty, c ^ 0x40);
  } else {
    put_output(tty, c);
  }
}

function is_control(c: u32): bool {
  return (c < 32 && c !== char('\t') && c !== char('\n')) || c === DEL;
}

/** To the line if there is room: an echo may be lost. */
function put_output(tty: TtyStruct, c: u32): void {
  const text = local<Arr<u8, 2>>();
  if (tty.driver.write_room() >= 2) tty.driver.put_chars(ptr(text[0]), n_tty_output(tty, c, ptr(text[0])));
}

/** What a byte of output becomes on the line, at most two: gives how many. */
export function n_tty_output(tty: TtyStruct, c: u32, to: Ptr<u8>): u32 {
  const oflag = tty.termios.c_oflag;
  if (c === char('\n') && oflag & OPOST && oflag & ONLCR) {
    to[0] = char('\r');
    to[1] = char('\n');
    return 2;
  }
  to[0] = c;
  return 1;
}

/** Whether a read would find something: a line, or without ICANON a byte. Under tty.lock. */
export function n_tty_readable(tty: TtyStruct): bool {
  return tty.termios.c_lflag & ICANON ? tty.canon_head !== tty.read_tail : tty.read_head !== tty.read_tail;
}

/**
 * Takes up to `size` bytes, not beyond the end of a line; sets `line_ended` if that was reached, so that a read ends
 * there even without a byte (end of file). Under tty.lock.
 */
export function n_tty_take(tty: TtyStruct, to: Ptr<u8>, size: u32): u32 {
  const canonical = (tty.termios.c_lflag & ICANON) !== 0;
  let count: u32 = 0;
  tty.line_ended = false;
  while (count < size && tty.read_tail !== (canonical ? tty.canon_head : tty.read_head)) {
    const at = tty.read_tail % N_TTY_BUF_SIZE, bit = 1 << (at & 31);
    const flagged = (tty.read_flags[at >>> 5] & bit) !== 0;
    tty.read_flags[at >>> 5] = tty.read_flags[at >>> 5] & ~bit;
    tty.read_tail = tty.read_tail + 1;
    if (!flagged || tty.read_buf[at] !== 0) to[count++] = tty.read_buf[at];
    if (!flagged) continue;
    tty.line_ended = true;
    if (canonical) break;
  }
  return count;
}

/** Forgets what has come in. Under tty.lock. */
export function n_tty_flush_buffer(tty: TtyStruct): void {
  for (let i: u32 = 0; i < N_TTY_BUF_SIZE / 32; i++) tty.read_flags[i] = 0;
  tty.read_tail = tty.read_head;
  tty.canon_head = tty.read_head;
}

/** The settings have changed: what came in without lines is readable as one. Under tty.lock. */
export function n_tty_set_termios(tty: TtyStruct, was_canonical: bool): void {
  const canonical = (tty.termios.c_lflag & ICANON) !== 0;
  if (canonical && !was_canonical) tty.canon_head = tty.read_head;
}
