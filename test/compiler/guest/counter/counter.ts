/** A module: it is called by the kernel through pointers, and calls it by name. */
import { printk } from '../board/console.ts';
import { Counter, CounterOps, registerCounter } from '../board/counters.ts';

const LIMIT = 41;

let calls: u32 = 0;
const names: Arr<cstr, 2> = ['low', 'high'];
const ops: CounterOps = { add, describe };
let counter: Embed<Counter> = { name: 'the counter', ops, value: 0, total: 0xffffffffn };

function add(which: Counter, amount: u32): u32 {
  calls++;
  which.value += amount;
  which.total += u64of(amount);
  printk('add %u: %u\n', amount, which.value);
  return which.value;
}

function describe(which: Counter): cstr {
  return names[which.value > LIMIT ? 1 : 0];
}

export function init_module(): i32 {
  printk('init_module\n');
  return registerCounter(counter);
}

export function cleanup_module(): void {
  printk('%u calls\n', calls);
}
