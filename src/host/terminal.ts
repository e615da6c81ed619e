/**
 * The guest's console on the user's terminal. On a terminal every key goes to the guest as it is pressed, Ctrl-C
 * included, and Ctrl-A is the way out. A pipe or file is handed on byte for byte, and its end stops nothing.
 */
import { EscapeKeys, keysHelp } from './escape-keys.ts';

/** What the terminal needs of its two streams: `process.stdin` and `process.stdout`, or a test's. */
export interface Keyboard extends NodeJS.EventEmitter {
  readonly isTTY?: boolean;
  setRawMode?(raw: boolean): unknown;
  resume(): unknown;
  pause(): unknown;
}
export interface Screen extends NodeJS.EventEmitter {
  write(bytes: Uint8Array | string): boolean;
}

/** Why the user's end of the console goes away: Ctrl-A x, nobody reads the output any more, or a signal. */
export type Farewell = 'keys' | 'closed' | (typeof signals)[number];

/** What the terminal tells its owner. */
export interface TerminalPins {
  /** The user typed this for the guest. No more is read until a returned promise resolves. */
  type(bytes: Uint8Array): void | Promise<void>;
  /** Nothing more will be typed. */
  end(): void;
  /** The session must end. A second signal ends the process at once. */
  leave(reason: Farewell): void;
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** What a shell reports for a process ended by the signal: 128 and its number. */
export const signalStatus = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/**
 * Between `open` and `close` the terminal is the guest's. Whatever way the process ends (return, exception,
 * `process.exit`, a signal that can be caught), the terminal's mode is put back.
 */
export class Terminal {
  readonly #keyboard: Keyboard;
  readonly #screen: Screen;
  readonly #pins: TerminalPins;
  readonly #keys = new EscapeKeys();
  #state: 'ready' | 'full' | 'gone' = 'ready';
  #signalled = false;
  #open = false;

  constructor({ keyboard, screen, ...pins }: { keyboard: Keyboard; screen: Screen } & TerminalPins) {
    this.#keyboard = keyboard;
    this.#screen = screen;
    this.#pins = pins;
  }

  open(): void {
    if (this.#open) return;
    this.#open = true;
    this.#screen.on('error', this.#closed);
    this.#screen.on('drain', this.#drained);
    this.#keyboard.on('data', this.#received);
    this.#keyboard.on('end', this.#ended);
    this.#keyboard.on('error', this.#ended);
    for (const signal of signals) process.on(signal, this.#interrupted);
    if (this.#keyboard.isTTY) {
      this.#takeKeys();
      process.on('exit', this.#giveKeysBack);
      process.on('SIGCONT', this.#takeKeys);
    }
    this.#keyboard.resume();
  }

  /** Gives the terminal back. An error of the screen that comes later is still swallowed. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#keyboard.off('data', this.#received);
    this.#keyboard.off('end', this.#ended);
    this.#keyboard.pause();
    this.#giveKeysBack();
    process.off('exit', this.#giveKeysBack);
    process.off('SIGCONT', this.#takeKeys);
    for (const signal of signals) process.off(signal, this.#interrupted);
    this.#screen.off('drain', this.#drained);
  }

  /** Shows what the guest wrote. When `ready` is false afterwards, wait for `drained` before writing on. */
  write(bytes: Uint8Array | string): void {
    if (bytes.length === 0 || this.#state === 'gone') return;
    if (!this.#screen.write(bytes)) this.#state = 'full';
  }

  /** Whether the screen takes more. */
  get ready(): boolean {
    return this.#state !== 'full';
  }

  /** Resolves once the screen has taken what was written, or is gone. */
  async drained(): Promise<void> {
    while (this.#state === 'full') {
      await new Promise<void>((resolve) => {
        this.#screen.once('drain', resolve);
        this.#screen.once('error', () => resolve());
      });
    }
  }

  #received = (bytes: Uint8Array): void => {
    if (!this.#keyboard.isTTY) {
      this.#type(bytes);
      return;
    }
    for (const keystroke of this.#keys.feed(bytes)) {
      if (keystroke.kind === 'type') this.#type(keystroke.bytes);
      else if (keystroke.kind === 'help') this.write(`\n${keysHelp.join('\n')}\n`);
      else this.#pins.leave('keys');
    }
  };

  #type(bytes: Uint8Array): void {
    const taken = this.#pins.type(bytes);
    if (!taken) return;
    this.#keyboard.pause();
    void taken.then(() => this.#keyboard.resume());
  }

  #drained = (): void => {
    this.#state = 'ready';
  };

  /** Whoever read the output has gone (`nooks run ... | head`). */
  #closed = (): void => {
    this.#state = 'gone';
    this.#pins.leave('closed');
  };

  #interrupted = (signal: NodeJS.Signals): void => {
    const known = signal as (typeof signals)[number];
    if (this.#signalled) process.exit(signalStatus[known]);
    this.#signalled = true;
    this.#pins.leave(known);
  };

  #ended = (): void => {
    this.#pins.end();
  };

  /** Also after the process was stopped and continued, since the shell changes the mode in between. */
  #takeKeys = (): void => {
    this.#keyboard.setRawMode?.(true);
  };

  #giveKeysBack = (): void => {
    if (this.#keyboard.isTTY) this.#keyboard.setRawMode?.(false);
  };
}
