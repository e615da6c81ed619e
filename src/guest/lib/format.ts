/** printf's formatting: C11, section 7.21.6.1, without floating point. */
import { ArgumentList } from './arguments.ts';

/** One conversion while it is read and printed, and the buffer it goes to. */
class Formatter {
  to: Ptr<u8>;
  /** Bytes the buffer holds, and bytes the whole text has so far, which may be more. */
  size: u32;
  length: u32;
  left: bool;
  zero: bool;
  plus: bool;
  alternate: bool;
  width: u32;
  /** 0xffffffff when there is none. */
  precision: u32;
  wide: bool;

  put(character: u32): void {
    if (this.length < this.size) this.to[this.length] = character;
    this.length++;
  }

  pad(character: u32, count: u32): void {
    for (let index: u32 = 0; index < count; index++) this.put(character);
  }
}

const NONE = 0xffffffff;

/** Writes the text with its NUL, as much as `size` bytes hold; gives the length of the whole. `cells`: cells(args). */
export function vsnprintf(to: Ptr<u8>, size: u32, format: cstr, cells: Ptr<u32>): u32 {
  const out = local<Formatter>();
  const args = local<ArgumentList>();
  args.start(cells);
  out.to = to;
  out.size = size === 0 ? 0 : size - 1;
  out.length = 0;
  for (let at: u32 = 0; format[at] !== 0; at++) {
    if (format[at] !== char('%')) {
      out.put(format[at]);
      continue;
    }
    at = measures(out, format, flags(out, format, at + 1), args);
    if (format[at] === 0) break;
    convert(out, format[at], args);
  }
  if (size !== 0) to[out.length < out.size ? out.length : out.size] = 0;
  return out.length;
}

export function snprintf(to: Ptr<u8>, size: u32, format: cstr, ...args: VarArg[]): u32 {
  return vsnprintf(to, size, format, cells(args));
}

/** Without a limit: `to` must hold the text. */
export function sprintf(to: Ptr<u8>, format: cstr, ...args: VarArg[]): u32 {
  return vsnprintf(to, 0x7fffffff, format, cells(args));
}

function flags(out: Formatter, format: cstr, start: u32): u32 {
  out.left = false;
  out.zero = false;
  out.plus = false;
  out.alternate = false;
  out.wide = false;
  out.width = 0;
  out.precision = NONE;
  for (let at = start; ; at++) {
    const flag = format[at];
    if (flag === char('-')) out.left = true;
    else if (flag === char('0')) out.zero = true;
    else if (flag === char('+')) out.plus = true;
    else if (flag === char('#')) out.alternate = true;
    else return at;
  }
}

/** Width, precision and length modifiers. */
function measures(out: Formatter, format: cstr, start: u32, args: ArgumentList): u32 {
  const width = local<Arr<u32, 1>>(), precision = local<Arr<u32, 1>>();
  let at = measure(format, start, args, width);
  // A negative width, which only an argument can be, says: to the left.
  if ((width[0] as i32) < 0) out.left = true;
  out.width = (width[0] as i32) < 0 ? -width[0] : width[0];
  if (format[at] === char('.')) {
    at = measure(format, at + 1, args, precision);
    out.precision = (precision[0] as i32) < 0 ? NONE : precision[0];
  }
  for (let longs = 0; format[at] === char('l') || format[at] === char('h') || format[at] === char('z'); at++) {
    if (format[at] === char('l') && ++longs === 2) out.wide = true;
  }
  return at;
}

/** A number, which is 0 if there is none, or `*` for an argument. */
function measure(format: cstr, start: u32, args: ArgumentList, value: Ptr<u32>): u32 {
  value[0] = 0;
  if (format[start] === char('*')) {
    value[0] = args.word();
    return start + 1;
  }
  let at = start;
  for (; is_digit(format[at]); at++) value[0] = value[0] * 10 + format[at] - char('0');
  return at;
}

function is_digit(character: u32): bool {
  return character >= char('0') && character <= char('9');
}

function convert(out: Formatter, conversion: u32, args: ArgumentList): void {
  switch (conversion) {
    case char('d'):
    case char('i'): signed(out, args); break;
    case char('u'): number(out, unsigned(out, args), 10, 0, ''); break;
    case char('x'): number(out, unsigned(out, args), 16, 0x20, out.alternate ? '0x' : ''); break;
    case char('X'): number(out, unsigned(out, args), 16, 0, out.alternate ? '0X' : ''); break;
    case char('o'): number(out, unsigned(out, args), 8, 0, ''); break;
    case char('p'):
      out.precision = 8;
      number(out, u64of(args.word()), 16, 0x20, '');
      break;
    case char('c'): character(out, args.word()); break;
    case char('s'): text(out, cast<cstr | null>(args.word())); break;
    case char('%'): out.put(conversion); break;
    default:
      out.put(char('%'));
      out.put(conversion);
  }
}

function unsigned(out: Formatter, args: ArgumentList): u64 {
  return out.wide ? args.wide() : u64of(args.word());
}

function signed(out: Formatter, args: ArgumentList): void {
  const value = out.wide ? args.wide() as i64 : i64of(args.word() as i32);
  const size = (value < 0n ? -value : value) as u64;
  number(out, size, 10, 0, value < 0n ? '-' : out.plus ? '+' : '');
}

/** Digits of a value, after a sign or prefix; `letter` 0x20 makes them lower case. */
function number(out: Formatter, value: u64, base: u32, letter: u32, prefix: cstr): void {
  const digits = local<Arr<u8, 24>>();
  let count: u32 = 0;
  let rest = value;
  while (hi32(rest) !== 0) {
    digits[count++] = digit(lo32(rest % u64of(base)), letter);
    rest /= u64of(base);
  }
  for (let low = lo32(rest); low !== 0; low /= base) digits[count++] = digit(low % base, letter);
  if (count === 0 && out.precision !== 0) digits[count++] = char('0');
  let signs: u32 = 0;
  while (prefix[signs] !== 0) signs++;
  let zeros: u32 = out.precision !== NONE && out.precision > count ? out.precision - count : 0;
  const used = signs + zeros + count;
  const space: u32 = out.width > used ? out.width - used : 0;
  if (out.zero && !out.left && out.precision === NONE) zeros += space;
  else if (!out.left) out.pad(char(' '), space);
  for (let index: u32 = 0; index < signs; index++) out.put(prefix[index]);
  out.pad(char('0'), zeros);
  while (count !== 0) out.put(digits[--count]);
  if (out.left) out.pad(char(' '), space);
}

function digit(value: u32, letter: u32): u32 {
  return value < 10 ? value + char('0') : value - 10 + (char('A') | letter);
}

function character(out: Formatter, value: u32): void {
  const space: u32 = out.width > 1 ? out.width - 1 : 0;
  if (!out.left) out.pad(char(' '), space);
  out.put(value & 0xff);
  if (out.left) out.pad(char(' '), space);
}

function text(out: Formatter, given: cstr | null): void {
  const words = given === null ? '(null)' : given;
  let length: u32 = 0;
  while (length < out.precision && words[length] !== 0) length++;
  const space: u32 = out.width > length ? out.width - length : 0;
  if (!out.left) out.pad(char(' '), space);
  for (let index: u32 = 0; index < length; index++) out.put(words[index]);
  if (out.left) out.pad(char(' '), space);
}
