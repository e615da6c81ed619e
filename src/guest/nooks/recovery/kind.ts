/** What kind of service an extension is, by what it has registered with the kernel: policies are by kind. */
import type { Domain } from '../isolation/domain.ts';
import { object_held } from '../tracker/objects.ts';
import { OBJECT_SOUND_DSP, OBJECT_SOUND_MIXER } from '../tracker/types.ts';

class Kind {
  name: cstr;
  /** A type of objects that only such have. */
  type: u32;
}

const KINDS = 2;
const kinds: Arr<Embed<Kind>, 2> = [
  { name: 'sound', type: OBJECT_SOUND_DSP },
  { name: 'sound', type: OBJECT_SOUND_MIXER },
];

/** Its kind in one word; `-` for none. */
export function kind_of(domain: Domain): cstr {
  for (let index: u32 = 0; index < KINDS; index++) {
    if (object_held(domain, kinds[index].type) !== 0) return kinds[index].name;
  }
  return '-';
}
