// Hart 0 changes what the others' TLBs or instruction caches may hold, and tells them by an interrupt to forget it.
// Once a hart has said that it did, it must never again see what was there before.
import { data, expectCount, frame, msip, shared, window } from './frame.ts';
import { enterSupervisor, entry, pte } from './paging.ts';
import type { Litmus, Size } from './litmus.ts';

/** The number of the newest change, written by hart 0 once the change is made. */
const published = shared(1);
/** Non-zero when hart 0 has made all its changes. */
const over = shared(2);
/** How many of the others have left their loops. */
const left = shared(3);
/** The newest change that a hart is known to have obeyed, written by its interrupt handler. */
const obeyed = shared(8);

/** Reads between two sleeps of a watching hart. */
const looks = 64;

/** A kind of thing that is cached. */
interface Cached {
  readonly name: string;
  /** Hart 0: makes change number s1. May change t0 to t3. */
  readonly change: string;
  /** Forgets what is cached; runs in M-mode in the handler and in S-mode on hart 0. May change t0. */
  readonly forget: string;
  /** Leaves in a0 the number of the change that the hart sees. May change t0. */
  readonly look: string;
}

const frames = 4;
const leaf = pte.V | pte.R | pte.W | pte.A | pte.D;

const translation = (name: string, forget: string): Cached => ({
  name,
  change: `
    andi  t0, s1, ${frames - 1}
    slli  t0, t0, 12
    li    t1, ${data.frames}
    add   t1, t1, t0
    sw    s1, 0(t1)
    srli  t1, t1, 2
    ori   t1, t1, ${leaf}
    li    t0, ${data.leafTable}
    fence w, w
    sw    t1, 0(t0)`,
  forget,
  look: `
    li    t0, ${window}
    lw    a0, 0(t0)`,
});

/** Opcode and destination of `lui a0, 0`. */
const luiA0 = 0x537;
const ret = 0x8067;

const instructions: Cached = {
  name: 'code patching with remote fence.i',
  change: `
    li    t0, ${data.code}
    slli  t1, s1, 12
    ori   t1, t1, ${luiA0}
    sw    t1, 0(t0)`,
  forget: `
    fence.i`,
  look: `
    li    t0, ${data.code}
    jalr  ra, 0(t0)
    srli  a0, a0, 12`,
};

const handler = ({ forget }: Cached): string => `
    csrr  s8, mcause
    li    s9, 0x80000003
    bne   s8, s9, unexpected
    slli  s8, s0, 2
    li    s9, ${msip}
    add   s8, s8, s9
    sw    zero, 0(s8)
    fence iorw, iorw
    li    s8, ${published}
    lw    s9, 0(s8)
    fence rw, rw
    mv    s10, t0
    ${forget}
    mv    t0, s10
    slli  s8, s0, 6
    li    s10, ${obeyed}
    add   s8, s8, s10
    sw    s9, 0(s8)
    mret`;

/** Sends an interrupt to every hart but 0. Changes t0 and t1. */
const tellOthers = ({ harts }: Size): string => `
    li    t0, ${msip}
    li    t1, 1` + Array.from({ length: harts - 1 }, (_, index) => `
    sw    t1, ${4 * (index + 1)}(t0)`).join('');

const waitForOthers = ({ harts }: Size): string => Array.from({ length: harts - 1 }, (_, index) => `
    li    t0, ${obeyed + 64 * (index + 1)}
  unanswered${index}:
    lw    t1, 0(t0)
    bne   t1, s1, unanswered${index}`).join('');

/**
 * Histogram words: how often a watching hart saw the change it had obeyed, a newer one, or one it should have
 * forgotten.
 */
const seen = { same: data.histogram, newer: data.histogram + 64, older: data.histogram + 128 } as const;

function source(cached: Cached, size: Size): string {
  const body = `
    li    t0, 8
    csrw  mie, t0
    bnez  s0, prepared
    li    s1, 0
    li    t0, ${data.code}
    li    t1, ${luiA0}
    sw    t1, 0(t0)
    li    t1, ${ret}
    sw    t1, 4(t0)
    li    t0, ${data.leafTable}
    li    t1, ${entry(data.frames, leaf)}
    sw    t1, 0(t0)
  prepared:
    ${enterSupervisor(size)}
    fence.i
    li    s4, 0
    li    s5, 0
    li    s6, 0
    bnez  s0, watch

    li    s1, 1
  next:
    ${cached.change}
    fence rw, rw
    li    t0, ${published}
    sw    s1, 0(t0)
    fence iorw, iorw
    ${tellOthers(size)}
    ${cached.forget}
    ${cached.look}
    beq   a0, s1, own_seen
    addi  s6, s6, 1
  own_seen:
    ${waitForOthers(size)}
    addi  s1, s1, 1
    li    t0, ${size.rounds}
    bgeu  t0, s1, next
    li    t0, ${over}
    sw    s1, 0(t0)
  dismiss:
    ${tellOthers(size)}
    li    t0, ${left}
    lw    t0, 0(t0)
    li    t1, ${size.harts - 1}
    bne   t0, t1, dismiss
    j     finished

  watch:
    li    s7, ${looks}
    slli  s2, s0, 6
    li    t0, ${obeyed}
    add   s2, s2, t0
  look:
    lw    a1, 0(s2)
    ${cached.look}
    bltu  a0, a1, saw_older
    beq   a0, a1, saw_same
    addi  s5, s5, 1
    j     looked
  saw_same:
    addi  s4, s4, 1
    j     looked
  saw_older:
    addi  s6, s6, 1
  looked:
    addi  s7, s7, -1
    bnez  s7, look
    li    t0, ${over}
    lw    t0, 0(t0)
    bnez  t0, dismissed
    wfi
    j     watch
  dismissed:
    li    t0, ${left}
    li    t1, 1
    amoadd.w zero, t1, (t0)
  finished:
    slli  t1, s0, 2
    li    t0, ${data.histogram}
    add   t0, t0, t1
    sw    s4, ${seen.same - data.histogram}(t0)
    sw    s5, ${seen.newer - data.histogram}(t0)
    sw    s6, ${seen.older - data.histogram}(t0)`;
  return frame(size, { body, handler: handler(cached), endsIn: 'S' });
}

const litmus = (cached: Cached): Litmus => ({
  name: cached.name,
  harts: [2, 4],
  source: (size) => source(cached, size),
  judge(read, { harts }) {
    const sum = (first: number): number =>
      Array.from({ length: harts }, (_, hart) => read(first + 4 * hart)).reduce((total, count) => total + count, 0);
    return {
      outcomes: new Map([['the change obeyed', sum(seen.same)], ['a newer one', sum(seen.newer)]]),
      violations: [
        ...expectCount('looks that found something forgotten', sum(seen.older), 0),
        ...(sum(seen.same) > 0 ? [] : ['no hart ever saw a change']),
      ],
    };
  },
});

/** Changes are numbered in the upper 20 bits of an instruction: at most a million rounds. */
export const remote: readonly Litmus[] = [
  translation('remote sfence.vma', `
    sfence.vma zero, zero`),
  translation('remote sfence.vma by address', `
    li    t0, ${window}
    sfence.vma t0, zero`),
  instructions,
].map(litmus);
