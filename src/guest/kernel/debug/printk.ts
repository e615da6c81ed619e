/** The kernel's messages: Linux 2.4, kernel/printk.c. */
import { vsnprintf } from '../../lib/format.ts';
import { strlen } from '../../lib/string.ts';
import { sbi_console_putchar } from '../arch/sbi.ts';
import { local_irq_restore, local_irq_save } from '../locking/irqflags.ts';

export const KERN_EMERG = '<0>';
export const KERN_ERR = '<3>';
export const KERN_WARNING = '<4>';
export const KERN_INFO = '<6>';
export const KERN_DEBUG = '<7>';

const LINE_SIZE = 512;
const LOG_SIZE = 16384;

/** Messages of this level and above are not shown, only kept; the boot argument `quiet` makes it 4. */
export let console_loglevel: u32 = 7;
const default_message_loglevel = 4;

/** What was said, without levels: the last LOG_SIZE bytes. `log_end` counts all bytes ever. */
let log_buf!: Arr<u8, 16384>;
let log_end: u32 = 0;

/**
 * Who is printing: 0 or tp of the task. Protects the buffers below and the order of lines on the console. A leaf:
 * nothing else is taken under it but what the console's write takes. Not a SpinLock, whose complaints come here.
 */
let printing: u32 = 0;
let line!: Arr<u8, 512>;

/** Writes to the console, with interrupts off, polling. */
type ConsoleWrite = (text: cstr, length: u32) => void;

let console_write: ConsoleWrite = sbi_write;

/** Where messages go from now on; until then the firmware writes them. */
export function register_console(write: ConsoleWrite): void {
  console_write = write;
}

function sbi_write(text: cstr, length: u32): void {
  for (let index: u32 = 0; index < length; index++) sbi_console_putchar(text[index]);
}

/** Back to the firmware's console, which needs nothing of the kernel's, and past whoever holds the lock: for panics. */
export function bust_spinlocks(): void {
  console_write = sbi_write;
  printing = 0;
}

/** Shows and keeps a message. It may begin with its level, `<0>` to `<7>`. From any context. */
export function printk(format: cstr, ...args: VarArg[]): void {
  const flags = local_irq_save();
  const nested = lock();
  vsnprintf(line, LINE_SIZE, format, cells(args));
  emit(line);
  if (!nested) amoswap_rl(addr(printing), 0);
  local_irq_restore(flags);
}

/** True if this hart's task prints already: then something went wrong within, and its words go first. */
function lock(): bool {
  const me = read_tp() as u32;
  if (printing === me) return true;
  while (amoswap_aq(addr(printing), me) !== 0) {
    while (printing !== 0) smp_mb();
  }
  return false;
}

function emit(text: Ptr<u8>): void {
  let level = default_message_loglevel;
  let at = addr(text);
  if (text[0] === char('<') && text[1] >= char('0') && text[1] <= char('7') && text[2] === char('>')) {
    level = (text[1] - char('0')) as i32;
    at += 3;
  }
  const words = cast<cstr>(at), length = strlen(words);
  for (let index: u32 = 0; index < length; index++) log_buf[log_end++ % LOG_SIZE] = words[index];
  if (level < (console_loglevel as i32)) console_write(words, length);
}

/** Sets the level from which on messages are only kept. */
export function set_console_loglevel(level: u32): void {
  console_loglevel = level;
}

/** Copies up to `size` of the last bytes said, oldest first; gives how many. For dmesg. */
export function read_log(to: Ptr<u8>, size: u32): u32 {
  const kept = log_end < LOG_SIZE ? log_end : LOG_SIZE;
  const length = kept < size ? kept : size;
  for (let index: u32 = 0; index < length; index++) to[index] = log_buf[(log_end - length + index) % LOG_SIZE];
  return length;
}
