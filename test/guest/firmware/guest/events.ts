/** Software events interrupt a hart that spins with interrupts off, show where it is, and leave no trace. */
import {
  SBI_ERR_NOT_SUPPORTED, SBI_EXT_SSE, SBI_EXT_WATCHDOG,
  SBI_SSE_COMPLETE, SBI_SSE_DISABLE, SBI_SSE_ENABLE, SBI_SSE_HART_MASK,
  SBI_SSE_HART_UNMASK, SBI_SSE_INJECT, SBI_SSE_READ_ATTRS, SBI_SSE_REGISTER, SBI_SSE_UNREGISTER, SBI_SSE_WRITE_ATTRS,
  SBI_WATCHDOG_PET, SBI_WATCHDOG_SET_PERIOD, SSE_ATTR_CONFIG, SSE_ATTR_COUNT, SSE_ATTR_INTERRUPTED_A6,
  SSE_ATTR_INTERRUPTED_A7, SSE_ATTR_INTERRUPTED_FLAGS, SSE_ATTR_INTERRUPTED_SEPC, SSE_ATTR_PREFERRED_HART,
  SSE_ATTR_PRIORITY, SSE_ATTR_STATUS, SSE_CONFIG_ONESHOT, SSE_EVENT_LOCAL_SOFTWARE, SSE_EVENT_WATCHDOG,
} from '../../../../src/guest/firmware/sbi.ts';
import { beginOn } from './harts.ts';
import { say, show } from './say.ts';
import { DETAILS } from './request.ts';
import { at, sbi } from './sbi-call.ts';
import { changed, spin, Spin, SPIN_BYTES } from './spin.ts';
import { catchTraps, note } from './traps.ts';

const EVENTS = 1000;
const BREAKPOINT = 3;
const LOAD_ACCESS = 5;
/** No memory, no device. */
const NOWHERE = 0x70000;

/** What a handler is given in a7: where to save registers, its stack, and whom to tell. */
class Post {
  registers: Arr<u32, 32>;
  event: u32;
  hart: u32;
  spin: Spin;
  count: Volatile<u32>;
  /** Waits for the other event within the handler. */
  nests: u32;
  /** Only counts. */
  quiet: u32;
  stack: Arr<u32, 512>;
}

let watchdogPost!: Embed<Post>;
let softwarePost!: Embed<Post>;
let state!: Embed<Spin>;
let attributes!: Arr<u32, 10>;
let ready!: Arr<Volatile<u32>, 1>;

/** a6 = hart, a7 = post: all other registers are the interrupted ones. */
function entry(): void {
  asm`
    sw x1, 4(a7)
    sw x2, 8(a7)
    sw x3, 12(a7)
    sw x4, 16(a7)
    sw x5, 20(a7)
    sw x6, 24(a7)
    sw x7, 28(a7)
    sw x8, 32(a7)
    sw x10, 40(a7)
    sw x11, 44(a7)
    sw x12, 48(a7)
    sw x13, 52(a7)
    sw x14, 56(a7)
    sw x15, 60(a7)
    sw x28, 112(a7)
    sw x29, 116(a7)
    sw x30, 120(a7)
    sw x31, 124(a7)
    mv s0, a7
    mv a0, a7
    mv a1, a6
    li t0, ${sizeof<Post>()}
    add sp, a7, t0
    andi sp, sp, -16
    call ${handle}
    mv a7, s0
    lw x1, 4(a7)
    lw x2, 8(a7)
    lw x3, 12(a7)
    lw x4, 16(a7)
    lw x5, 20(a7)
    lw x6, 24(a7)
    lw x7, 28(a7)
    lw x8, 32(a7)
    lw x10, 40(a7)
    lw x11, 44(a7)
    lw x12, 48(a7)
    lw x13, 52(a7)
    lw x14, 56(a7)
    lw x15, 60(a7)
    lw x28, 112(a7)
    lw x29, 116(a7)
    lw x30, 120(a7)
    lw x31, 124(a7)
    li a6, ${SBI_SSE_COMPLETE}
    li a7, ${SBI_EXT_SSE}
    ecall
  `;
}

