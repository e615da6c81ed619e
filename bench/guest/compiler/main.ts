/** Runs every kernel on bare metal and prints its name, executed instructions and result. */

declare function crc_bits(rounds: u32): u32;
declare function crc_table(rounds: u32): u32;
declare function copy(rounds: u32): u32;
declare function quicksort(rounds: u32): u32;
declare function search(rounds: u32): u32;
declare function lists(rounds: u32): u32;
declare function checksums(rounds: u32): u32;
declare function mix64(rounds: u32): u32;
declare function formats(rounds: u32): u32;
declare function bytecode(rounds: u32): u32;
declare function hashing(rounds: u32): u32;
declare function rings(rounds: u32): u32;

const UART: usize = 0x10000000;
const FINISHER: usize = 0x100000;
const STACK = 65536;

let stackArea!: Arr<u64, 8192>;

/** @section .init */
export function _start(): void {
  asm`
    la sp, ${stackArea}
    li t0, ${STACK}
    add sp, sp, t0
    call ${main}
  `;
}

function print(text: cstr): void {
  for (let i = 0; text[i] !== 0; i++) writeb(UART, text[i]);
}

function printHex(value: u32): void {
  for (let shift = 28; shift >= 0; shift -= 4) {
    const digit = value >> shift & 15;
    writeb(UART, digit < 10 ? digit + char('0') : digit - 10 + char('a'));
  }
}

function measure(name: cstr, kernel: (rounds: u32) => u32, rounds: u32): void {
  const before = csrr_minstret();
  const result = kernel(rounds);
  const count = csrr_minstret() - before;
  print(name);
  print(' ');
  printHex(count);
  print(' ');
  printHex(result);
  print('\n');
}

function main(): void {
  measure('crc_bits', crc_bits, 2000);
  measure('crc_table', crc_table, 20000);
  measure('copy', copy, 50);
  measure('quicksort', quicksort, 4);
  measure('search', search, 2000);
  measure('lists', lists, 200);
  measure('checksums', checksums, 50);
  measure('mix64', mix64, 5000);
  measure('formats', formats, 500);
  measure('bytecode', bytecode, 3000);
  measure('hashing', hashing, 5000);
  measure('rings', rings, 10000);
  writel(FINISHER, 0x5555);
  for (;;) wfi();
}
