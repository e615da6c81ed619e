/** What modules register with the kernel. */
export class CounterOps {
  add: (counter: Counter, amount: u32) => u32;
  describe: (counter: Counter) => cstr;
}

export class Counter {
  name: cstr;
  ops: CounterOps;
  value: u32;
  total: u64;
}

export let registered: Counter | null = null;

export function registerCounter(counter: Counter): i32 {
  if (registered) return -1;
  registered = counter;
  return 0;
}
