/**
 * What the guest's isolation layer counts, read from its memory: what /proc/nooks says (recovery/proc.ts), without
 * the guest's help. Where an extension has been loaded again its crossings are those of all its domains.
 */
import type { CString, GuestStruct, Pointer } from '../compiler/layouts.ts';
import { timebaseHz } from '../platform/memory-map.ts';
import type { GuestKernel } from './guest-kernel.ts';

/** Microseconds of the guest's time. */
export interface PhaseTimes {
  readonly times: number;
  readonly last: number;
  readonly most: number;
  readonly total: number;
}

export interface RecoveryStatistics {
  /** By reason: exception, parameter, resources, time-out, request. */
  readonly failures: Readonly<Record<string, number>>;
  /** That ended in service. */
  readonly recoveries: number;
  /** Suspend, release, unload, decide, restart, start-up; and whole, from fault to service. */
  readonly phases: Readonly<Record<string, PhaseTimes>>;
}

export interface ExtensionStatistics extends RecoveryStatistics {
  readonly name: string;
  readonly kind: string;
  /** It has failed, and is not in service again. */
  readonly recovering: boolean;
  readonly calls: { readonly in: number; readonly out: number; readonly deferred: number; readonly refused: number };
  /** What it holds now: nothing while it is down. */
  readonly heapBytes: number;
  readonly heapPages: number;
  readonly stacks: number;
  /** By type, those that there are. */
  readonly objects: Readonly<Record<string, number>>;
}

export interface NooksStatistics {
  readonly extensions: readonly ExtensionStatistics[];
  readonly all: RecoveryStatistics;
}

// Extension.state and Domain.state of the guest's sources.
const extensionGone = 3, domainFree = 0, domainClosed = 1, domainFailed = 3;
/** Units of the time CSR. */
const unitsPerMicrosecond = timebaseHz / 1e6;

/** @throws Error when the kernel's memory makes no sense */
export function readNooksStatistics(kernel: GuestKernel): NooksStatistics {
  const reader = new Reader(kernel);
  return { extensions: reader.extensions(), all: reader.recovery(kernel.variable('totals') as GuestStruct) };
}

class Reader {
  readonly #kernel: GuestKernel;
  readonly #types: readonly string[];
  readonly #reasons: readonly string[];
  readonly #phases: readonly string[];

  constructor(kernel: GuestKernel) {
    this.#kernel = kernel;
    this.#types = (kernel.variable('object_types') as readonly GuestStruct[]).map(({ name }) => textOf(name));
    this.#reasons = (kernel.variable('failure_names') as readonly CString[]).map(textOf);
    this.#phases = (kernel.variable('phase_names') as readonly CString[]).map(textOf);
  }

  extensions(): ExtensionStatistics[] {
    const domains = (this.#kernel.variable('domains') as readonly GuestStruct[])
      .filter(({ state }) => state !== domainFree && state !== domainClosed);
    return this.#list('Extension', this.#kernel.variable('extensions') as Pointer)
      .filter(({ state }) => state !== extensionGone)
      .map((extension) => this.#extension(extension, domains));
  }

  #extension(extension: GuestStruct, domains: readonly GuestStruct[]): ExtensionStatistics {
    const name = nameOf(extension['name']), past = extension['statistics'] as GuestStruct;
    const domain = domains.find((each) => nameOf(each['name']) === name);
    const calls = (field: string) => Number(past[field]) + Number(domain?.[field] ?? 0);
    const heap = domain?.['heap'] as GuestStruct | undefined;
    return {
      name, kind: textOf(extension['kind']),
      recovering: extension['recovering'] === true || domain?.['state'] === domainFailed,
      calls: {
        in: calls('driver_calls'), out: calls('kernel_calls'), deferred: calls('deferred_calls'),
        refused: calls('refused'),
      },
      heapBytes: Number(heap?.['bytes'] ?? 0), heapPages: Number(heap?.['page_count'] ?? 0),
      stacks: Number(domain?.['stack_count'] ?? 0),
      objects: domain ? this.#objects(domain['objects'] as readonly number[]) : {},
      ...this.recovery(past),
    };
  }

  #objects(chains: readonly number[]): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { type } of chains.flatMap((address) => this.#list('NooksObject', { address }))) {
      const name = this.#types[Number(type)]!;
      counts[name] = (counts[name] ?? 0) + 1;
    }
    return counts;
  }

  recovery(statistics: GuestStruct): RecoveryStatistics {
    const phases = statistics['phases'] as readonly GuestStruct[], failures = statistics['failures'] as number[];
    return {
      failures: Object.fromEntries(this.#reasons.flatMap((name, index) => (name ? [[name, failures[index]!]] : []))),
      recoveries: Number(statistics['recoveries']),
      phases: Object.fromEntries(this.#phases.map((name, index) => [name, timesOf(phases[index]!)])),
    };
  }

  /** The structs in a list by their field `next`. */
  #list(struct: string, first: Pick<Pointer, 'address'>): GuestStruct[] {
    const found: GuestStruct[] = [];
    for (let address = first.address; address !== 0;) {
      const next = this.#kernel.struct(struct, address);
      if (!next) throw new Error(`there is no ${struct} at 0x${address.toString(16)}`);
      found.push(next);
      address = (next['next'] as Pointer).address;
    }
    return found;
  }
}

const micros = (units: unknown) => Math.floor(Number(units) / unitsPerMicrosecond);
const timesOf = ({ count, last, most, total }: GuestStruct): PhaseTimes =>
  ({ times: Number(count), last: micros(last), most: micros(most), total: micros(total) });

const textOf = (value: unknown) => (value as CString).text ?? '';

/** Of bytes that a zero ends. */
function nameOf(value: unknown): string {
  const bytes = value as readonly number[];
  return String.fromCharCode(...bytes.slice(0, bytes.indexOf(0)));
}
