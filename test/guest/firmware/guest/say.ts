/** Texts and numbers on the firmware's console. */
import { putc } from './sbi-call.ts';

export function say(text: cstr): void {
  for (let index: u32 = 0; text[index] !== 0; index++) putc(text[index]);
}

export function sayHex(value: u32): void {
  for (let shift: u32 = 32; shift !== 0;) {
    shift -= 4;
    const digit = value >>> shift & 15;
    putc(digit < 10 ? char('0') + digit : char('a') + digit - 10);
  }
}

/** `name value` and the end of the line. */
export function show(name: cstr, value: u32): void {
  say(name);
  putc(char(' '));
  sayHex(value);
  putc(char('\n'));
}
