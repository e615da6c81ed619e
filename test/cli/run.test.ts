import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import type { MachineRequest, RunOptions } from '../../src/cli/run.ts';
import { run } from '../../src/cli/run.ts';
import type { MachineEnding } from '../../src/host/session.ts';
import { causes } from '../../src/isa/causes.ts';

const plain: RunOptions = { harts: 1, memory: 2 ** 27, reboot: true };

/** Runs a session whose machine ends at once, and tells what was asked of it. */
async function runUntil(ending: MachineEnding, options: Partial<RunOptions> = {}) {
  const keyboard = Object.assign(new EventEmitter(), { resume() {}, pause() {} });
  const screen = Object.assign(new EventEmitter(), { write: () => true });
  const requests: MachineRequest[] = [];
  const report = await run('a.elf', { ...plain, ...options }, { keyboard, screen }, async (request) => {
    requests.push(request);
    return {
      run: async () => {
        keyboard.emit('end');
        return requests.length > 1 ? { kind: 'exit', status: 0 } : ending;
      },
      type() {}, stop() {}, dispose() {},
    };
  });
  return { report, requests };
}

// how the machine ended, the exit status, the sentence
const endings: [MachineEnding, number, string | undefined][] = [
  [{ kind: 'exit', status: 0 }, 0, undefined],
  [{ kind: 'exit', status: 42 }, 42, undefined],
  [{ kind: 'reset' }, 0, undefined],
  [{ kind: 'limit' }, 4, 'the limit of instructions is reached'],
  [{ kind: 'idle' }, 5, 'every hart waits for an interrupt that cannot come'],
  [{ kind: 'unhandled', hart: 1, cause: causes.instructionAccessFault, pc: 0, tval: 0x8000_0000 | 0 }, 3,
    'hart 1 trapped, and its trap handler cannot be fetched: instruction access fault at 0x00000000, tval 0x80000000'],
  [{ kind: 'unhandled', hart: 0, cause: causes.ecallFromU, pc: 4, tval: 0 }, 3,
    'hart 0 trapped, and its trap handler cannot be fetched: ecall from U at 0x00000004, tval 0x00000000'],
];
test.each(endings)('%j ends with status %d', async (ending, status, sentence) => {
  const { report } = await runUntil(ending);
  expect(report).toEqual(sentence === undefined ? { status } : { status, sentence });
});

test('the machine is asked for what the options say', async () => {
  const { requests } = await runUntil({ kind: 'exit', status: 0 }, {
    bios: 'fw', harts: 4, append: 'quiet', seed: 7, maxInstructions: 9,
  });
  expect(requests).toEqual([
    { image: 'a.elf', bios: 'fw', harts: 4, memory: 2 ** 27, append: 'quiet', seed: 7, engine: 'lockstep' },
  ]);
});

// the options, the engine
const engines: [Partial<RunOptions>, string][] = [
  [{}, 'parallel'], [{ seed: 0 }, 'lockstep'], [{ quantum: 10 }, 'lockstep'], [{ engine: 'lockstep' }, 'lockstep'],
  [{ engine: 'parallel' }, 'parallel'],
];
test.each(engines)('%j runs on the %s engine', async (options, engine) => {
  const { requests } = await runUntil({ kind: 'exit', status: 0 }, options);
  expect(requests[0]!.engine).toBe(engine);
});

test('a reset starts again unless --no-reboot is given', async () => {
  expect((await runUntil({ kind: 'reset' })).requests.length).toBe(2);
  expect((await runUntil({ kind: 'reset' }, { reboot: false })).requests.length).toBe(1);
});

test('without an image, the kernel of nooks is asked for with its programs', { timeout: 120_000 }, async () => {
  const keyboard = Object.assign(new EventEmitter(), { resume() {}, pause() {} });
  const screen = Object.assign(new EventEmitter(), { write: () => true });
  const requests: MachineRequest[] = [];
  await run(undefined, plain, { keyboard, screen }, async (request) => {
    requests.push(request);
    return { run: async () => ({ kind: 'exit', status: 0 }), type() {}, stop() {}, dispose() {} };
  });
  expect(requests).toMatchObject([
    { image: expect.stringMatching(/build.kernel\.elf$/), initrd: expect.stringMatching(/build.initramfs\.cpio$/) },
  ]);
});
