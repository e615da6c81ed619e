/** A guest without a kernel that plays a tone as a driver would: auto-initialised 16-bit DMA, an interrupt per half. */
import { readFileSync } from 'node:fs';
import { compile } from '../../src/compiler/compile.ts';
import { formatDiagnostic } from '../../src/compiler/diagnostic.ts';
import { writeImage } from '../../src/compiler/elf/image-writer.ts';
import { linkImage } from '../../src/compiler/link/linker.ts';
import { isaMemory, isaPorts } from '../../src/platform/isa.ts';
import { interruptLines, memoryMap } from '../../src/platform/memory-map.ts';
import { kernelImage } from '../support/image.ts';

export interface Tone {
  /** Frames a second; stereo. */
  readonly rate: number;
  /** Samples in half a buffer, and how many halves are played. */
  readonly half: number;
  readonly halves: number;
}

/** Sample n of the tone: left rises, right falls, each with a step of its own. */
export const toneSample = (n: number) => (n % 2 === 0 ? Math.imul(n, 37) : Math.imul(n, -91)) << 16 >> 16;

export function toneGuest(tone: Tone): Uint8Array {
  const image = kernelImage({ files: ['tone.ts', 'lib/divide.ts'] });
  const divide = readFileSync(new URL('../../src/guest/lib/divide.ts', import.meta.url), 'utf8');
  const { module, diagnostics } = compile(new Map([['tone.ts', text(tone)], ['lib/divide.ts', divide]]), image);
  if (module === undefined) throw new Error(diagnostics.map(formatDiagnostic).join('\n'));
  return writeImage(linkImage([module], image));
}

/** Where the buffer is, as the DMA controllers see it: on a page of its own. */
const busAddress = 0x10_0000;
const source = interruptLines.isa + 5;

const text = ({ rate, half, halves }: Tone) => `
const PORTS = ${memoryMap.pciPorts.start};
const CARD = PORTS + ${isaPorts.sb16.start};
const DMA = PORTS + ${isaPorts.dma2.start};
const PAGES = PORTS + ${isaPorts.dmaPages.start};
const PLIC = ${memoryMap.plic.start};
const BUFFER = ${isaMemory.start + busAddress};
const HALF = ${half};
const HALVES = ${halves};

let stack!: Arr<u64, 256>;
let played: Volatile<u32> = 0;
let written: u32 = 0;

/** @section .init */
export function _start(): void {
  asm\`
    csrr t0, mhartid
    bnez t0, 1f
    la sp, \${stack}
    li t0, 2048
    add sp, sp, t0
    la t0, \${trap}
    csrw mtvec, t0
    call \${main}
  1:
    wfi
    j 1b
  \`;
}

function trap(): void {
  asm\`
    addi sp, sp, -64
    ${saved('sw')}
    call \${interrupt}
    ${saved('lw')}
    addi sp, sp, 64
    mret
  \`;
}

function main(): void {
  if (!reset()) return end(1);
  fill(0);
  fill(1);
  writel(PLIC + 4 * ${source}, 1);
  writel(PLIC + 0x2000 + 4 * ${source >>> 5}, 1 << ${source & 31});
  csrs_mie(1 << 11);
  csrs_mstatus(1 << 3);
  startDma();
  say(0x41); say(${rate >>> 8}); say(${rate & 0xff});
  say(0xb6); say(0x30); say(${half - 1 & 0xff}); say(${half - 1 >>> 8});
  while (played < HALVES) wfi();
  end(0);
}

function end(status: u32): void {
  writel(0x100000, status === 0 ? 0x5555 : status << 16 | 0x3333);
  for (;;) wfi();
}

function reset(): bool {
  writeb(CARD + 6, 1);
  const start = csrr_time();
  while (csrr_time() - start < 100) {}
  writeb(CARD + 6, 0);
  for (let polls = 0; polls < 100000; polls++) {
    if (readb(CARD + 0xe) & 0x80) return readb(CARD + 0xa) === 0xaa;
  }
  return false;
}

function say(byte: u32): void {
  while (readb(CARD + 0xc) & 0x80) {}
  writeb(CARD + 0xc, byte);
}

/** Channel 5, single mode, auto-initialised, from memory: words, so half the address and a page without bit 0. */
function startDma(): void {
  writeb(DMA + 2 * 0xa, 5);
  writeb(DMA + 2 * 0xc, 0);
  writeb(DMA + 2 * 0xb, 0x59);
  writeb(PAGES + 0xb, ${busAddress >>> 16});
  writeb(DMA + 2 * 2, ${busAddress >>> 1 & 0xff});
  writeb(DMA + 2 * 2, ${busAddress >>> 9 & 0xff});
  writeb(DMA + 2 * 3, ${2 * half - 1 & 0xff});
  writeb(DMA + 2 * 3, ${2 * half - 1 >>> 8});
  writeb(DMA + 2 * 0xa, 1);
}

/** The next samples of the tone, into a half of the buffer. */
function fill(half: u32): void {
  const to = cast<Ptr<i16>>(BUFFER + half * HALF * 2);
  for (let index = 0; index < HALF; index++) {
    to[index] = written % 2 === 0 ? written * 37 : written * -91;
    written++;
  }
}

function interrupt(): void {
  const claimed = readl(PLIC + 0x200004);
  if (claimed !== ${source}) return end(2);
  readb(CARD + 0xf);
  played++;
  if (played === HALVES - 1) say(0xd9);
  else if (played < HALVES - 1) fill((played - 1) & 1);
  writel(PLIC + 0x200004, claimed);
}
`;

/** Moves all registers that a call may change to or from the stack. */
function saved(instruction: 'lw' | 'sw'): string {
  const numbers = [0, 1, 2, 3, 4, 5, 6];
  const registers = ['ra', 'a7', ...numbers.flatMap((n) => [`t${n}`, `a${n}`])];
  return registers.map((register, index) => `${instruction} ${register}, ${4 * index}(sp)`).join('\n    ');
}
