export function copy(target: usize, source: usize, count: u32): void {
  for (let i: u32 = 0; i < count; i++) writeb(target + i, readb(source + i));
}

export function clear(target: usize, count: u32): void {
  for (let i: u32 = 0; i < count; i++) writeb(target + i, 0);
}

export function equal(a: cstr, b: cstr): bool {
  let i = 0;
  while (a[i] !== 0 && a[i] === b[i]) i++;
  return a[i] === b[i];
}
