/** The module: it finds the card, claims what it needs, and offers the devices. Linux 2.4, drivers/sound/sb_card.c. */
import { isa_irq } from '../../src/guest/kernel/arch/isa.ts';
import { free_dma, request_dma } from '../../src/guest/kernel/arch/isa_dma.ts';
import { udelay } from '../../src/guest/kernel/arch/time.ts';
import { printk } from '../../src/guest/kernel/debug/printk.ts';
import { EBUSY, EINVAL, ENODEV, ENOMEM } from '../../src/guest/kernel/errno.ts';
import { create_proc_read_entry, remove_proc_entry } from '../../src/guest/kernel/fs/proc/proc_fs.ts';
import { free_irq, request_irq } from '../../src/guest/kernel/irq/irq.ts';
import { del_timer_sync, init_timer } from '../../src/guest/kernel/irq/timer.ts';
import { init_MUTEX } from '../../src/guest/kernel/locking/semaphore.ts';
import { spin_lock_init, spin_lock_irqsave, spin_unlock_irqrestore } from '../../src/guest/kernel/locking/spinlock.ts';
import { kfree, kzalloc } from '../../src/guest/kernel/mm/kmalloc.ts';
import { GFP_KERNEL } from '../../src/guest/kernel/mm/page_alloc.ts';
import { release_region, request_region } from '../../src/guest/kernel/pci/resource.ts';
import { init_waitqueue_head } from '../../src/guest/kernel/sched/wait.ts';
import {
  register_sound_dsp, register_sound_mixer, unregister_sound_dsp, unregister_sound_mixer,
} from '../../src/guest/kernel/sound/sound_core.ts';
import {
  DSP_CMD_IRQ8, SB_HAS_AUDIO, SB_HAS_DMA16, SB_HAS_DMA8, SB_HAS_IRQ, SB_HAS_MIXER, SB_HAS_PORTS, SB_HAS_PROC, SB_PORTS,
  SbDevc,
} from './sb.ts';
import { sb_dsp_command, sb_dsp_get_version, sb_dsp_reset } from './sb_common.ts';
import { sb_audio_attach, sb_audio_fops } from './sb_fops.ts';
import { sb_intr } from './sb_intr.ts';
import { sb_mixer_fops, sb_mixer_init, sb_mixer_unload } from './sb_mixer.ts';
import { sb16_set_dma_hw, sb16_set_irq_hw } from './sb_mixer_regs.ts';
import { sb_read_proc } from './sb_proc.ts';
import { sb_watchdog } from './sb_watchdog.ts';

/** Parameters: the first port, and ISA interrupt and DMA channels that the card is to use. */
export let io: u32 = 0x220;
export let irq: u32 = 5;
export let dma: u32 = 1;
export let dma16: u32 = 5;

/** The version of the DSP that a Sound Blaster 16 has. */
const SB16_MAJOR = 4;
/** Microseconds that an interrupt may take to come, and how often it is asked for. */
const IRQ_PATIENCE = 10000;
const IRQ_TRIES = 3;

let card: SbDevc | null = null;

export function init_module(): i32 {
  const devc = kzalloc<SbDevc>(GFP_KERNEL);
  if (devc === null) return -ENOMEM;
  sb_setup(devc);
  const error = sb_attach(devc);
  if (error === 0) {
    card = devc;
    return 0;
  }
  sb_unload(devc);
  return error;
}

export function cleanup_module(): void {
  if (card !== null) sb_unload(card);
  card = null;
}

function sb_setup(devc: SbDevc): void {
  spin_lock_init(devc.lock, 'sb');
  spin_lock_init(devc.mixer_lock, 'sb_mixer');
  init_MUTEX(devc.dmap.sem);
  init_waitqueue_head(devc.open_wait);
  init_waitqueue_head(devc.dmap.wait);
  init_timer(devc.watchdog);
  devc.watchdog.function = sb_watchdog;
  devc.watchdog.data = addr(devc);
  devc.io = io;
  devc.irq = irq;
  devc.dma8 = dma;
  devc.dma16 = dma16;
  devc.dev_audio = -1;
  devc.dev_mixer = -1;
}

/** Step by step; what has been taken when one fails is in `held`. */
function sb_attach(devc: SbDevc): i32 {
  if (request_region(devc.io as usize, SB_PORTS, 'soundblaster') === null) {
    printk('<3>sb: I/O port %03x is already in use\n', devc.io);
    return -EBUSY;
  }
  devc.held |= SB_HAS_PORTS;
  let error = sb_dsp_detect(devc);
  if (error === 0) error = sb16_configure(devc);
  if (error === 0) error = sb_claim_irq(devc);
  if (error === 0) error = sb_claim_dma(devc);
  if (error === 0) error = sb_register(devc);
  if (error !== 0) return error;
  printk('<6>sb: SB 16, DSP version %u.%02u at I/O 0x%03x irq %u dma %u,%u\n', devc.major, devc.minor, devc.io,
    devc.irq, devc.dma8, devc.dma16);
  return 0;
}

