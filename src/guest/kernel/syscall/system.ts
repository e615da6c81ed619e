/** System calls about the machine: Linux 2.4, kernel/sys.c (uname, reboot), kernel/info.c, kernel/printk.c (syslog). */
import { num_online_cpus } from '../arch/cpu.ts';
import { sbi_reboot, sbi_shutdown } from '../arch/sbi.ts';
import { get_cycles, TIMEBASE } from '../arch/time.ts';
import { copy_to_user } from '../arch/uaccess.ts';
import { printk, read_log, set_console_loglevel } from '../debug/printk.ts';
import { EFAULT, EINVAL, ENOMEM } from '../errno.ts';
import { KERNEL_VERSION } from '../init/main.ts';
import { setup } from '../init/setup.ts';
import { memset } from '../../lib/memory.ts';
import { strlcpy } from '../../lib/string.ts';
import { kfree, kmalloc } from '../mm/kmalloc.ts';
import { GFP_KERNEL, nr_free_pages } from '../mm/page_alloc.ts';
import { PAGE_SIZE } from '../arch/layout.ts';
import { NewUtsname, SysInfo } from '../uapi/system.ts';
import { nr_tasks } from './tasks.ts';

const UTS_LENGTH = 65;

/** What the system calls itself: Linux, for what it does; the release says whose it is. */
export function sys_uname(name: usize): i32 {
  const text = local<NewUtsname>();
  memset(text, 0, sizeof<NewUtsname>());
  strlcpy(text.sysname, 'Linux', UTS_LENGTH);
  strlcpy(text.nodename, 'nooks', UTS_LENGTH);
  strlcpy(text.release, KERNEL_VERSION, UTS_LENGTH);
  strlcpy(text.version, num_online_cpus() > 1 ? '#1 SMP' : '#1', UTS_LENGTH);
  strlcpy(text.machine, 'riscv32', UTS_LENGTH);
  strlcpy(text.domainname, '(none)', UTS_LENGTH);
  return copy_to_user(name, addr(text), sizeof<NewUtsname>()) === 0 ? 0 : -EFAULT;
}

export function sys_sysinfo(info: usize): i32 {
  const value = local<SysInfo>();
  memset(value, 0, sizeof<SysInfo>());
  value.uptime = lo32(get_cycles() / u64of(TIMEBASE));
  value.totalram = setup.memory_end - setup.memory_start;
  value.freeram = nr_free_pages() * PAGE_SIZE;
  value.procs = nr_tasks();
  value.mem_unit = 1;
  return copy_to_user(info, addr(value), sizeof<SysInfo>()) === 0 ? 0 : -EFAULT;
}

// include/linux/reboot.h.
const LINUX_REBOOT_MAGIC1 = 0xfee1dead;
const LINUX_REBOOT_MAGIC2 = 672274793;
const LINUX_REBOOT_CMD_RESTART = 0x01234567;
const LINUX_REBOOT_CMD_HALT = 0xcdef0123;
const LINUX_REBOOT_CMD_POWER_OFF = 0x4321fedc;

export function sys_reboot(magic1: u32, magic2: u32, command: u32): i32 {
  if (magic1 !== LINUX_REBOOT_MAGIC1 || magic2 !== LINUX_REBOOT_MAGIC2) return -EINVAL;
  switch (command) {
    case LINUX_REBOOT_CMD_RESTART:
      printk('<0>Restarting system.\n');
      sbi_reboot();
      break;
    case LINUX_REBOOT_CMD_HALT:
      printk('<0>System halted.\n');
      sbi_shutdown();
      break;
    case LINUX_REBOOT_CMD_POWER_OFF:
      printk('<0>Power down.\n');
      sbi_shutdown();
      break;
  }
  return -EINVAL;
}

// The actions of syslog(2) that there are.
const SYSLOG_READ_ALL = 3;
const SYSLOG_CONSOLE_LEVEL = 8;
const SYSLOG_SIZE_BUFFER = 10;

/** As much of the log as one call gives. */
const LOG_MAX = 16384;

export function sys_syslog(action: u32, buf: usize, length: u32): i32 {
  switch (action) {
    case SYSLOG_READ_ALL: return copy_log(buf, length < LOG_MAX ? length : LOG_MAX);
    case SYSLOG_SIZE_BUFFER: return LOG_MAX;
    case SYSLOG_CONSOLE_LEVEL:
      if (length < 1 || length > 8) return -EINVAL;
      set_console_loglevel(length);
      return 0;
  }
  return -EINVAL;
}

function copy_log(buf: usize, size: u32): i32 {
  const text = kmalloc(LOG_MAX, GFP_KERNEL);
  if (text === 0) return -ENOMEM;
  const length = read_log(cast<Ptr<u8>>(text), size);
  const missing = copy_to_user(buf, text, length);
  kfree(text);
  return missing === 0 ? length as i32 : -EFAULT;
}
