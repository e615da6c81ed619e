import { expect, test } from 'vitest';
import { layerSize } from '../../src/host/layer-size.ts';
import { mkdirSync } from 'node:fs';
import { Scratch } from '../support/scratch.ts';

test('every line is in one component; of the kernel those that mention the layer count', () => {
  const scratch = new Scratch();
  try {
    for (const folder of ['layer', 'layer/isolation', 'layer/tracker', 'layer/interposition', 'kernel']) {
      mkdirSync(scratch.path(folder));
    }
    scratch.write('layer/init.ts', 'a\n');
    scratch.write('layer/interface.txt', 'a\nb\n');
    scratch.write('layer/isolation/heap.ts', 'a\nb\nc\n');
    scratch.write('layer/isolation/xpc.ts', 'a\n');
    scratch.write('layer/isolation/other.ts', 'a\n');
    scratch.write('layer/interposition/embedded.ts', 'a\n');
    scratch.write('layer/interposition/x.bodies.ts', 'a\n');
    scratch.write('layer/tracker/types.ts', 'a\n');
    const kernel = ["import { f } from '../nooks/x.ts';", 'f();', 'ff();', 'task.nooks = 0;', 'g();'];
    scratch.write('kernel/load.ts', `${kernel.join('\n')}\n`);
    expect(layerSize(scratch.path('layer'), scratch.path('kernel')).map(({ name, lines }) => [name, lines])).toEqual([
      ['memory management', 3], ['object tracking', 2], ['extension procedure call', 1], ['wrappers', 3],
      ['recovery', 0], ['kernel changes', 3], ['miscellaneous', 2],
    ]);
  } finally {
    scratch.remove();
  }
});
