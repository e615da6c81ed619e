/**
 * Services that all drivers use: what an isolated extension gets for their names. What of them runs in its domain as it
 * is only reads the kernel's, or writes what is the extension's own.
 */
import { inb, inw, inl, outb, outw, outl } from '../../kernel/arch/io.ts';
import { isa_irq } from '../../kernel/arch/isa.ts';
import {
  enable_dma, disable_dma, clear_dma_ff, set_dma_mode, set_dma_page, set_dma_addr, set_dma_count, get_dma_residue,
} from '../../kernel/arch/isa_dma.ts';
import { access_ok } from '../../kernel/arch/uaccess.ts';
import { atomic_inc, atomic_dec, atomic_dec_and_test, atomic_add_return } from '../../kernel/locking/atomic.ts';
import {
  set_bit, clear_bit, change_bit, test_and_set_bit, test_and_clear_bit, test_bit, ffs, __ffs, ffz, fls, hweight32,
} from '../../kernel/locking/bitops.ts';
import { in_interrupt } from '../../kernel/locking/preempt.ts';
import {
  virt_to_bus, bus_to_virt, isa_virt_to_bus, pci_unmap_single, pci_dma_sync_single,
} from '../../kernel/mm/dma.ts';
import { signal_pending } from '../../kernel/sched/signal.ts';
import { init_wait, init_waitqueue_entry } from '../../kernel/sched/wait.ts';
import { Binding } from './bind.ts';
import {
  nooks_w_init_waitqueue_head, nooks_w_prepare_to_wait, nooks_w_prepare_to_wait_exclusive, nooks_w_finish_wait,
  nooks_w_add_wait_queue, nooks_w_remove_wait_queue, nooks_w_wake_up, nooks_w_wake_up_all,
  nooks_w_wake_up_interruptible, nooks_w_waitqueue_active,
} from './wait.wrappers.ts';
import {
  nooks_w_sema_init, nooks_w_init_MUTEX, nooks_w_init_MUTEX_LOCKED, nooks_w_down, nooks_w_down_interruptible,
  nooks_w_down_trylock, nooks_w_up, nooks_w_init_completion, nooks_w_wait_for_completion, nooks_w_complete,
  nooks_w_complete_all,
} from './semaphore.wrappers.ts';
import {
  nooks_w_init_timer, nooks_w_add_timer, nooks_w_mod_timer, nooks_w_del_timer, nooks_w_del_timer_sync,
  nooks_w_timer_pending, nooks_w_tasklet_init, nooks_w_tasklet_schedule, nooks_w_tasklet_hi_schedule,
  nooks_w_tasklet_disable_nosync, nooks_w_tasklet_disable, nooks_w_tasklet_enable, nooks_w_tasklet_kill,
} from './timer.wrappers.ts';
import {
  nooks_w_request_irq, nooks_w_free_irq, nooks_w_disable_irq, nooks_w_disable_irq_nosync, nooks_w_enable_irq,
  nooks_w_synchronize_irq,
} from './irq.wrappers.ts';
import {
  nooks_w_request_region, nooks_w_release_region, nooks_w_request_mem_region, nooks_w_release_mem_region,
  nooks_w_ioremap, nooks_w_iounmap, nooks_w_request_dma, nooks_w_free_dma, nooks_w_claim_dma_lock,
  nooks_w_release_dma_lock,
} from './resource.wrappers.ts';
import {
  nooks_w___get_free_pages, nooks_w___get_free_page, nooks_w_get_zeroed_page, nooks_w_free_pages, nooks_w_free_page,
  nooks_w_pci_alloc_consistent, nooks_w_pci_free_consistent, nooks_w_put_user, nooks_w_get_user, nooks_w_clear_user,
  nooks_w_strncpy_from_user,
} from './pages.wrappers.ts';
import { nooks_w_poll_wait } from './file.wrappers.ts';
import {
  nooks_w_register_sound_dsp, nooks_w_register_sound_mixer, nooks_w_unregister_sound_dsp,
  nooks_w_unregister_sound_mixer, nooks_w_register_chrdev, nooks_w_unregister_chrdev,
} from './device.wrappers.ts';

