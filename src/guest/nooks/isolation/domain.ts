/**
 * Protection domains: Nooks (SOSP 2003), section 3.1. A domain has a page table of its own, on which the kernel is
 * read-only, and memory of its own: an extension's code and data, a heap, stacks, windows on its device, what is on
 * loan. The structs are never freed, so that a hart that comes too late finds the domain dead instead of memory that is
 * something else.
 */
import { memcpy } from '../../lib/memory.ts';
import { strcmp, strlcpy } from '../../lib/string.ts';
import { asid_reserve } from '../../kernel/mm/asid.ts';
import { make_satp } from '../../kernel/mm/pgtable.ts';
import { Module } from '../../kernel/module/module.ts';
import { spin_lock_init, spin_lock_irqsave, spin_unlock_irqrestore, SpinLock } from '../../kernel/locking/spinlock.ts';
import { type Withheld, withhold_heap } from '../recovery/withheld.ts';
import { heap_destroy, Heap } from './heap.ts';
import { default_limits, Limits } from './limits.ts';
import { memory_create, memory_destroy } from './memory.ts';
import { stacks_create, stacks_destroy, DomainStack } from './stacks.ts';

/** Domains at a time. */
export const MAX_DOMAINS = 32;

// Domain.state.
export const DOMAIN_FREE = 0;
/** It is being made or torn down: nobody may enter. */
export const DOMAIN_CLOSED = 1;
export const DOMAIN_LIVE = 2;
/** It has failed: whoever is inside leaves, nobody enters. */
export const DOMAIN_FAILED = 3;

/** Why a domain failed: Nooks, section 4.5 of the facts (detection). */
export const FAIL_EXCEPTION = 1;
export const FAIL_PARAMETER = 2;
export const FAIL_RESOURCES = 3;
export const FAIL_TIMEOUT = 4;
export const FAIL_REQUEST = 5;
export const FAIL_REASONS = 6;

/** What is told of a failure. */
export class Failure {
  reason: u32;
  cause: u32;
  pc: usize;
  badaddr: usize;
  /** In words; for FAIL_PARAMETER the wrapper's name, and the parameter's. */
  what: cstr;
  parameter: cstr | null;
  /** A trap showed it, so that there are `cause`, `pc` and `badaddr`. */
  trapped: bool;
  /** When: the time CSR. */
  time: u32;
  /** How often the recovery manager has looked whether all have left. */
  looks: u32;
}

/** `lock` protects heap, stacks and tracker's tables; a leaf but for slab caches and zones. Taken in interrupts. */
export class Domain {
  number: u32;
  state: Volatile<u32>;
  satp: u32;
  /** Crossings into it that have not come back, on all harts. */
  inside: Volatile<u32>;
  /** A stack for the next crossing of each hart; 0 for none. Swapped with interrupts off. */
  spare: Arr<u32, 8>;
  name: Arr<u8, 32>;
  module: Module | null;
  root: usize;
  asid: u32;
  lock: Embed<SpinLock>;
  stacks: DomainStack | null;
  free_stacks: u32;
  stack_count: u32;
  heap: Embed<Heap>;
  /** The tracker's: objects by address, 64 chains; and by type. */
  objects: Arr<usize, 64>;
  types: Arr<usize, 32>;
  /** By page of the window of ports: what the extension has that lies there. */
  port_users: Arr<u32, 16>;
  /** The extension was given objects whose fields the kernel has yet to take: at its next return. */
  unsynced: u32;
  /** The kernel has changed objects of which the extension has versions: they learn it at the next call into it. */
  unlent: Volatile<u32>;
  /** Objects in the tracker's table. */
  object_count: u32;
  /** Bad parameters that were answered with an error. */
  bad_parameters: u32;
  limits: Embed<Limits>;
  /** Pages of packets that the extension may write. */
  packet_pages: Volatile<u32>;
  /** What of it a device may still reach is kept there when it goes; null for an extension without such a device. */
  withheld: Withheld | null;
  failure: Embed<Failure>;
  // Statistics.
  driver_calls: u32;
  kernel_calls: u32;
  deferred_calls: u32;
  refused: u32;
}

let domains!: Arr<Embed<Domain>, 32>;
/** Protects which structs of `domains` are in use. A leaf. */
let domains_lock!: Embed<SpinLock>;
/** The first of MAX_DOMAINS address-space identifiers; 0 without identifiers. */
let first_asid: u32 = 0;

