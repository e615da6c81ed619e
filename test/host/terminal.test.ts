import { spawnSync } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { EscapeKeys } from '../../src/host/escape-keys.ts';
import { Terminal } from '../../src/host/terminal.ts';
import { hasTools } from '../support/tools.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (typed: Uint8Array) => new TextDecoder().decode(typed);

// what arrives, in chunks; what it means
const keys: [string[], string[]][] = [
  [['ls\r'], ['ls\r']],
  [['\x01x'], ['leave']],
  [['\x01', 'x'], ['leave']],
  [['ab\x01hcd'], ['ab', 'help', 'cd']],
  [['\x01\x01x'], ['\x01x']],
  [['\x03\x04\x1a'], ['\x03\x04\x1a']],
  [['a\x01qb'], ['ab']],
  [['\x01'], []],
];
test.each(keys)('%j means %j', (chunks, meaning) => {
  const filter = new EscapeKeys();
  const strokes = chunks.flatMap((chunk) => filter.feed(bytes(chunk)));
  expect(strokes.map((stroke) => (stroke.kind === 'type' ? text(stroke.bytes) : stroke.kind))).toEqual(meaning);
});

class FakeKeyboard extends EventEmitter {
  isTTY: boolean;
  raw: boolean | undefined;
  flowing = false;
  constructor(isTTY: boolean) {
    super();
    this.isTTY = isTTY;
  }
  setRawMode(raw: boolean) { this.raw = raw; }
  resume() { this.flowing = true; }
  pause() { this.flowing = false; }
}

class FakeScreen extends EventEmitter {
  shown = '';
  takes = true;
  write(output: Uint8Array | string): boolean {
    this.shown += typeof output === 'string' ? output : text(output);
    return this.takes;
  }
}

function openTerminal({ isTTY, type }: { isTTY: boolean; type?: (typed: Uint8Array) => void | Promise<void> }) {
  const keyboard = new FakeKeyboard(isTTY);
  const screen = new FakeScreen();
  const heard: string[] = [];
  const terminal = new Terminal({
    keyboard, screen,
    type: type ?? ((typed) => { heard.push(text(typed)); }),
    end: () => { heard.push('<end>'); },
    leave: (reason) => { heard.push(`<${reason}>`); },
  });
  terminal.open();
  return { keyboard, screen, heard, terminal };
}

test('on a terminal keys are raw until the end, and Ctrl-A speaks to the emulator', () => {
  const { keyboard, screen, heard, terminal } = openTerminal({ isTTY: true });
  expect(keyboard).toMatchObject({ raw: true, flowing: true });
  keyboard.emit('data', bytes('a\x01h\x01x'));
  expect(heard).toEqual(['a', '<keys>']);
  expect(screen.shown).toContain('leave the emulator');
  terminal.close();
  expect(keyboard).toMatchObject({ raw: false, flowing: false });
  keyboard.emit('data', bytes('late'));
  expect(heard).toEqual(['a', '<keys>']);
});

test('a pipe is handed on byte for byte, and its end changes nothing', () => {
  const { keyboard, heard, terminal } = openTerminal({ isTTY: false });
  keyboard.emit('data', bytes('\x01x'));
  keyboard.emit('end');
  expect(heard).toEqual(['\x01x', '<end>']);
  expect(keyboard.raw).toBeUndefined();
  terminal.close();
});

test('no more is read while the guest cannot take it', async () => {
  let take = () => {};
  const { keyboard, terminal } = openTerminal({
    isTTY: false, type: () => new Promise<void>((resolve) => { take = resolve; }),
  });
  keyboard.emit('data', bytes('much'));
  expect(keyboard.flowing).toBe(false);
  take();
  await Promise.resolve();
  expect(keyboard.flowing).toBe(true);
  terminal.close();
});

test('a slow screen holds the writer until it has drained', async () => {
  const { screen, terminal } = openTerminal({ isTTY: false });
  terminal.write('a');
  expect(terminal.ready).toBe(true);
  screen.takes = false;
  terminal.write('b');
  expect(terminal.ready).toBe(false);
  let resumed = false;
  const wait = terminal.drained().then(() => { resumed = true; });
  await Promise.resolve();
  expect(resumed).toBe(false);
  screen.emit('drain');
  await wait;
  expect(terminal.ready).toBe(true);
  terminal.close();
});

test('when nobody reads any more the session ends and later output is dropped', async () => {
  const { screen, heard, terminal } = openTerminal({ isTTY: false });
  screen.takes = false;
  terminal.write('a');
  const wait = terminal.drained();
  screen.emit('error', new Error('EPIPE'));
  await wait;
  terminal.write('b');
  expect(heard).toEqual(['<closed>']);
  expect(screen.shown).toBe('a');
  terminal.close();
  screen.emit('error', new Error('EPIPE'));
});

const program = fileURLToPath(new URL('../support/raw-terminal.ts', import.meta.url));
const tools = ['script', 'stty', 'sh'];
// how the process ends, and with which status
const ends: [string, number][] = [['return', 0], ['throw', 1], ['exit', 7], ['SIGTERM', 143]];
test.skipIf(!hasTools(tools))('a real terminal is put back whatever happens (needs script and stty)', () => {
  const commands = ends.map(([end]) => `node --import tsx ${program} ${end} >/dev/null 2>&1; echo $?:$(stty -g)`);
  const { stdout } = spawnSync('script', ['-qec', ['stty -g', ...commands].join('; '), '/dev/null'], {
    encoding: 'utf8', input: '',
  });
  const [before, ...after] = stdout.replaceAll('\r', '').trim().split('\n').filter((line) => line.includes(':'));
  expect(before).toMatch(/^[0-9a-f:]+$/);
  expect(after).toEqual(ends.map(([, status]) => `${status}:${before}`));
});
