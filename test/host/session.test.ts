import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { holdSession } from '../../src/host/session.ts';
import type { ConsoleSink, MachineEnding, SessionMachine } from '../../src/host/session.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (typed: Uint8Array) => new TextDecoder().decode(typed);

class Keyboard extends EventEmitter {
  isTTY = true;
  setRawMode() {}
  resume() {}
  pause() {}
}

class Screen extends EventEmitter {
  shown = '';
  write(output: Uint8Array | string): boolean {
    this.shown += typeof output === 'string' ? output : text(output);
    return true;
  }
}

/** A machine whose every `run` does the next step of a script, and a record of what happened to it. */
class Scripted implements SessionMachine {
  readonly events: string[];
  readonly steps: ((machine: Scripted) => MachineEnding | Promise<MachineEnding>)[];
  console: ConsoleSink = () => {};
  stopped: () => void = () => {};
  constructor(events: string[], ...steps: Scripted['steps']) {
    this.events = events;
    this.steps = steps;
  }
  async run(limits: { maxInstructions?: number }): Promise<MachineEnding> {
    this.events.push(`run ${limits.maxInstructions ?? 'on'}`);
    return this.steps.shift()!(this);
  }
  /** Runs until `stop` is called. */
  untilStopped(): Promise<MachineEnding> {
    return new Promise((resolve) => { this.stopped = () => resolve({ kind: 'stopped' }); });
  }
  type(typed: Uint8Array): void {
    this.events.push(`type ${text(typed)}`);
  }
  stop(): void {
    this.events.push('stop');
    this.stopped();
  }
  dispose(): void {
    this.events.push('dispose');
  }
}

function hold(machines: Scripted[], options: { onReset?: 'restart' | 'end'; maxInstructions?: number } = {}) {
  const keyboard = new Keyboard();
  const screen = new Screen();
  const create = async (console: ConsoleSink) => {
    const machine = machines.shift()!;
    machine.console = console;
    return machine;
  };
  return { keyboard, screen, ending: holdSession({ create, keyboard, screen, onReset: 'restart', ...options }) };
}

const turns = async (count = 10) => {
  for (let turn = 0; turn < count; turn++) await Promise.resolve();
};

test('the guest talks, ends, and the machine is disposed of', async () => {
  const events: string[] = [];
  const { screen, ending } = hold([new Scripted(events, (machine) => {
    void machine.console(bytes('hello\n'));
    return { kind: 'exit', status: 7 };
  })], { maxInstructions: 5 });
  expect(await ending).toEqual({ kind: 'exit', status: 7 });
  expect(screen.shown).toBe('hello\n');
  expect(events).toEqual(['run 5', 'dispose']);
});

test('a reset starts a new machine, or ends the session', async () => {
  const events: string[] = [];
  const pair = () => [new Scripted(events, () => ({ kind: 'reset' })),
    new Scripted(events, () => ({ kind: 'exit', status: 0 }))];
  expect(await hold(pair()).ending).toEqual({ kind: 'exit', status: 0 });
  expect(events).toEqual(['run on', 'dispose', 'run on', 'dispose']);
  expect(await hold(pair(), { onReset: 'end' }).ending).toEqual({ kind: 'reset' });
});

test('Ctrl-A x stops the machine', async () => {
  const events: string[] = [];
  const { keyboard, ending } = hold([new Scripted(events, (machine) => machine.untilStopped())]);
  await turns();
  keyboard.emit('data', bytes('a'));
  keyboard.emit('data', bytes('\x01x'));
  expect(await ending).toEqual({ kind: 'left', reason: 'keys' });
  expect(events).toEqual(['run on', 'type a', 'stop', 'dispose']);
});

test('an idle machine goes on when something is typed, and ends when nothing can be', async () => {
  const events: string[] = [];
  const idle = (): MachineEnding => ({ kind: 'idle' });
  const { keyboard, ending } = hold([new Scripted(events, idle, idle, idle)]);
  await turns();
  expect(events).toEqual(['run on']);
  keyboard.emit('data', bytes('a'));
  await turns();
  expect(events).toEqual(['run on', 'type a', 'run on']);
  keyboard.emit('end');
  expect(await ending).toEqual({ kind: 'idle' });
  expect(events).toEqual(['run on', 'type a', 'run on', 'run on', 'dispose']);
});

test('one can leave an idle machine', async () => {
  const { keyboard, ending } = hold([new Scripted([], () => ({ kind: 'idle' }))]);
  await turns();
  keyboard.emit('data', bytes('\x01x'));
  expect(await ending).toEqual({ kind: 'left', reason: 'keys' });
});

test('a machine that fails is disposed of, and its error is told', async () => {
  const events: string[] = [];
  const { ending } = hold([new Scripted(events, () => { throw new Error('ours'); })]);
  await expect(ending).rejects.toThrow('ours');
  expect(events).toEqual(['run on', 'dispose']);
});
