import type { ExtensionManifest } from '../../src/platform/extension.ts';

/** Sound Blaster 16: /dev/dsp and /dev/mixer. */
export const sb: ExtensionManifest = {
  name: 'sb',
  title: 'Sound Blaster 16 driver',
  kind: 'sound driver',
  files: ['drivers/sb/'],
  devices: ['sb16'],
  parameters: {
    io: { about: 'first port', initial: 0x220 },
    irq: { about: 'ISA interrupt: 5, 7, 9 or 10', initial: 5 },
    dma: { about: 'channel for samples of 8 bits: 0, 1 or 3', initial: 1 },
    dma16: { about: 'channel for samples of 16 bits: 5, 6 or 7', initial: 5 },
  },
  setUp: [],
  tearDown: [],
  workloads: [{
    name: 'play',
    command: 'play /usr/share/sounds/chime.wav',
    progress: 'played \\d+ of \\d+',
    says: ['chime.wav: IMA ADPCM, 22050 Hz, 1 channel', 'played (\\d+) of \\1 samples'],
    peers: [{ device: 0, heard: 'chime.wav' }],
    seconds: 20,
  }],
};
