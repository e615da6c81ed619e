/** Makes the calls of the host's table: their number, then for each a7, a6, a0 to a4. Shows a0 and a1 of each. */
import { DETAILS } from './request.ts';
import { result, sbi } from './sbi-call.ts';
import { say, sayHex } from './say.ts';

export function calls(): void {
  let at = DETAILS + 4;
  for (let left = readl(DETAILS); left !== 0; left--) {
    const row = cast<Ptr<u32>>(at);
    const error = sbi(row[0], row[1], row[2], row[3], row[4], row[5], row[6]);
    const value = result();
    sayHex(error as u32);
    say(' ');
    sayHex(value);
    say('\n');
    at += 28;
  }
}