export const SERVICES = 108;
export const services: Arr<Embed<Binding>, 108> = [
  { name: 'init_waitqueue_head', entry: cast<usize>(nooks_w_init_waitqueue_head) },
  { name: 'prepare_to_wait', entry: cast<usize>(nooks_w_prepare_to_wait) },
  { name: 'prepare_to_wait_exclusive', entry: cast<usize>(nooks_w_prepare_to_wait_exclusive) },
  { name: 'finish_wait', entry: cast<usize>(nooks_w_finish_wait) },
  { name: 'add_wait_queue', entry: cast<usize>(nooks_w_add_wait_queue) },
  { name: 'remove_wait_queue', entry: cast<usize>(nooks_w_remove_wait_queue) },
  { name: 'wake_up', entry: cast<usize>(nooks_w_wake_up) },
  { name: 'wake_up_all', entry: cast<usize>(nooks_w_wake_up_all) },
  { name: 'wake_up_interruptible', entry: cast<usize>(nooks_w_wake_up_interruptible) },
  { name: 'waitqueue_active', entry: cast<usize>(nooks_w_waitqueue_active) },
  { name: 'sema_init', entry: cast<usize>(nooks_w_sema_init) },
  { name: 'init_MUTEX', entry: cast<usize>(nooks_w_init_MUTEX) },
  { name: 'init_MUTEX_LOCKED', entry: cast<usize>(nooks_w_init_MUTEX_LOCKED) },
  { name: 'down', entry: cast<usize>(nooks_w_down) },
  { name: 'down_interruptible', entry: cast<usize>(nooks_w_down_interruptible) },
  { name: 'down_trylock', entry: cast<usize>(nooks_w_down_trylock) },
  { name: 'up', entry: cast<usize>(nooks_w_up) },
  { name: 'init_completion', entry: cast<usize>(nooks_w_init_completion) },
  { name: 'wait_for_completion', entry: cast<usize>(nooks_w_wait_for_completion) },
  { name: 'complete', entry: cast<usize>(nooks_w_complete) },
  { name: 'complete_all', entry: cast<usize>(nooks_w_complete_all) },
  { name: 'init_timer', entry: cast<usize>(nooks_w_init_timer) },
  { name: 'add_timer', entry: cast<usize>(nooks_w_add_timer) },
  { name: 'mod_timer', entry: cast<usize>(nooks_w_mod_timer) },
  { name: 'del_timer', entry: cast<usize>(nooks_w_del_timer) },
  { name: 'del_timer_sync', entry: cast<usize>(nooks_w_del_timer_sync) },
  { name: 'timer_pending', entry: cast<usize>(nooks_w_timer_pending) },
  { name: 'tasklet_init', entry: cast<usize>(nooks_w_tasklet_init) },
  { name: 'tasklet_schedule', entry: cast<usize>(nooks_w_tasklet_schedule) },
  { name: 'tasklet_hi_schedule', entry: cast<usize>(nooks_w_tasklet_hi_schedule) },
  { name: 'tasklet_disable_nosync', entry: cast<usize>(nooks_w_tasklet_disable_nosync) },
  { name: 'tasklet_disable', entry: cast<usize>(nooks_w_tasklet_disable) },
  { name: 'tasklet_enable', entry: cast<usize>(nooks_w_tasklet_enable) },
  { name: 'tasklet_kill', entry: cast<usize>(nooks_w_tasklet_kill) },
  { name: 'request_irq', entry: cast<usize>(nooks_w_request_irq) },
  { name: 'free_irq', entry: cast<usize>(nooks_w_free_irq) },
  { name: 'disable_irq', entry: cast<usize>(nooks_w_disable_irq) },
  { name: 'disable_irq_nosync', entry: cast<usize>(nooks_w_disable_irq_nosync) },
  { name: 'enable_irq', entry: cast<usize>(nooks_w_enable_irq) },
  { name: 'synchronize_irq', entry: cast<usize>(nooks_w_synchronize_irq) },
  { name: 'request_region', entry: cast<usize>(nooks_w_request_region) },
  { name: 'release_region', entry: cast<usize>(nooks_w_release_region) },
  { name: 'request_mem_region', entry: cast<usize>(nooks_w_request_mem_region) },
  { name: 'release_mem_region', entry: cast<usize>(nooks_w_release_mem_region) },
  { name: 'ioremap', entry: cast<usize>(nooks_w_ioremap) },
  { name: 'iounmap', entry: cast<usize>(nooks_w_iounmap) },
  { name: 'request_dma', entry: cast<usize>(nooks_w_request_dma) },
  { name: 'free_dma', entry: cast<usize>(nooks_w_free_dma) },
  { name: 'claim_dma_lock', entry: cast<usize>(nooks_w_claim_dma_lock) },
  { name: 'release_dma_lock', entry: cast<usize>(nooks_w_release_dma_lock) },
  { name: '__get_free_pages', entry: cast<usize>(nooks_w___get_free_pages) },
  { name: '__get_free_page', entry: cast<usize>(nooks_w___get_free_page) },
  { name: 'get_zeroed_page', entry: cast<usize>(nooks_w_get_zeroed_page) },
  { name: 'free_pages', entry: cast<usize>(nooks_w_free_pages) },
  { name: 'free_page', entry: cast<usize>(nooks_w_free_page) },
  { name: 'pci_alloc_consistent', entry: cast<usize>(nooks_w_pci_alloc_consistent) },
  { name: 'pci_free_consistent', entry: cast<usize>(nooks_w_pci_free_consistent) },
  { name: 'put_user', entry: cast<usize>(nooks_w_put_user) },
  { name: 'get_user', entry: cast<usize>(nooks_w_get_user) },
  { name: 'clear_user', entry: cast<usize>(nooks_w_clear_user) },
  { name: 'strncpy_from_user', entry: cast<usize>(nooks_w_strncpy_from_user) },
  { name: 'poll_wait', entry: cast<usize>(nooks_w_poll_wait) },
  { name: 'register_sound_dsp', entry: cast<usize>(nooks_w_register_sound_dsp) },
  { name: 'register_sound_mixer', entry: cast<usize>(nooks_w_register_sound_mixer) },
  { name: 'unregister_sound_dsp', entry: cast<usize>(nooks_w_unregister_sound_dsp) },
  { name: 'unregister_sound_mixer', entry: cast<usize>(nooks_w_unregister_sound_mixer) },
  { name: 'register_chrdev', entry: cast<usize>(nooks_w_register_chrdev) },
  { name: 'unregister_chrdev', entry: cast<usize>(nooks_w_unregister_chrdev) },
  // Without a wrapper.
  { name: 'inb', entry: cast<usize>(inb) },
  { name: 'inw', entry: cast<usize>(inw) },
  { name: 'inl', entry: cast<usize>(inl) },
  { name: 'outb', entry: cast<usize>(outb) },
  { name: 'outw', entry: cast<usize>(outw) },
  { name: 'outl', entry: cast<usize>(outl) },
  { name: 'isa_irq', entry: cast<usize>(isa_irq) },
  { name: 'enable_dma', entry: cast<usize>(enable_dma) },
  { name: 'disable_dma', entry: cast<usize>(disable_dma) },
  { name: 'clear_dma_ff', entry: cast<usize>(clear_dma_ff) },
  { name: 'set_dma_mode', entry: cast<usize>(set_dma_mode) },
  { name: 'set_dma_page', entry: cast<usize>(set_dma_page) },
  { name: 'set_dma_addr', entry: cast<usize>(set_dma_addr) },
  { name: 'set_dma_count', entry: cast<usize>(set_dma_count) },
  { name: 'get_dma_residue', entry: cast<usize>(get_dma_residue) },
  { name: 'access_ok', entry: cast<usize>(access_ok) },
  { name: 'atomic_inc', entry: cast<usize>(atomic_inc) },
  { name: 'atomic_dec', entry: cast<usize>(atomic_dec) },
  { name: 'atomic_dec_and_test', entry: cast<usize>(atomic_dec_and_test) },
  { name: 'atomic_add_return', entry: cast<usize>(atomic_add_return) },
  { name: 'set_bit', entry: cast<usize>(set_bit) },
  { name: 'clear_bit', entry: cast<usize>(clear_bit) },
  { name: 'change_bit', entry: cast<usize>(change_bit) },
  { name: 'test_and_set_bit', entry: cast<usize>(test_and_set_bit) },
  { name: 'test_and_clear_bit', entry: cast<usize>(test_and_clear_bit) },
  { name: 'test_bit', entry: cast<usize>(test_bit) },
  { name: 'ffs', entry: cast<usize>(ffs) },
  { name: '__ffs', entry: cast<usize>(__ffs) },
  { name: 'ffz', entry: cast<usize>(ffz) },
  { name: 'fls', entry: cast<usize>(fls) },
  { name: 'hweight32', entry: cast<usize>(hweight32) },
  { name: 'in_interrupt', entry: cast<usize>(in_interrupt) },
  { name: 'virt_to_bus', entry: cast<usize>(virt_to_bus) },
  { name: 'bus_to_virt', entry: cast<usize>(bus_to_virt) },
  { name: 'isa_virt_to_bus', entry: cast<usize>(isa_virt_to_bus) },
  { name: 'pci_unmap_single', entry: cast<usize>(pci_unmap_single) },
  { name: 'pci_dma_sync_single', entry: cast<usize>(pci_dma_sync_single) },
  { name: 'signal_pending', entry: cast<usize>(signal_pending) },
  { name: 'init_wait', entry: cast<usize>(init_wait) },
  { name: 'init_waitqueue_entry', entry: cast<usize>(init_waitqueue_entry) },
];
