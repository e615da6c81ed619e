/** The Sound Blaster 16 as a card of the board: with it come the DMA controllers and what hears it. */
import { isaPorts } from '../../platform/isa.ts';
import { interruptLines } from '../../platform/memory-map.ts';
import { soundRecord } from '../peers/sound-record.ts';
import { SoundSink } from '../peers/sound-sink.ts';
import { dma8237Words, sb16Words, soundSinkWords } from '../words/sound.ts';
import type { Card, CardKind, CardSetting } from './card.ts';
import { Dma8237 } from './dma8237.ts';
import { isaRange } from './isa-ports.ts';
import { Sb16 } from './sb16.ts';

/** Where the parts' words lie, from the card's own on. */
const places = { sb16: 0, dma: sb16Words.size, sink: sb16Words.size + dma8237Words.size } as const;

export const sb16Card: CardKind<{ readonly wav?: string }> = {
  bytes: places.sink + soundSinkWords.size,
  options: {},
  hostOptions: ['wav'],
  make: (_, setting) => new Sb16Card(setting),
};

export class Sb16Card implements Card {
  readonly ports: NonNullable<Card['ports']>;
  readonly timed: Card['timed'];
  readonly sink: SoundSink;
  readonly dma: Dma8237;
  readonly #sb16: Sb16;

  constructor({ buffer, at, lock, clock, dma: memory, dueChanged, setLevel, record }: CardSetting) {
    const { sb16: sb16At, dma: dmaAt, sink: sinkAt } =
      { sb16: at + places.sb16, dma: at + places.dma, sink: at + places.sink };
    const sink = new SoundSink(soundSinkWords.at(buffer, sinkAt),
      record && ((samples, format) => record(soundRecord(samples, format), clock.now())));
    const dma = new Dma8237(dma8237Words.at(buffer, dmaAt), lock(dmaAt + dma8237Words.offset.lock), memory);
    const sb16 = new Sb16(sb16Words.at(buffer, sb16At), lock(sb16At + sb16Words.offset.lock), { clock, dma, sink },
      { dueChanged, setIrq: (irq, level) => setLevel(interruptLines.isa + irq, level) });
    dma.watch({ before: () => sb16.beforeDma(), after: () => sb16.afterDma() });
    this.sink = sink;
    this.dma = dma;
    this.#sb16 = sb16;
    this.timed = [sb16];
    this.ports = [
      isaRange(isaPorts.dma1, dma.first), isaRange(isaPorts.dmaPages, dma.pages), isaRange(isaPorts.dma2, dma.second),
      isaRange(isaPorts.sb16, sb16),
    ];
  }

  reset(): void {
    this.dma.reset();
    this.#sb16.reset();
    this.sink.reset();
  }
}
