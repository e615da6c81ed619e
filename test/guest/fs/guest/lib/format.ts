/** Of snprintf what the file system needs in tests on the host: %s and %u. */
export function snprintf(buffer: Ptr<u8>, size: u32, format: cstr, ...args: VarArg[]): u32 {
  const cell = cells(args);
  let at: u32 = 0, argument: u32 = 0;
  for (let i: u32 = 0; format[i] !== 0; i++) {
    if (format[i] !== char('%')) {
      buffer[at++] = format[i];
      continue;
    }
    i++;
    const value = cell[argument++];
    if (format[i] === char('s')) {
      const text = cast<cstr>(value);
      for (let j: u32 = 0; text[j] !== 0; j++) buffer[at++] = text[j];
    } else {
      let power: u32 = 1;
      while (value / power >= 10) power *= 10;
      for (; power !== 0; power /= 10) buffer[at++] = ((value / power) % 10) + char('0');
    }
  }
  buffer[at] = 0;
  return at;
}
