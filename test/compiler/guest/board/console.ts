const UART = 0x10000000;

export function putc(c: u32): void {
  writeb(UART, c);
}

function puts(text: cstr): void {
  for (let i = 0; text[i] !== 0; i++) putc(text[i]);
}

function putNumber(value: u32, base: u32): void {
  const digits = local<Arr<u8, 12>>();
  let count = 0;
  do {
    const digit = value % base;
    digits[count++] = digit < 10 ? char('0') + digit : char('a') + digit - 10;
    value /= base;
  } while (value !== 0);
  while (count > 0) putc(digits[--count]);
}

/** `%s`, `%u`, `%x`, and nothing else. */
export function printk(format: cstr, ...args: VarArg[]): void {
  let cell = cells(args);
  for (let i = 0; format[i] !== 0; i++) {
    if (format[i] !== char('%')) {
      putc(format[i]);
      continue;
    }
    const value = cell[0];
    cell = cast(addr(cell) + 4);
    switch (format[++i]) {
      case char('s'): puts(cast<cstr>(value)); break;
      case char('x'): putNumber(value, 16); break;
      default: putNumber(value, 10);
    }
  }
}