function handle(post: Post, hart: u32): void {
  const pc = csrr_sepc();
  post.count++;
  csrw_scause(3);
  csrw_stval(4);
  csrw_sscratch(5);
  if (post.quiet) return;
  post.hart = hart;
  const inSpin = pc - addr(spin) < SPIN_BYTES;
  const inHandler = pc - addr(handle) < SPIN_BYTES;
  show('event', post.event);
  show(inSpin ? 'in the loop, hart' : inHandler ? 'in a handler, hart' : 'elsewhere, hart', hart);
  show('interrupts', csrr_sstatus() & 2);
  readAttributes(post.event);
  show('status', attributes[SSE_ATTR_STATUS]);
  show('preferred', attributes[SSE_ATTR_PREFERRED_HART]);
  if (inSpin) {
    show('sepc', attributes[SSE_ATTR_INTERRUPTED_SEPC]);
    show('flags', attributes[SSE_ATTR_INTERRUPTED_FLAGS]);
    show('a6', attributes[SSE_ATTR_INTERRUPTED_A6]);
    show('a7', attributes[SSE_ATTR_INTERRUPTED_A7]);
  }
  if (post.nests) {
    sbi(SBI_EXT_WATCHDOG, SBI_WATCHDOG_SET_PERIOD, readl(DETAILS));
    while (watchdogPost.count === 0) {}
  }
  sbi(SBI_EXT_WATCHDOG, SBI_WATCHDOG_SET_PERIOD, 0);
  post.spin.go = 1;
}

function readAttributes(event: u32): i32 {
  return sbi(SBI_EXT_SSE, SBI_SSE_READ_ATTRS, event, 0, SSE_ATTR_COUNT, at(attributes), 0);
}

function writeAttribute(event: u32, which: u32, value: u32): i32 {
  attributes[0] = value;
  return sbi(SBI_EXT_SSE, SBI_SSE_WRITE_ATTRS, event, which, 1, at(attributes), 0);
}

function prepare(post: Post, event: u32): void {
  post.event = event;
  post.spin = state;
  show('register', sbi(SBI_EXT_SSE, SBI_SSE_REGISTER, event, at(entry), at(post)) as u32);
}

export function watchdog(): void {
  const event = SSE_EVENT_WATCHDOG;
  show('odd', sbi(SBI_EXT_SSE, SBI_SSE_REGISTER, event, at(entry) + 1, 0) as u32);
  show('early', sbi(SBI_EXT_SSE, SBI_SSE_ENABLE, event) as u32);
  prepare(watchdogPost, event);
  show('twice', sbi(SBI_EXT_SSE, SBI_SSE_REGISTER, event, at(entry), 0) as u32);
  show('enable', sbi(SBI_EXT_SSE, SBI_SSE_ENABLE, event) as u32);
  show('priority', writeAttribute(event, SSE_ATTR_PRIORITY, 1) as u32);
  show('unmask', sbi(SBI_EXT_SSE, SBI_SSE_HART_UNMASK) as u32);
  show('unmask', sbi(SBI_EXT_SSE, SBI_SSE_HART_UNMASK) as u32);
  for (let turn: u32 = 0; turn < 2; turn++) {
    state.go = 0;
    sbi(SBI_EXT_WATCHDOG, SBI_WATCHDOG_SET_PERIOD, readl(DETAILS));
    spin(state);
    show('changed', changed(state));
  }
  show('events', watchdogPost.count);
  pet(readl(DETAILS));
  show('complete', sbi(SBI_EXT_SSE, SBI_SSE_COMPLETE) as u32);
  show('disable', sbi(SBI_EXT_SSE, SBI_SSE_DISABLE, event) as u32);
  show('unregister', sbi(SBI_EXT_SSE, SBI_SSE_UNREGISTER, event) as u32);
  show('mask', sbi(SBI_EXT_SSE, SBI_SSE_HART_MASK) as u32);
  show('mask', sbi(SBI_EXT_SSE, SBI_SSE_HART_MASK) as u32);
}

