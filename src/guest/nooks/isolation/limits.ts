/**
 * How much an extension may take, and what becomes of one that wants more: Nooks (SOSP 2003), section 3.4, where too
 * much is an error for the extension or its failure, by policy.
 */
import { Domain, DOMAIN_LIVE, FAIL_RESOURCES } from './domain.ts';
import { domain_fail } from './fail.ts';

/** Resources: pages of heap, kernel objects, stacks. */
export const LIMIT_HEAP = 0;
export const LIMIT_OBJECTS = 1;
export const LIMIT_STACKS = 2;
/** Bad parameters that are answered with an error. */
export const LIMIT_PARAMETERS = 3;
export const LIMITS = 4;

/** `most` of each resource. `fails`: a bit for each of which more is a failure. */
export class Limits {
  most: Arr<u32, 4>;
  fails: u32;
}

/** What holds unless `limit` was written to /proc/nooks. */
export let default_limits: Embed<Limits> = { most: [1024, 16384, 64, 0], fails: 1 << LIMIT_PARAMETERS };

export const limit_names: Arr<cstr, 4> = ['heap', 'objects', 'stacks', 'parameters'];
const complaints: Arr<cstr, 4> = ['too much memory', 'too many objects', 'too many stacks', 'bad parameters'];

/** Whether one more bad parameter is its end. */
export function parameters_fail(domain: Domain): bool {
  if (domain.bad_parameters < domain.limits.most[LIMIT_PARAMETERS]) {
    domain.bad_parameters++;
    return false;
  }
  return (domain.limits.fails >> LIMIT_PARAMETERS & 1) !== 0;
}

/** The domain was refused more of a resource, which the caller tells it, unless that is its end. No lock is held. */
export function limit_reached(domain: Domain, resource: u32): void {
  if ((domain.limits.fails >> resource & 1) === 0 || domain.state !== DOMAIN_LIVE) return;
  domain_fail(domain, FAIL_RESOURCES, null, complaints[resource]);
}
