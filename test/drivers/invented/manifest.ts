import { fileURLToPath } from 'node:url';
import type { ExtensionManifest } from '../../../src/platform/extension.ts';

/** An invented card on the ISA bus: /proc/thermometer. */
export const thermometer: ExtensionManifest = {
  name: 'thermometer',
  title: 'Driver of an invented thermometer',
  kind: 'service',
  files: ['test/drivers/invented/guest/'],
  devices: [fileURLToPath(new URL('card.ts', import.meta.url))],
  parameters: {
    io: { about: 'first port', initial: 0x300 },
    irq: { about: 'ISA interrupt', initial: 9 },
  },
  setUp: [],
  tearDown: [],
  workloads: [{
    name: 'read',
    command: 'cat /proc/thermometer /proc/thermometer /proc/thermometer',
    progress: 'measurement \\d+',
    says: ['^\\d+\\.\\d degrees, measurement \\d+$'],
    peers: [],
    seconds: 5,
  }],
};