/** Two periods long, no event comes to who pets; then one does. */
function pet(ticks: u32): void {
  const before = watchdogPost.count;
  sbi(SBI_EXT_WATCHDOG, SBI_WATCHDOG_SET_PERIOD, ticks);
  const start = csrr_time();
  while (csrr_time() - start < 2 * ticks) sbi(SBI_EXT_WATCHDOG, SBI_WATCHDOG_PET);
  show('petted', watchdogPost.count - before);
  state.go = 0;
  spin(state);
  show('changed', changed(state));
  show('then', watchdogPost.count - before);
}

/** One hart interrupts another; and an event interrupts the handler of a less important one. */
export function nmi(): void {
  const event = SSE_EVENT_LOCAL_SOFTWARE;
  show('watchdog', sbi(SBI_EXT_SSE, SBI_SSE_INJECT, SSE_EVENT_WATCHDOG, 0) as u32);
  show('nobody', sbi(SBI_EXT_SSE, SBI_SSE_INJECT, event, 9) as u32);
  beginOn(1, victim);
  while (state.spinning === 0) {}
  const error = sbi(SBI_EXT_SSE, SBI_SSE_INJECT, event, 1);
  while (ready[0] === 0) {}
  show('inject', error as u32);

  softwarePost.count = 0;
  state.go = 0;
  prepare(softwarePost, event);
  softwarePost.nests = 1;
  prepare(watchdogPost, SSE_EVENT_WATCHDOG);
  show('priority', writeAttribute(event, SSE_ATTR_PRIORITY, 7) as u32);
  show('config', writeAttribute(event, SSE_ATTR_CONFIG, SSE_CONFIG_ONESHOT) as u32);
  sbi(SBI_EXT_SSE, SBI_SSE_ENABLE, SSE_EVENT_WATCHDOG);
  sbi(SBI_EXT_SSE, SBI_SSE_INJECT, event, 0);
  readAttributes(event);
  show('not enabled', attributes[SSE_ATTR_STATUS]);
  sbi(SBI_EXT_SSE, SBI_SSE_ENABLE, event);
  readAttributes(event);
  show('masked', attributes[SSE_ATTR_STATUS]);
  sbi(SBI_EXT_SSE, SBI_SSE_HART_UNMASK);
  readAttributes(event);
  show('oneshot', attributes[SSE_ATTR_STATUS]);
  show('events', softwarePost.count + watchdogPost.count);
}

/** Events come again and again, also between a trap and what its handler does about it, and nothing goes wrong. */
export function storm(): void {
  catchTraps();
  prepare(watchdogPost, SSE_EVENT_WATCHDOG);
  watchdogPost.quiet = 1;
  sbi(SBI_EXT_SSE, SBI_SSE_ENABLE, SSE_EVENT_WATCHDOG);
  sbi(SBI_EXT_SSE, SBI_SSE_HART_UNMASK);
  sbi(SBI_EXT_WATCHDOG, SBI_WATCHDOG_SET_PERIOD, readl(DETAILS));
  let wrong: u32 = 0, turns: u32 = 0;
  for (; watchdogPost.count < EVENTS; turns++) {
    ebreak();
    if (note.cause !== BREAKPOINT || note.count !== 2 * turns + 1) wrong++;
    readl(NOWHERE);
    if (note.cause !== LOAD_ACCESS || note.tval !== NOWHERE || note.count !== 2 * turns + 2) wrong++;
    if (sbi(SBI_EXT_WATCHDOG, SBI_WATCHDOG_PET + 1) !== SBI_ERR_NOT_SUPPORTED) wrong++;
  }
  sbi(SBI_EXT_WATCHDOG, SBI_WATCHDOG_SET_PERIOD, 0);
  show('wrong', wrong);
  say(turns > EVENTS / 4 ? 'many turns\n' : 'few turns\n');
}

function victim(hart: u32): void {
  prepare(softwarePost, SSE_EVENT_LOCAL_SOFTWARE);
  sbi(SBI_EXT_SSE, SBI_SSE_ENABLE, SSE_EVENT_LOCAL_SOFTWARE);
  sbi(SBI_EXT_SSE, SBI_SSE_HART_UNMASK);
  spin(state);
  show('changed', changed(state));
  say('hart 1 goes on\n');
  ready[0] = 1;
  for (;;) wfi();
}
