/** An extension on a machine with its devices, at the shell's prompt. */
import type { EngineName } from '../../src/host/machine.ts';
import { watchPeers } from '../../src/host/peer-findings.ts';
import type { ExtensionManifest, Workload } from '../../src/platform/extension.ts';
import { Session, type System } from './system.ts';

/** Loaded as a part of the kernel, or into a protection domain. */
export type Way = 'native' | 'isolated';

export interface Setting {
  readonly engine: EngineName;
  readonly harts: number;
  /** Of lockstep, as the instructions of a turn. */
  readonly seed: number;
  readonly quantum?: number;
  /** Boot arguments; `quiet` if there are none. */
  readonly append?: string;
  /** Bytes of RAM, and arrivals that make code hot, if not the usual. */
  readonly memory?: number;
  readonly hotCount?: number;
}

export const settingName = ({ engine, harts, seed }: Setting) => `${engine} engine, ${harts} harts, seed ${seed}`;

/** The machine, without the module. */
export function bootFor(
  { devices }: ExtensionManifest, setting: Setting, system: System, files: Parameters<System['initrd']>[0] = [],
): Promise<Session> {
  const { engine, harts, seed, quantum = 1000, append = 'quiet', memory, hotCount } = setting;
  const withFiles: System = { ...system, initrd: (more = []) => system.initrd([...files, ...more]) };
  return Session.boot(withFiles, {
    devices, engine, harts, append, ...(engine === 'lockstep' ? { seed, quantum } : {}),
    ...(memory === undefined ? {} : { memory }), ...(hotCount === undefined ? {} : { hotCount }),
  });
}

/** Gives what is not as the manifest says. */
export async function runWorkload(session: Session, { command, says, peers }: Workload): Promise<string[]> {
  const peerComplaints = watchPeers(session.machine, { peers });
  const { said, status } = await session.run(command);
  return [
    ...(status === 0 ? [] : [`the status was ${status}`]),
    ...says.filter((pattern) => !new RegExp(pattern, 'm').test(said)).map((pattern) => `nothing matched ${pattern}`),
    ...peerComplaints(),
  ];
}

/** How a module is loaded: of this name, or of a file. */
export const insmod = (module: string, way: Way) => `insmod ${way === 'isolated' ? '-n ' : ''}${module}`;

/** Loads the module, runs what the manifest says, unloads it; what went wrong, and what was said when something did. */
export async function useExtension(
  session: Session, { name, setUp, tearDown, workloads }: ExtensionManifest, way: Way = 'native',
): Promise<string[]> {
  const from = session.machine.console.length;
  const complaints: string[] = [];
  const prepare = async (command: string) => {
    const { status } = await session.run(command);
    if (status !== 0) complaints.push(`${command} gave ${status}`);
  };
  for (const command of [insmod(name, way), ...setUp]) await prepare(command);
  for (const workload of workloads) {
    complaints.push(...(await runWorkload(session, workload)).map((complaint) => `${workload.name}: ${complaint}`));
  }
  for (const command of [...tearDown, `rmmod ${name}`]) await prepare(command);
  return complaints.length === 0 ? [] : [...complaints, session.machine.console.slice(from)];
}
