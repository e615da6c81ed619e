/** `nooks run`: boots images, with the guest's console on the terminal. */
import { Option } from 'commander';
import type { Command } from 'commander';
import type { ConsoleSink, SessionEnding, SessionMachine, SessionOptions } from '../host/session.ts';
import { holdSession } from '../host/session.ts';
import { parseSize } from '../host/size.ts';
import { keysHelp } from '../host/escape-keys.ts';
import { signalStatus } from '../host/terminal.ts';
import { Trace } from '../host/trace.ts';
import type { Witness } from '../host/trace.ts';
import { UserError } from '../host/user-error.ts';
import { causes } from '../isa/causes.ts';
import { limits } from '../platform/memory-map.ts';
import { tellingOfBuild } from './build-progress.ts';
import { oneOf, size, wholeNumber } from './options.ts';
import { statusHelp, statuses } from './status.ts';

/** The options as commander delivers them. */
export interface RunOptions {
  readonly kernel?: string;
  readonly bios?: string;
  readonly initrd?: string;
  readonly append?: string;
  readonly disk?: string;
  readonly device?: readonly string[];
  readonly harts: number;
  readonly memory: number;
  readonly engine?: 'parallel' | 'lockstep';
  readonly seed?: number;
  readonly quantum?: number;
  readonly maxInstructions?: number;
  readonly trace?: string;
  readonly tier?: '0' | '1';
  readonly reboot: boolean;
}

/** What is asked of the machine: paths of files, bytes of memory. */
export type MachineRequest = Omit<RunOptions, Session | 'kernel' | 'engine' | 'tier' | 'device'> & {
  readonly image: string;
  readonly devices?: readonly string[];
  /** 0 when nothing is to be translated. */
  readonly hotCount?: number;
  readonly engine: 'parallel' | 'lockstep';
};

/** Options about the session, not about the machine. */
type Session = 'reboot' | 'maxInstructions' | 'trace';

/** How the machine is made: the real one, or a test's. */
export type Boot = (
  request: MachineRequest, console: ConsoleSink, trace: Trace | undefined,
) => Promise<SessionMachine>;

const any = { least: 0, most: Number.MAX_SAFE_INTEGER };
const seeds = { least: 0, most: 2 ** 32 - 1 };
const quanta = { least: 1, most: 1_000_000_000 };
const defaults = { harts: 1, memory: '128M' } as const;

/** Adds the command to the program. */
export function registerRun(program: Command, finish: (status: number) => void): void {
  program.command('run')
    .summary('boot an image, or the kernel of nooks, with its console on this terminal')
    .description('Boots an image on an SMP RV32 board like QEMU\'s "virt", with its console on this terminal.')
    .argument('[image]', 'bare-metal program; with --bios, kernel: ELF, raw or Linux Image, plain or gzip'
      + ' (default: the kernel and programs of nooks, built where they are not up to date)')
    .option('--kernel <file>', 'kernel to start in supervisor mode, on the firmware of nooks')
    .option('--bios <firmware>', 'firmware to start first, in machine mode: OpenSBI fw_dynamic or the like')
    .option('--initrd <file>', 'initial RAM disk')
    .option('--append <arguments>', 'kernel arguments')
    .option('--disk <file>', 'image file of a virtio block device; the guest may write to it')
    .option('--device <device>', 'a card, such as "e1000,pcap=net.pcap", or a module that exports one; repeatable',
      collect)
    .option('--harts <n>', 'number of harts, 1 to 16', wholeNumber('--harts', limits.harts), defaults.harts)
    .addOption(new Option('--memory <size>', 'RAM, 16M to 1G').argParser(size('--memory', limits.ramBytes))
      .default(parseSize(defaults.memory), defaults.memory))
    .option('--engine <engine>', 'parallel: a thread per hart; lockstep: one thread, the same run every time '
      + '(default: parallel, or lockstep when an option is for it)', oneOf('--engine', ['parallel', 'lockstep']))
    .option('--seed <n>', 'lockstep: seed of the schedule; 0 takes turns of equal length', wholeNumber('--seed', seeds))
    .option('--quantum <n>', 'lockstep: instructions per turn', wholeNumber('--quantum', quanta))
    .option('--max-instructions <n>', 'stop after so many instructions, all harts together',
      wholeNumber('--max-instructions', any))
    .option('--trace <file>', 'lockstep: write every access to a device to a file')
    .option('--tier <n>', '0: interpret only; 1: translate what is hot (default: 1)', oneOf('--tier', ['0', '1']))
    .option('--no-reboot', 'end when the guest asks for a reset, instead of starting again')
    .addHelpText('after', help)
    .action(async (image: string | undefined, options: RunOptions) => {
      const { status, sentence } = await run(image, options, { keyboard: process.stdin, screen: process.stdout });
      if (sentence !== undefined) process.stderr.write(`nooks: ${sentence}\n`);
      finish(status);
    });
}

const help = `
Keys on a terminal:
${keysHelp.map((line) => `  ${line}`).join('\n')}

Exit status:
  0    the guest passed, or the user left by Ctrl-A x
  n    the guest failed with code n, by the test finisher
${statusHelp('mistake', 'unhandled', 'limit', 'idle', 'internal')}
  128+  ended by the signal of that number

Examples:
  nooks run
  nooks run --harts 4 --append "quiet"
  nooks run program.elf
  nooks run --kernel Image.gz --harts 4 --append "console=ttyS0"
  nooks run Image.gz --bios fw_dynamic.bin --harts 4 --append "console=ttyS0"
  nooks run program.elf --harts 2 --engine lockstep --seed 7
`;

