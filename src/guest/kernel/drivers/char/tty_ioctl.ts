/** Control of terminals: Linux 2.4, drivers/char/tty_ioctl.c, tty_io.c (tiocgpgrp and its like). */
import { current } from '../../arch/cpu.ts';
import { copy_from_user, copy_to_user } from '../../arch/uaccess.ts';
import { EFAULT, EINVAL, ENOTTY } from '../../errno.ts';
import { memcpy } from '../../../lib/memory.ts';
import { spin_lock_irqsave, spin_unlock_irqrestore } from '../../locking/spinlock.ts';
import { wake_up_interruptible_all } from '../../sched/wait.ts';
import { n_tty_flush_buffer, n_tty_set_termios } from './n_tty.ts';
import {
  FIONREAD, ICANON, TCGETS, TCSETS, TCSETSF, TCSETSW, TIOCGPGRP, TIOCGWINSZ, TIOCSCTTY, TIOCSPGRP, Termios,
} from './termios.ts';
import { TtyStruct } from './tty.ts';

/** ioctl(2) of a terminal: 0, EFAULT, EINVAL, or ENOTTY for a command that is none of a terminal's. @sleeps */
export function tty_ioctl(tty: TtyStruct, cmd: u32, arg: usize): i32 {
  switch (cmd) {
    case TCGETS:
      return get_termios(tty, arg);
    case TCSETS:
    case TCSETSW:
    case TCSETSF:
      return set_termios(tty, arg, cmd === TCSETSF);
    case TIOCGPGRP:
      return give_word(arg, tty.pgrp as u32);
    case TIOCSPGRP:
      return set_pgrp(tty, arg);
    case TIOCSCTTY:
      tty.pgrp = current().pgrp;
      return 0;
    case FIONREAD:
      return give_word(arg, (tty.termios.c_lflag & ICANON ? tty.canon_head : tty.read_head) - tty.read_tail);
    case TIOCGWINSZ: {
      // struct winsize: 24 rows of 80 columns; a serial line does not know better.
      const size = local<Arr<u16, 4>>();
      size[0] = 24;
      size[1] = 80;
      size[2] = 0;
      size[3] = 0;
      return copy_to_user(arg, addr(size), 8) ? -EFAULT : 0;
    }
    default:
      return -ENOTTY;
  }
}

function give_word(arg: usize, value: u32): i32 {
  const word = local<Arr<u32, 1>>();
  word[0] = value;
  return copy_to_user(arg, addr(word), 4) ? -EFAULT : 0;
}

function set_pgrp(tty: TtyStruct, arg: usize): i32 {
  const word = local<Arr<i32, 1>>();
  if (copy_from_user(addr(word), arg, 4)) return -EFAULT;
  if (word[0] <= 0) return -EINVAL;
  const flags = spin_lock_irqsave(tty.lock);
  tty.pgrp = word[0];
  spin_unlock_irqrestore(tty.lock, flags);
  return 0;
}

function get_termios(tty: TtyStruct, arg: usize): i32 {
  const copy = local<Termios>();
  const flags = spin_lock_irqsave(tty.lock);
  memcpy(copy, tty.termios, sizeof<Termios>());
  spin_unlock_irqrestore(tty.lock, flags);
  return copy_to_user(arg, addr(copy), sizeof<Termios>()) ? -EFAULT : 0;
}

function set_termios(tty: TtyStruct, arg: usize, flush: bool): i32 {
  const fresh = local<Termios>();
  if (copy_from_user(addr(fresh), arg, sizeof<Termios>())) return -EFAULT;
  const flags = spin_lock_irqsave(tty.lock);
  const was_canonical = (tty.termios.c_lflag & ICANON) !== 0;
  memcpy(tty.termios, fresh, sizeof<Termios>());
  n_tty_set_termios(tty, was_canonical);
  if (flush) n_tty_flush_buffer(tty);
  spin_unlock_irqrestore(tty.lock, flags);
  wake_up_interruptible_all(tty.read_wait);
  return 0;
}