/** Whether there is a Sound Blaster 16. */
function sb_dsp_detect(devc: SbDevc): i32 {
  const flags = spin_lock_irqsave(devc.lock);
  const found = sb_dsp_reset(devc) && sb_dsp_get_version(devc);
  spin_unlock_irqrestore(devc.lock, flags);
  if (!found) {
    printk('<3>sb: no DSP at I/O %03x\n', devc.io);
    return -ENODEV;
  }
  if (devc.major === SB16_MAJOR) return 0;
  printk('<3>sb: DSP version %u.%02u is none of a Sound Blaster 16\n', devc.major, devc.minor);
  return -ENODEV;
}

function sb16_configure(devc: SbDevc): i32 {
  if (!sb16_set_irq_hw(devc, devc.irq)) {
    printk('<3>sb: the card cannot have irq %u\n', devc.irq);
    return -EINVAL;
  }
  if (!sb16_set_dma_hw(devc, devc.dma8, devc.dma16)) {
    printk('<3>sb: the card cannot have dma %u,%u\n', devc.dma8, devc.dma16);
    return -EINVAL;
  }
  return 0;
}

function sb_claim_irq(devc: SbDevc): i32 {
  const error = request_irq(isa_irq(devc.irq), sb_intr, 0, 'soundblaster', addr(devc));
  if (error !== 0) {
    printk('<3>sb: cannot have irq %u: error %d\n', devc.irq, error);
    return error;
  }
  devc.held |= SB_HAS_IRQ;
  if (sb_test_irq(devc)) return 0;
  printk('<3>sb: interrupt test on irq %u failed - probable irq conflict\n', devc.irq);
  return -ENODEV;
}

/** Has the DSP interrupt, and looks whether it arrives. */
function sb_test_irq(devc: SbDevc): bool {
  devc.irq_ok = 0;
  for (let i: u32 = 0; i < IRQ_TRIES && devc.irq_ok === 0; i++) {
    const flags = spin_lock_irqsave(devc.lock);
    const asked = sb_dsp_command(devc, DSP_CMD_IRQ8);
    spin_unlock_irqrestore(devc.lock, flags);
    if (!asked) return false;
    for (let us: u32 = 0; us < IRQ_PATIENCE && devc.irq_ok === 0; us += 10) udelay(10);
  }
  return devc.irq_ok !== 0;
}

function sb_claim_dma(devc: SbDevc): i32 {
  let error = request_dma(devc.dma8, 'SoundBlaster8');
  if (error === 0) devc.held |= SB_HAS_DMA8;
  if (error === 0 && devc.dma16 !== devc.dma8) {
    error = request_dma(devc.dma16, 'SoundBlaster16');
    if (error === 0) devc.held |= SB_HAS_DMA16;
  }
  if (error !== 0) printk('<3>sb: cannot have dma %u,%u: error %d\n', devc.dma8, devc.dma16, error);
  return error;
}

/** Offers the devices; the last step, for from here on programs may open them. */
function sb_register(devc: SbDevc): i32 {
  sb_mixer_init(devc);
  sb_audio_attach(devc);
  devc.dev_mixer = register_sound_mixer(sb_mixer_fops, -1);
  if (devc.dev_mixer < 0) return devc.dev_mixer;
  devc.held |= SB_HAS_MIXER;
  devc.dev_audio = register_sound_dsp(sb_audio_fops, -1);
  if (devc.dev_audio < 0) return devc.dev_audio;
  devc.held |= SB_HAS_AUDIO;
  if (create_proc_read_entry('sb', 0o444, null, sb_read_proc, addr(devc)) === null) return -ENOMEM;
  devc.held |= SB_HAS_PROC;
  return 0;
}

/** Gives back what is held, in the opposite order, and the card's own memory. */
function sb_unload(devc: SbDevc): void {
  if ((devc.held & SB_HAS_PROC) !== 0) remove_proc_entry('sb', null);
  if ((devc.held & SB_HAS_AUDIO) !== 0) unregister_sound_dsp(devc.dev_audio);
  if ((devc.held & SB_HAS_MIXER) !== 0) unregister_sound_mixer(devc.dev_mixer);
  sb_audio_attach(null);
  sb_mixer_unload();
  del_timer_sync(devc.watchdog);
  if ((devc.held & SB_HAS_DMA16) !== 0) free_dma(devc.dma16);
  if ((devc.held & SB_HAS_DMA8) !== 0) free_dma(devc.dma8);
  if ((devc.held & SB_HAS_IRQ) !== 0) free_irq(isa_irq(devc.irq), addr(devc));
  if ((devc.held & SB_HAS_PORTS) !== 0) release_region(devc.io as usize, SB_PORTS);
  kfree(addr(devc));
}