/** Runs one session and says what the process is to report. */
export async function run(
  image: string | undefined, options: RunOptions, terminal: Pick<SessionOptions, 'keyboard' | 'screen'>,
  boot: Boot = bootMachine,
): Promise<Report> {
  const { reboot, maxInstructions, engine: _, tier, trace: tracePath, device, kernel, ...rest } = options;
  const request: MachineRequest = {
    ...rest, ...await programs(image, options), engine: engineOf(options), ...(tier === '0' ? { hotCount: 0 } : {}),
    ...(device === undefined ? {} : { devices: device }),
  };
  const trace = tracePath === undefined ? undefined : new Trace(tracePath);
  try {
    return reportOf(await holdSession({
      ...terminal, maxInstructions,
      onReset: reboot ? 'restart' : 'end',
      create: (console) => boot(request, console, trace),
    }));
  } finally {
    trace?.close();
  }
}

/** For options that may be given several times. */
const collect = (value: string, before: readonly string[] = []) => [...before, value];

/** What to boot: a program; firmware and a kernel; or a kernel on our own firmware. */
async function programs(
  image: string | undefined, { kernel, bios, initrd }: RunOptions,
): Promise<Pick<MachineRequest, 'image' | 'bios' | 'initrd'>> {
  if (kernel === undefined) {
    if (image === undefined) return ourSystem(bios, initrd);
    return { image, ...(bios === undefined ? {} : { bios }) };
  }
  if (image !== undefined) throw new UserError(`'${image}' is one image too many: --kernel names what to boot`);
  if (bios !== undefined) throw new UserError('--kernel brings its own firmware: name the kernel without --kernel');
  const { shippedElf } = await import('../host/shipped.ts');
  return { image: kernel, bios: await shippedElf('firmware') };
}

/** Our own kernel with our programs, built where they are not up to date: told in one line of a terminal. */
async function ourSystem(bios?: string, initrd?: string): Promise<Pick<MachineRequest, 'image' | 'initrd'>> {
  if (bios !== undefined) throw new UserError('--bios needs a kernel to start: name its image');
  const { shippedSystem } = await import('../host/shipped.ts');
  const shipped = await tellingOfBuild(shippedSystem);
  return initrd === undefined ? shipped : { ...shipped, initrd };
}

/** Options that only the lockstep engine has also choose it. */
function engineOf(options: RunOptions): 'parallel' | 'lockstep' {
  const lockstepOnly = (['seed', 'quantum', 'trace'] as const).find((name) => options[name] !== undefined);
  if (options.engine === 'parallel' && lockstepOnly) throw new UserError(`--${lockstepOnly} needs --engine lockstep`);
  return options.engine ?? (lockstepOnly ? 'lockstep' : 'parallel');
}

/** The exit status, and what to say on stderr. */
export interface Report { readonly status: number; readonly sentence?: string }

function reportOf(ending: SessionEnding): Report {
  switch (ending.kind) {
    case 'exit': return { status: ending.status };
    case 'reset': return { status: 0 };
    case 'stopped': return { status: 0 };
    case 'limit': return { status: statuses.limit.status, sentence: 'the limit of instructions is reached' };
    case 'idle': return { status: statuses.idle.status, sentence: statuses.idle.about };
    case 'unhandled': return { status: statuses.unhandled.status, sentence: trapSentence(ending) };
    case 'left': return { status: farewellStatus(ending.reason) };
  }
}

function trapSentence({ hart, cause, pc, tval }: SessionEnding & { kind: 'unhandled' }): string {
  const [name] = Object.entries(causes).find(([, code]) => code === cause) ?? [`cause ${cause}`];
  const words = name.replaceAll(/[A-Z](?=[a-z])/g, (letter) => ` ${letter.toLowerCase()}`).replace(/[A-Z]$/, ' $&');
  return `hart ${hart} trapped, and its trap handler cannot be fetched: ${words} at ${hex(pc)}, tval ${hex(tval)}`;
}

const hex = (value: number) => `0x${(value >>> 0).toString(16).padStart(8, '0')}`;

function farewellStatus(reason: (SessionEnding & { kind: 'left' })['reason']): number {
  return reason === 'keys' || reason === 'closed' ? 0 : signalStatus[reason];
}

/** Boots the real machine. It is loaded here, so that `--help` and mistakes are quick. */
async function bootMachine(request: MachineRequest, console: ConsoleSink, trace?: Trace): Promise<SessionMachine> {
  const { Machine } = await import('../host/machine.ts');
  if (process.env['NOOKS_LOG'] !== undefined) (await import('../host/log.ts')).log().debug(request, 'booting');
  if (!trace) return Machine.create({ ...request, onConsole: console });
  const machine = await Machine.create({
    ...request, onConsole: console, onAccess: (access) => trace.access(access, witness),
  });
  const witness: Witness = {
    get now() { return machine.lockstep.now; },
    place: (hart) => machine.symbols.describe(machine.hart(hart).pc),
    register: (address, way) => machine.lockstep.board.addressName(address, way),
  };
  return machine;
}
