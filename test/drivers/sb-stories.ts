/**
 * What may befall the Sound Blaster driver. Each story begins with the module not loaded, and leaves it loaded; that it
 * can be unloaded then, and that nothing is lost, the trial sees to. Every sample that is heard is checked.
 */
import { soundNames } from '../../src/host/sound-files.ts';
import type { StoryOf } from './driver-trial.ts';
import { a, b, heard, heardOf, soundOf, type SbTrial } from './sb-trial.ts';
import { refusing } from './shortage.ts';

export type SbStory = StoryOf<SbTrial>;

/** Good parameters, and such as init must refuse. */
const parameters = ['', 'dma=3 dma16=7', 'dma=0 dma16=0', 'dma16=6', 'irq=7', 'irq=10 dma=3'];
const badParameters = ['irq=3', 'dma=2', 'dma16=4', 'io=0x240', 'irq=x', 'speed=1'];
/** Short ones, of 16 and of 8 bits, and the DMA channel that each goes through. */
const short = [['bell.wav', 5], ['beep.wav', 1]] as const;

/** What can be done while the module is loaded, over and over. */
const deeds: Readonly<Record<string, SbStory>> = {
  play: (trial) => trial.play(trial.pick(soundNames)),

  /** What had been written is heard, or a part of it. */
  kill: async (trial) => {
    const name = trial.pick(soundNames), { total } = trial.card.sink.tally;
    await trial.command(`play /usr/share/sounds/${name} > /dev/null &`);
    await trial.command(`sleep 0.${trial.random.below(500).toString().padStart(3, '0')}; kill -9 $!; wait $!`);
    trial.mustHear(total, soundOf(name).slice(0, trial.card.sink.tally.total - total));
  },

  /** Opened, and closed at once; opened as it may not be. */
  touch: async (trial) => {
    const { total } = trial.card.sink.tally;
    await trial.must('true > /dev/dsp');
    if (!(await trial.command('cat /dev/dsp')).includes('Invalid argument')) throw new Error('opened for reading');
    trial.mustHear(total, []);
  },

  /** Who comes second waits for the first. */
  share: async (trial) => {
    const { total } = trial.card.sink.tally;
    await trial.command('cat /root/a > /dev/dsp & cat /root/b > /dev/dsp & wait');
    const second = heard(trial.card.sink, total)[1];
    trial.mustHear(total, second === heardOf(a)[1] ? heardOf(a, b) : heardOf(b, a));
  },

  /** A program that pauses: of the underrun nothing is heard. */
  pause: async (trial) => {
    const { total } = trial.card.sink.tally;
    const seconds = trial.pick(['0.2', '0.4', '0.5', '0.7', '1']);
    await trial.must(`sh -c 'cat /root/a; sleep ${seconds}; cat /root/b' > /dev/dsp`);
    trial.mustHear(total, heardOf(a, b));
  },

  ask: async (trial) => {
    if (!(await trial.command('/test/dsp')).includes(', 0 failed')) throw new Error('not what OSS says');
  },

  /** Without interrupts it may play more than there is, but must get to the end. */
  deafen: async (trial) => {
    await trial.must('insmod meddle');
    await trial.must(`play /usr/share/sounds/${trial.pick(soundNames)}`);
    await trial.must('rmmod meddle');
  },
};

const some = (names: readonly string[], most: number): SbStory => async (trial) => {
  await trial.load(trial.pick(parameters.slice(0, 4)));
  for (let turn = trial.random.below(most); turn >= 0; turn--) await deeds[trial.pick(names)]!(trial);
};

export const sbStories: Readonly<Record<string, SbStory>> = {
  'open and close': some(['play', 'kill', 'touch', 'share'], 4),

  'load and unload': async (trial) => {
    for (let turn = trial.random.below(4); turn >= 0; turn--) {
      await trial.load(trial.pick(parameters));
      if (trial.random.below(2)) await trial.play('bell.wav');
      await trial.unload();
      const refused = await trial.command(`${trial.insmod} ${trial.pick(badParameters)}`);
      if (!/No such device|Invalid argument/.test(refused)) throw new Error('bad parameters were taken');
    }
    await trial.load();
    const playing = 'play /usr/share/sounds/bell.wav > /dev/null & sleep 0.1';
    const busy = await trial.command(`${playing}; rmmod sb; ${trial.insmod}; wait`);
    if (!/busy[^]*exists/i.test(busy)) throw new Error('unloaded, or loaded once more, while it was in use');
  },

  'underrun': some(['pause'], 2),

  'interrupts lost': async (trial) => {
    await trial.load();
    await deeds['deafen']!(trial);
    if (!/lost [1-9]/.test(await trial.command('cat /proc/sb'))) throw new Error('no interrupt was missed');
    await trial.play('bell.wav');
  },

  /** Its DMA channel gives it nothing: the driver gives up, and plays again when it is opened anew. */
  'card silent': async (trial) => {
    await trial.load();
    const [name, channel] = trial.pick(short);
    await trial.begin(`play /usr/share/sounds/${name}`);
    await trial.aWhile(1_000_000);
    const { dma } = trial.card;
    // A byte for the mask register: this channel's bit is set.
    if (channel === 5) dma.second.writePort(0x14, 5);
    else dma.first.writePort(0x0a, 5);
    const said = await trial.finish();
    const failed = /output failed/.test(await trial.command('dmesg'));
    if (said.includes('Input/output error') !== failed) throw new Error('it gave up, or did not, in secret');
    await trial.play(name);
  },

  /** Registers of the DMA controller are written by somebody else, but for those that no driver sets anew. */
  'DMA trouble': async (trial) => {
    await trial.load();
    const [name, channel] = trial.pick(short);
    await trial.begin(`play /usr/share/sounds/${name}`);
    const { dma } = trial.card;
    for (let spoilt = trial.random.below(6); spoilt >= 0; spoilt--) {
      await trial.aWhile(400_000);
      const port = trial.pick([0, 1, 2, 3, 4, 5, 6, 7, 10, 11, 12, 13, 14, 15]), value = trial.random.below(256);
      if (channel === 5) dma.second.writePort(port << 1, value);
      else dma.first.writePort(port, value);
    }
    await trial.finish();
    await trial.play(name);
  },

  'nothing to be had': async (trial) => {
    let refused = 0;
    for (let turn = 0; turn < 6 || (refused === 0 && turn < 50); turn++) {
      refused += await refusing(trial, 1 + trial.random.below(12), async () => {
        await trial.command(`${trial.insmod} ${trial.pick(parameters)}`);
        await trial.command('play /usr/share/sounds/beep.wav');
        await trial.command('rmmod sb');
      });
    }
    if (refused === 0) throw new Error('nothing was refused');
    await trial.load();
    await trial.play('bell.wav');
  },

  'what programs ask': some(['ask'], 1),

  'one thing after the other': some(Object.keys(deeds), 5),
};
