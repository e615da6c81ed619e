/** What wrapper bodies ask of parameters: Nooks (SOSP 2003), sections 3.2 and 3.4. */
import { current } from '../../kernel/arch/cpu.ts';
import { EINVAL } from '../../kernel/errno.ts';
import { PTE_R, PTE_W } from '../../kernel/mm/pgtable.ts';
import { Domain, FAIL_PARAMETER } from '../isolation/domain.ts';
import { domain_fail } from '../isolation/fail.ts';
import { parameters_fail } from '../isolation/limits.ts';
import { domain_may } from '../isolation/memory.ts';
import { innermost } from '../isolation/xpc.ts';
import { DriverCall } from '../isolation/xpc_entry.ts';

/** The longest text that the kernel looks at for an extension. */
const STRING_MAX = 1024;

/** The domain whose extension made the kernel call now running in this task. Of bodies only. */
export function nooks_caller(): Domain {
  return cast<Domain>(nooks_crossing().domain);
}

/** The crossing by which that domain was entered. Of bodies only. */
export function nooks_crossing(): DriverCall {
  const call = innermost(current());
  if (call === null) return unreachable();
  return call;
}

/**
 * A parameter failed its check: the domain fails, and the task leaves it as soon as the body returns, so that what that
 * returns is of no matter; or by policy it is only told the error.
 */
export function nooks_bad_parameter(wrapper: cstr, parameter: cstr): u32 {
  const domain = nooks_caller();
  if (parameters_fail(domain)) domain_fail(domain, FAIL_PARAMETER, null, wrapper, parameter);
  return -EINVAL as u32;
}

/** Whether the domain may read the text up to its NUL. */
export function nooks_string_valid(domain: Domain, text: usize): bool {
  for (let length: u32 = 0; length < STRING_MAX; length++) {
    const at = text + length;
    if ((length === 0 || (at & 0xfff) === 0) && !domain_may(domain.root, at, 1, PTE_R)) return false;
    if (cast<Ptr<u8>>(at)[0] === 0) return true;
  }
  return false;
}

/** Whether `size` bytes are the domain's to read, or with `written` to write. */
export function nooks_buffer_valid(domain: Domain, address: usize, size: u32, written: bool): bool {
  return domain_may(domain.root, address, size, written ? PTE_W : PTE_R);
}