export function domains_init(): void {
  spin_lock_init(domains_lock, 'nooks_domains');
  first_asid = asid_reserve(MAX_DOMAINS);
  for (let number: u32 = 0; number < MAX_DOMAINS; number++) {
    domains[number].number = number;
    spin_lock_init(domains[number].lock, 'nooks_domain');
  }
}

/** A domain that nobody is in yet, closed; null for no memory or too many of them. @sleeps */
export function domain_create(name: cstr): Domain | null {
  const domain = claim();
  if (domain === null) return null;
  reset(domain, name);
  domain.root = memory_create();
  if (domain.root !== 0) {
    domain.asid = first_asid === 0 ? 0 : first_asid + domain.number;
    domain.satp = make_satp(domain.root, domain.asid);
    if (stacks_create(domain)) return domain;
  }
  domain_destroy(domain);
  return null;
}

function claim(): Domain | null {
  const flags = spin_lock_irqsave(domains_lock);
  let found: Domain | null = null;
  for (let number: u32 = 0; number < MAX_DOMAINS && found === null; number++) {
    if (domains[number].state !== DOMAIN_FREE) continue;
    found = domains[number];
    found.state = DOMAIN_CLOSED;
  }
  spin_unlock_irqrestore(domains_lock, flags);
  return found;
}

/** Not its lock, which who looks at all domains may just be holding. */
function reset(domain: Domain, name: cstr): void {
  strlcpy(domain.name, name, 32);
  domain.module = null;
  domain.satp = 0;
  domain.root = 0;
  domain.stacks = null;
  domain.free_stacks = 0;
  domain.stack_count = 0;
  for (let cpu = 0; cpu < 8; cpu++) domain.spare[cpu] = 0;
  for (let chain = 0; chain < 64; chain++) domain.objects[chain] = 0;
  for (let type = 0; type < 32; type++) domain.types[type] = 0;
  for (let page = 0; page < 16; page++) domain.port_users[page] = 0;
  domain.unsynced = 0;
  domain.unlent = 0;
  domain.object_count = 0;
  domain.bad_parameters = 0;
  memcpy(domain.limits, default_limits, sizeof<Limits>());
  domain.packet_pages = 0;
  domain.withheld = null;
  domain.heap.pages = null;
  domain.heap.bytes = 0;
  domain.heap.page_count = 0;
  domain.heap.full = false;
  domain.failure.reason = 0;
  domain.driver_calls = 0;
  domain.kernel_calls = 0;
  domain.deferred_calls = 0;
  domain.refused = 0;
}

/** Keeps what a domain is made of from going away, whatever becomes of it, until domain_put. */
export function domain_hold(domain: Domain): void {
  amoadd_aq(addr(domain.inside), 1);
}

export function domain_put(domain: Domain): void {
  amoadd_rl(addr(domain.inside), -1);
}

/** Lets calls in. */
export function domain_open(domain: Domain): void {
  smp_wmb();
  domain.state = DOMAIN_LIVE;
}

/** Gives back what a domain is made of: nobody is inside, nothing of it is on loan. @sleeps */
export function domain_destroy(domain: Domain): void {
  domain.state = DOMAIN_CLOSED;
  withhold_heap(domain);
  stacks_destroy(domain);
  heap_destroy(domain);
  memory_destroy(domain);
  domain.satp = 0;
  smp_wmb();
  domain.state = DOMAIN_FREE;
}

/** @inline */
export function domain_name(domain: Domain): cstr {
  return cast<cstr>(domain.name);
}

/** The domain with a number; null when there is none. */
export function domain_at(number: u32): Domain | null {
  return number < MAX_DOMAINS && domains[number].state !== DOMAIN_FREE ? domains[number] : null;
}

/** The domain with a name that is live, or else one that has failed and is not yet taken out; null for none. */
export function domain_called(name: cstr): Domain | null {
  let found: Domain | null = null;
  for (let number: u32 = 0; number < MAX_DOMAINS; number++) {
    const domain = domains[number], state = domain.state;
    if ((state === DOMAIN_LIVE || (state === DOMAIN_FAILED && found === null))
      && strcmp(domain_name(domain), name) === 0) found = domain;
  }
  return found;
}

/** The domain whose page table this is; null for the kernel's and those of processes. */
export function domain_of_satp(satp: u32): Domain | null {
  if (satp === 0) return null;
  for (let number: u32 = 0; number < MAX_DOMAINS; number++) {
    if (domains[number].satp === satp) return domains[number];
  }
  return null;
}
