/**
 * Bodies of wrappers, written by hand. The generator appends a skeleton for each body that is missing, and changes
 * nothing else.
 */
import { printk } from '../../net.ts';
import { nooks_bad_parameter, nooks_caller, nooks_string_valid } from '../layer.ts';

/** printk, net.ts */
export function body_printk(format: cstr): void {
  const domain = nooks_caller();
  if (!nooks_string_valid(domain, addr(format))) { nooks_bad_parameter('printk', 'format'); return; }
  printk('%s', format);
}
