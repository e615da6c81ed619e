/** A user program: prints how many primes there are below a thousand, and exits with that number. */
const SYS_WRITE = 1;
const SYS_EXIT = 2;
const LIMIT = 1000;

let composite!: Arr<u8, 1000>;
let greeting: Arr<u8, 8> = [112, 114, 105, 109, 101, 115, 58, 32];

export function _start(): void {
  ecall(SYS_WRITE, addr(greeting), 8);
  const count = sieve();
  writeNumber(count);
  ecall(SYS_EXIT, count);
  unreachable();
}

function sieve(): u32 {
  let count: u32 = 0;
  for (let i: u32 = 2; i < LIMIT; i++) {
    if (composite[i]) continue;
    count++;
    for (let j = i * i; j < LIMIT; j += i) composite[j] = 1;
  }
  return count;
}

function writeNumber(value: u32): void {
  const digits = local<Arr<u8, 12>>();
  let at: u32 = 12;
  digits[--at] = char('\n');
  for (; value !== 0; value /= 10) digits[--at] = char('0') + value % 10;
  ecall(SYS_WRITE, addr(digits) + at, 12 - at);
}
