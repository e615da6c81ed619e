/** Physical memory protection. Privileged Architecture 20240411, section 3.7. */
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { causes, type Cause } from '../../src/isa/causes.ts';
import { mstatus, pmpcfg, pmpMatching } from '../../src/isa/csrs.ts';
import { type Mode, places, Stepper } from '../support/stepper.ts';

const { R, W, X, L } = pmpcfg;
const { TOR, NA4, NAPOT } = pmpMatching;
const { data, code } = places;

let machine: Stepper;
beforeAll(() => void (machine = new Stepper()));
beforeEach(() => void machine.reset());

const napot = (address: number, bytes: number) => ((address >>> 2) | ((bytes >>> 3) - 1)) >>> 0;

/** Entries from 0 on, each its config byte and address. Entry 15, of `reset`, allows the rest. */
function protect(...entries: readonly (readonly [number, number])[]): Stepper {
  const config = entries.reduce((word, [byte], index) => word + byte * 2 ** (8 * index), 0);
  entries.forEach(([, address], index) => machine.write(`pmpaddr${index as 0 | 1 | 2 | 3}`, address));
  machine.write('pmpcfg0', config);
  return machine;
}

function attempt(text: string, mode: Mode, address: number): Cause | undefined {
  machine.hart.mcause = 0;
  machine.code(text).mode(mode);
  machine.hart.x[8] = address | 0;
  machine.step(text.startsWith('jr') ? 2 : 1);
  const { mcause } = machine.hart;
  return mcause === 0 ? undefined : (Object.keys(causes) as Cause[]).find((name) => causes[name] === mcause);
}
const load = 'lb a0, 0(s0)', store = 'sb a0, 0(s0)', jump = 'jr s0';

describe('permissions', () => {
  /** Config, mode, what is done, what comes of it. A word of zeros is no instruction. */
  const rows: readonly (readonly [number, Mode, string, Cause | undefined])[] = [
    [R, 'S', load, undefined], [R, 'S', store, 'storeAccessFault'], [R, 'S', jump, 'instructionAccessFault'],
    [R | W, 'U', store, undefined], [X, 'U', load, 'loadAccessFault'], [X, 'U', jump, 'illegalInstruction'],
    [0, 'U', load, 'loadAccessFault'], [0, 'M', load, undefined], [0, 'M', store, undefined],
    [L, 'M', load, 'loadAccessFault'], [L | R, 'M', load, undefined], [L | R, 'M', store, 'storeAccessFault'],
    [L | R | W, 'M', jump, 'instructionAccessFault'], [L | R | W | X, 'M', jump, 'illegalInstruction'],
  ];
  test.each(rows)('config %i in %s-mode: %s gives %s', (config, mode, text, cause) => {
    protect([config | NAPOT, napot(data, 4096)]);
    expect(attempt(text, mode, data)).toBe(cause);
  });

  test.each(['lr.w a0, (s0)', 'amoadd.w a0, a0, (s0)', 'sc.w a0, a0, (s0)'])('atomics: %s', (text) => {
    protect([NAPOT, napot(data, 4096)]);
    expect(attempt(text, 'S', data)).toBe(text.startsWith('lr') ? 'loadAccessFault' : 'storeAccessFault');
  });
});

