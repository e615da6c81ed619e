/** What kind of service an extension is, by what it has registered with the kernel: policies are by kind. */
import type { Domain } from '../isolation/domain.ts';
import { object_held } from '../tracker/objects.ts';
import { OBJECT_NETDEV, OBJECT_SOUND_DSP, OBJECT_SOUND_MIXER } from '../tracker/types.ts';
import type { Extension } from './extension.ts';

class Kind {
  name: cstr;
  /** A type of objects that only such have. */
  type: u32;
}

const KINDS = 3;
const kinds: Arr<Embed<Kind>, 3> = [
  { name: 'network', type: OBJECT_NETDEV },
  { name: 'sound', type: OBJECT_SOUND_DSP },
  { name: 'sound', type: OBJECT_SOUND_MIXER },
];

/** Looks what kind an extension is, unless that is known, by what it holds. Under module_sem. */
export function note_kind(extension: Extension, domain: Domain): void {
  if (extension.kind[0] !== char('-')) return;
  for (let index: u32 = 0; index < KINDS; index++) {
    if (object_held(domain, kinds[index].type) !== 0) extension.kind = kinds[index].name;
  }
}
