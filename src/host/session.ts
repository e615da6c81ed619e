/** A person at a machine: the guest's console on the terminal until the guest ends or the person leaves. */
import type { Farewell, Keyboard, Screen } from './terminal.ts';
import { Terminal } from './terminal.ts';

/** Why a machine stopped by itself. Addresses are the guest's, virtual where translation was on. */
export type MachineEnding =
  /** The guest wrote pass (0) or fail (its code) to the test finisher. */
  | { readonly kind: 'exit'; readonly status: number }
  /** The guest asked the test finisher for a reset. */
  | { readonly kind: 'reset' }
  /** The limit of instructions is reached. */
  | { readonly kind: 'limit' }
  /** Every hart waits, and nothing is left that could wake one. */
  | { readonly kind: 'idle' }
  /** A hart trapped, and fetching its trap handler trapped again. */
  | { readonly kind: 'unhandled'; readonly hart: number; readonly cause: number; readonly pc: number;
      readonly tval: number }
  /** `stop` was called, before `run` or during it. */
  | { readonly kind: 'stopped' };

export type SessionEnding = MachineEnding | { readonly kind: 'left'; readonly reason: Farewell };

/** What a session needs of a machine. */
export interface SessionMachine {
  run(limits: { readonly maxInstructions?: number }): Promise<MachineEnding | { readonly kind: 'console' }>;
  /** Sends bytes to the guest's UART; a promise resolves once it can take more. */
  type(bytes: Uint8Array): void | Promise<void>;
  /** Makes `run` return soon. */
  stop(): void;
  /** Ends its threads. May be called twice. */
  dispose(): void | Promise<void>;
}

/** Where a machine writes its console. It must not write on before a returned promise has resolved. */
export type ConsoleSink = (bytes: Uint8Array) => void | Promise<void>;

export interface SessionOptions {
  readonly create: (console: ConsoleSink) => Promise<SessionMachine>;
  readonly keyboard: Keyboard;
  readonly screen: Screen;
  readonly maxInstructions?: number | undefined;
  /** What a reset that the guest asks for does: start again from the images, or end the session. */
  readonly onReset: 'restart' | 'end';
}

/** Runs machines, one after the other where the guest resets, until the session ends. Nothing is left running. */
export async function holdSession(options: SessionOptions): Promise<SessionEnding> {
  const session = new Session(options);
  try {
    return await session.hold();
  } finally {
    await session.end();
  }
}

class Session {
  readonly #options: SessionOptions;
  readonly #terminal: Terminal;
  #machine: SessionMachine | undefined;
  #farewell: Farewell | undefined;
  /** How often something was typed, and whether more may be. */
  #typed = 0;
  #inputOver = false;
  /** Ends the wait for input. */
  #wake = () => {};

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#terminal = new Terminal({
      keyboard: options.keyboard, screen: options.screen,
      type: (bytes) => {
        this.#typed++;
        this.#wake();
        return this.#machine?.type(bytes);
      },
      end: () => {
        this.#inputOver = true;
        this.#wake();
      },
      leave: (reason) => {
        this.#farewell ??= reason;
        this.#machine?.stop();
        this.#wake();
      },
    });
  }

  async hold(): Promise<SessionEnding> {
    for (;;) {
      this.#machine = await this.#options.create((bytes) => this.#show(bytes));
      this.#terminal.open();
      const ending = await this.#run(this.#machine);
      if (this.#farewell !== undefined) return { kind: 'left', reason: this.#farewell };
      if (ending.kind !== 'reset' || this.#options.onReset === 'end') return ending;
      await this.#machine.dispose();
    }
  }

  async end(): Promise<void> {
    this.#terminal.close();
    await this.#machine?.dispose();
  }

  /** An idle machine is not at its end while somebody may still type. */
  async #run(machine: SessionMachine): Promise<MachineEnding> {
    const { maxInstructions } = this.#options;
    const limits = maxInstructions === undefined ? {} : { maxInstructions };
    for (;;) {
      if (this.#farewell !== undefined) return { kind: 'stopped' };
      const typedBefore = this.#typed;
      const ending = await machine.run(limits);
      if (ending.kind === 'console') continue;
      if (ending.kind !== 'idle' || (this.#inputOver && this.#typed === typedBefore)) return ending;
      await this.#input(typedBefore);
    }
  }

  /** Resolves once something was typed since the count was `before`, or nothing will be. */
  async #input(before: number): Promise<void> {
    while (this.#typed === before && !this.#inputOver && this.#farewell === undefined) {
      await new Promise<void>((resolve) => { this.#wake = resolve; });
    }
  }

  #show(bytes: Uint8Array): void | Promise<void> {
    this.#terminal.write(bytes);
    if (!this.#terminal.ready) return this.#terminal.drained();
  }
}
