/** A serial line for tests on the host: what was sent lies in `sent`. */
import { TtyDriver, TtyStruct, tty_setup } from './tty.ts';

export let sent!: Arr<u8, 8192>;
export let sent_bytes: u32 = 0;
let room: u32 = 4096;
let tty!: Embed<TtyStruct>;

export const uart_driver: TtyDriver = { put_chars: keep, write_room: room_left };

function keep(text: Ptr<u8>, count: u32): u32 {
  for (let i: u32 = 0; i < count; i++) sent[sent_bytes++] = text[i];
  return count;
}

function room_left(): u32 {
  return room;
}

/** Bytes the line takes from now on. */
export function set_room(bytes: u32): void {
  room = bytes;
}

export function serial_console_setup(): void {
  return;
}

export function serial_console_write(text: cstr, count: u32): void {
  return;
}

export function uart_startup(of: TtyStruct): i32 {
  return 0;
}

/** A terminal on this line. */
export function test_tty(): TtyStruct {
  tty_setup(tty, uart_driver);
  tty.pgrp = 7;
  return tty;
}

export function termios_address(): usize {
  return addr(tty.termios);
}
