/**
 * How much an extension may take, and what becomes of one that wants more: Nooks (SOSP 2003), section 3.4, where too
 * much is an error for the extension or its failure, by policy.
 */
import { Domain, DOMAIN_LIVE, FAIL_RESOURCES } from './domain.ts';
import { domain_fail } from './fail.ts';

// Resources.
export const LIMIT_HEAP = 0;
export const LIMIT_OBJECTS = 1;
export const LIMIT_STACKS = 2;
export const LIMITS = 3;

/** `most`: pages of heap, kernel objects, stacks. `fails`: a bit for each resource of which too much is a failure. */
export class Limits {
  most: Arr<u32, 3>;
  fails: u32;
}

/** What holds unless `limit` was written to /proc/nooks. Two stacks for each hart and task would be many. */
export let default_limits: Embed<Limits> = { most: [1024, 16384, 64], fails: 0 };

export const limit_names: Arr<cstr, 3> = ['heap', 'objects', 'stacks'];
const complaints: Arr<cstr, 3> = ['too much memory', 'too many objects', 'too many stacks'];

/** The domain was refused more of a resource, which the caller tells it, unless that is its end. No lock is held. */
export function limit_reached(domain: Domain, resource: u32): void {
  if ((domain.limits.fails >> resource & 1) === 0 || domain.state !== DOMAIN_LIVE) return;
  domain_fail(domain, FAIL_RESOURCES, null, complaints[resource]);
}