describe('ranges', () => {
  /** The entries, and which of the bytes at data - 4, data, +4, +8, +4096 S-mode may load: y or n. */
  const rows: readonly (readonly [string, readonly (readonly [number, number])[], string])[] = [
    ['NA4', [[NA4, data >>> 2]], 'ynyyy'],
    ['NAPOT of 8 bytes', [[NAPOT, napot(data, 8)]], 'ynnyy'],
    ['NAPOT of 4 KiB', [[NAPOT, napot(data, 4096)]], 'ynnny'],
    ['NAPOT of 8 KiB', [[NAPOT, napot(data - 4096, 8192)]], 'nnnny'],
    ['TOR', [[0, data >>> 2], [TOR, (data + 8) >>> 2]], 'ynnyy'],
    ['TOR from 0', [[TOR | X, data >>> 2]], 'nyyyy'],
    ['TOR that is empty', [[0, (data + 8) >>> 2], [TOR, data >>> 2]], 'yyyyy'],
    ['off', [[0, napot(data, 4096)]], 'yyyyy'],
    ['the first that matches', [[R | NA4, data >>> 2], [NAPOT, napot(data, 8)]], 'yynyy'],
    ['a hole', [[NA4, (data + 4) >>> 2], [R | NAPOT, napot(data, 4096)]], 'yynyy'],
  ];
  test.each(rows)('%s', (_, entries, expected) => {
    protect(...entries);
    const seen = [-4, 0, 4, 8, 4096].map((offset) => (attempt(load, 'S', data + offset) === undefined ? 'y' : 'n'));
    expect(seen.join('')).toBe(expected);
    // The same again, now that what may be cached is.
    const again = [-4, 0, 4, 8, 4096].map((offset) => (attempt(load, 'S', data + offset) === undefined ? 'y' : 'n'));
    expect(again.join('')).toBe(expected);
  });

  test('without a match S-mode may nothing, M-mode everything', () => {
    machine.write('pmpcfg3', 0);
    expect(attempt(load, 'M', data)).toBeUndefined();
    expect(attempt(load, 'S', data)).toBe('instructionAccessFault');
  });

  test('a page that is split is fetched from word by word', () => {
    protect([NA4 | R, (code + 8) >>> 2]);
    machine.code('nop\nnop\nnop\nnop').mode('S').step(3);
    expect(machine.trap('M')).toEqual({ cause: causes.instructionAccessFault, epc: code + 8, tval: code + 8 });
  });

  test('a misaligned access is checked in all its parts', () => {
    protect([NA4, (data + 4) >>> 2]);
    expect(attempt('lw a0, 2(s0)', 'S', data)).toBe('loadAccessFault');
    expect(machine.hart.mtval >>> 0).toBe(data + 4);
  });
});

describe('changes', () => {
  test('take effect at once', () => {
    expect(attempt(load, 'S', data)).toBeUndefined();
    protect([NAPOT, napot(data, 4096)]);
    expect(attempt(load, 'S', data)).toBe('loadAccessFault');
    protect([NAPOT | R, napot(data, 4096)]);
    expect(attempt(load, 'S', data)).toBeUndefined();
  });

  test('of a locked entry are ignored', () => {
    protect([0, 100], [L | TOR | R, 200]);
    expect(machine.write('pmpaddr1', 7)).toBe(200);
    // It is the bottom of a locked TOR range.
    expect(machine.write('pmpaddr0', 7)).toBe(100);
    expect(machine.write('pmpcfg0', 0)).toBe((L | TOR | R) << 8);
  });

  test('are checked as the mode of MPP when MPRV is set', () => {
    protect([NAPOT, napot(data, 4096)]);
    machine.set({ mstatus: mstatus.MPRV | (1 << 11) });
    expect(attempt(load, 'M', data)).toBe('loadAccessFault');
  });

  test('page tables are loaded and updated as S-mode', () => {
    const root = 0x8020_0000;
    machine.words(root + 4 * (data >>> 22), (0x8000_0000 >>> 2) | 0x0f);
    machine.set({ satp: 0x8000_0000 | (root >>> 12) });
    protect([NAPOT | R, napot(root, 4096)]);
    // The accessed bit cannot be set.
    expect(attempt(load, 'S', data)).toBe('instructionAccessFault');
    protect([NAPOT, napot(root, 4096)]);
    expect(attempt(load, 'S', data)).toBe('instructionAccessFault');
    protect([NAPOT | R | W, napot(root, 4096)]);
    expect(attempt(load, 'S', data)).toBeUndefined();
  });
});
