/** sleep seconds: does nothing for a time; a fraction of up to three digits is allowed. */
import { complain, usage } from '../lib/error.ts';
import { msleep } from '../lib/unistd.ts';

/** Milliseconds, about 24 days. */
const MOST = 0x7fffffff;

export function main(argc: u32, argv: Ptr<cstr>): i32 {
  const time = argc === 2 ? milliseconds(argv[1]) : -1;
  if (time < 0) return usage('sleep seconds');
  const error = msleep(time as u32);
  return error === 0 ? 0 : complain('sleep', argv[1], error);
}

/** -1 if the text is no number. */
function milliseconds(text: cstr): i32 {
  let value: u32 = 0, unit: u32 = 1000, index: u32 = 0, fraction = false;
  for (; text[index] !== 0; index++) {
    if (text[index] === char('.') && !fraction) {
      fraction = true;
      continue;
    }
    if (text[index] < char('0') || text[index] > char('9') || value > MOST / 10 - 1) return -1;
    if (fraction && unit === 1) continue;
    value = value * 10 + text[index] - char('0');
    if (fraction) unit /= 10;
  }
  return index === 0 || value > MOST / unit ? -1 : (value * unit) as i32;
}
