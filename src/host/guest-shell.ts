/** The shell of a guest in lockstep, used as a person would: types commands, watches what is said, gives up in time. */
import { type Ending, Machine, type MachineOptions, type MachineSnapshot } from './machine.ts';

/** What ended a wait: the text was said, the budget was used up, or the machine came to an end. */
export type Waited = 'said' | 'silent' | 'panic' | 'reset' | 'idle';

/** Steps of all harts together, and virtual nanoseconds; whichever is used up first. */
export interface Budget { readonly steps: number; readonly ns: number }

/** Steps between looks at what was said. */
const slice = 250_000;

export class GuestShell {
  readonly machine: Machine;
  /** What was said since `forget`. */
  said = '';
  /** How the machine came to an end, where that needs saying. */
  last = '';
  readonly #decoder = new TextDecoder();

  private constructor(machine: Machine) {
    this.machine = machine;
  }

  static async create(options: Omit<MachineOptions, 'onConsole' | 'engine'>): Promise<GuestShell> {
    const hold: { shell: GuestShell | undefined } = { shell: undefined };
    const machine = await Machine.create({
      ...options, engine: 'lockstep',
      onConsole: (bytes) => {
        if (hold.shell) hold.shell.said += hold.shell.#decoder.decode(bytes, { stream: true }).replaceAll('\r', '');
      },
    });
    hold.shell = new GuestShell(machine);
    return hold.shell;
  }

  /** Back to a snapshot, nothing said. */
  async restore(snapshot: MachineSnapshot): Promise<void> {
    await this.machine.restore(snapshot);
    this.said = '';
    this.last = '';
  }

  /** Runs until the console says what matches, from `from` on; `look` is asked after each piece whether to give up. */
  async until(wanted: RegExp, budget: Budget, look: () => boolean = () => false, from = 0): Promise<Waited> {
    const steps = this.steps, ns = this.ns;
    for (;;) {
      const ending = await this.machine.run({ maxInstructions: slice });
      if (wanted.test(this.said.slice(from))) return 'said';
      switch (ending.kind) {
        case 'limit': break;
        case 'exit': return 'panic';
        case 'reset': return this.#ended('reset', 'the machine was reset');
        case 'unhandled': return this.#ended('reset', unhandled(ending));
        default: return 'idle';
      }
      if (this.steps - steps >= budget.steps || this.ns - ns >= budget.ns || look()) return 'silent';
    }
  }

  /** Types a line at the prompt; what it says and its status, or what became of it instead. */
  async command(
    line: string, budget: Budget, look?: () => boolean,
  ): Promise<{ ended: Waited; status: number; said: string }> {
    const from = this.said.length;
    // The quotes keep the line's echo from looking like its end.
    this.machine.type(`${line}; echo "e"nded-$?\n`);
    const ended = await this.until(/^ended-\d+\n(?:.*\n)*# /m, budget, look, from);
    const said = this.said.slice(this.said.indexOf('\n', from) + 1);
    return { ended, said, status: Number(/^ended-(\d+)$/m.exec(said)?.[1] ?? -1) };
  }

  #ended(how: Waited, sentence: string): Waited {
    this.last = sentence;
    return how;
  }

  /** Steps of all harts together since power-on. */
  get steps(): number {
    let sum = 0;
    for (let hart = 0; hart < this.machine.harts; hart++) {
      const { retiredHigh, retiredLow } = this.machine.hart(hart);
      sum += (retiredHigh >>> 0) * 2 ** 32 + (retiredLow >>> 0);
    }
    return sum;
  }

  /** Virtual time in nanoseconds. */
  get ns(): number {
    return this.machine.lockstep.now;
  }
}

const unhandled = ({ hart, cause, pc, tval }: Ending & { kind: 'unhandled' }) =>
  `hart ${hart} cannot fetch its trap handler: cause ${cause} at 0x${pc.toString(16)}, tval 0x${tval.toString(16)}`;
