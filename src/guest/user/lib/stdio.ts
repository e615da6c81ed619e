/** Text in and out: ISO C 7.19, without buffers between the calls of a program. */
import { vsnprintf } from '../../lib/format.ts';
import { strlen } from '../../lib/string.ts';
import { read, write } from './unistd.ts';

export const STDIN = 0;
export const STDOUT = 1;
export const STDERR = 2;

/** The longest text that one printf makes; what is longer is cut. */
const PRINTF_MAX = 1024;

/** Writes all of `count` bytes: 0 or a negated error. */
export function write_all(fd: i32, bytes: Ptr<u8>, count: u32): i32 {
  for (let done: u32 = 0; done < count;) {
    const written = write(fd, cast<Ptr<u8>>(addr(bytes) + done), count - done);
    if (written < 0) return written;
    done += written as u32;
  }
  return 0;
}

export function puts(fd: i32, text: cstr): i32 {
  return write_all(fd, cast<Ptr<u8>>(addr(text)), strlen(text));
}

export function printf(format: cstr, ...args: VarArg[]): i32 {
  return vdprintf(STDOUT, format, cells(args));
}

export function dprintf(fd: i32, format: cstr, ...args: VarArg[]): i32 {
  return vdprintf(fd, format, cells(args));
}

/** 0 or a negated error. */
export function vdprintf(fd: i32, format: cstr, args: Ptr<u32>): i32 {
  const buffer = local<Arr<u8, 1024>>();
  vsnprintf(buffer, PRINTF_MAX, format, args);
  return puts(fd, cast<cstr>(buffer));
}

/** Reads a file by lines. */
export class LineReader {
  fd: i32;
  begin: u32;
  end: u32;
  buffer: Arr<u8, 1024>;

  start(fd: i32): void {
    this.fd = fd;
    this.begin = 0;
    this.end = 0;
  }

  /**
   * The next line without its end, ended by a zero, in `line`: its length; a longer one than `size` - 1 is cut. -1 at
   * the end of the file, or a negated error that is below -1.
   */
  next(line: Ptr<u8>, size: u32): i32 {
    let length: u32 = 0, seen = false;
    for (;;) {
      if (this.begin === this.end) {
        const got = read(this.fd, this.buffer, 1024);
        if (got < 0) return got;
        if (got === 0) break;
        this.begin = 0;
        this.end = got as u32;
      }
      seen = true;
      const byte = this.buffer[this.begin++];
      if (byte === char('\n')) break;
      if (length < size - 1) line[length++] = byte;
    }
    line[length] = 0;
    return seen ? length as i32 : -1;
  }
}
