import { blockConfig, blockRequest, sectorBytes, virtioDevice, virtioFeature } from '../../platform/virtio.ts';
import { virtioQueueMost, type virtioBlockWords, type virtioWords } from '../words/devices.ts';
import type { View } from '../words/struct.ts';
import type { Clock, DuePin, MessagePin, TimedDevice } from './device.ts';
import type { Lock } from './lock.ts';
import { Moment, moments } from './moment.ts';
import type { Size } from './register-file.ts';
import { VirtioSlot, type VirtioSlotOptions } from './virtio-slot.ts';
import { gather, lengthOf, scatter, wide, type Chain } from './virtqueue.ts';

/** A disk, in sectors of 512 bytes. Buffers are whole sectors within it. False when the host could not do it. */
export interface BlockStore {
  readonly sectors: number;
  readonly readOnly: boolean;
  read(sector: number, into: Uint8Array): boolean;
  write(sector: number, from: Uint8Array): boolean;
  flush(): boolean;
}

export interface VirtioBlockOptions extends VirtioSlotOptions {
  readonly store: BlockStore;
  /** The answer to GET_ID: at most 20 bytes of ASCII. */
  readonly id: string;
  readonly clock: Clock;
  /** Virtual time from the notification of a request to its effect and its completion. */
  readonly latencyNs: number;
}

/** The most data a request may move; more is an I/O error. */
const requestBytesMost = 16 * 2 ** 20;

/** Segments a request may have besides its header and its status. */
const segmentsMost = virtioQueueMost - 2;

/** A virtio block device: VIRTIO 1.2, section 5.2. Requests take effect in order, each when its time has come. */
export class VirtioBlock extends VirtioSlot implements TimedDevice {
  readonly #words: View<typeof virtioBlockWords['fields']>;
  readonly #due: Moment;
  readonly #heads: Int32Array;
  readonly #times: Float64Array;
  readonly #options: VirtioBlockOptions;
  readonly #pins: DuePin;
  readonly #config: DataView;

  constructor(
    slotWords: View<typeof virtioWords['fields']>, words: View<typeof virtioBlockWords['fields']>, lock: Lock,
    options: VirtioBlockOptions, pins: MessagePin & DuePin,
  ) {
    super(slotWords, lock, options, pins);
    this.#words = words;
    this.#due = new Moment(words.due);
    this.#heads = words.heads;
    this.#times = moments(words.times);
    this.#options = options;
    this.#pins = pins;
    this.#config = configurationOf(options.store);
  }

  override get DeviceID(): number { return virtioDevice.block; }

  get due(): number { return this.#due.ns; }

  tick(now: number): void {
    if (this.due > now) return;
    this.lock.acquire();
    const words = this.#words;
    let completed = 0;
    while (words.count > 0 && this.#times[words.first]! <= now) {
      const head = this.#heads[words.first]!;
      words.first = (words.first + 1) % virtioQueueMost;
      words.count--;
      if (!this.#perform(head)) {
        this.fail();
        break;
      }
      completed++;
    }
    this.#schedule();
    if (completed > 0) this.interruptUsed();
    this.lock.release();
  }

  protected override get features(): number {
    const { readOnly } = this.#options.store;
    return virtioFeature.BLK_SEG_MAX | virtioFeature.BLK_BLK_SIZE | virtioFeature.BLK_FLUSH
      | (readOnly ? virtioFeature.BLK_RO : 0);
  }

  protected override configuration(offset: number, size: Size): number {
    if (offset + size > blockConfig.bytes) return 0;
    if (size === 1) return this.#config.getUint8(offset);
    return size === 2 ? this.#config.getUint16(offset, true) : this.#config.getUint32(offset, true);
  }

  protected override take(head: number): boolean {
    const words = this.#words;
    if (words.count === virtioQueueMost) return false;
    const place = (words.first + words.count) % virtioQueueMost;
    this.#heads[place] = head;
    this.#times[place] = this.#options.clock.now() + this.#options.latencyNs;
    words.count++;
    this.#schedule();
    return true;
  }

  protected override abandon(): void {
    this.#words.first = this.#words.count = 0;
    this.#schedule();
  }

  #schedule(): void {
    const due = this.#words.count > 0 ? this.#times[this.#words.first]! : Infinity;
    if (due === this.#due.ns) return;
    this.#due.ns = due;
    this.#pins.dueChanged();
  }

  /** Section 5.2.6: the header first, the status last, data between. False when the chain breaks the rules. */
  #perform(head: number): boolean {
    const chain = this.chain(head);
    if (chain === undefined) return false;
    const writableBytes = lengthOf(chain.writable);
    if (writableBytes === 0) return false;
    const header = lengthOf(chain.readable) < blockRequest.headerBytes ? undefined
      : gather(this.dma, chain.readable, { skip: 0, bytes: blockRequest.headerBytes });
    if (header === undefined) return false;
    const view = new DataView(header.buffer);
    const type = view.getUint32(blockRequest.type, true);
    const sector = wide(view.getUint32(blockRequest.sector, true), view.getUint32(blockRequest.sector + 4, true));
    const status = this.#request(type, sector, chain, writableBytes - 1);
    return status !== undefined && scatter(this.dma, chain.writable, writableBytes - 1, Uint8Array.of(status))
      && this.complete(head, writableBytes);
  }

  /** The status of the request; undefined when its buffers are not RAM. */
  #request(type: number, sector: number, chain: Chain, inBytes: number): number | undefined {
    switch (type) {
      case blockRequest.IN: return this.#in(sector, chain, inBytes);
      case blockRequest.OUT: return this.#out(sector, chain);
      case blockRequest.FLUSH: return this.#options.store.flush() ? blockRequest.OK : blockRequest.IOERR;
      case blockRequest.GET_ID: return this.#id(chain, inBytes);
      default: return blockRequest.UNSUPP;
    }
  }

  #in(sector: number, chain: Chain, bytes: number): number | undefined {
    if (!this.#isOnDisk(sector, bytes)) return blockRequest.IOERR;
    const data = new Uint8Array(bytes);
    if (!this.#options.store.read(sector, data)) return blockRequest.IOERR;
    return scatter(this.dma, chain.writable, 0, data) ? blockRequest.OK : undefined;
  }

  #out(sector: number, chain: Chain): number | undefined {
    const bytes = lengthOf(chain.readable) - blockRequest.headerBytes;
    if (this.#options.store.readOnly || !this.#isOnDisk(sector, bytes)) return blockRequest.IOERR;
    const data = gather(this.dma, chain.readable, { skip: blockRequest.headerBytes, bytes });
    if (data === undefined) return undefined;
    return this.#options.store.write(sector, data) ? blockRequest.OK : blockRequest.IOERR;
  }

  /** Section 5.2.6.1: 20 bytes, padded with zeros. */
  #id(chain: Chain, bytes: number): number | undefined {
    const id = new Uint8Array(Math.min(bytes, blockRequest.idBytes));
    id.set(new TextEncoder().encode(this.#options.id).subarray(0, id.length));
    return scatter(this.dma, chain.writable, 0, id) ? blockRequest.OK : undefined;
  }

  #isOnDisk(sector: number, bytes: number): boolean {
    return bytes % sectorBytes === 0 && bytes <= requestBytesMost
      && sector + bytes / sectorBytes <= this.#options.store.sectors;
  }
}

function configurationOf({ sectors }: BlockStore): DataView {
  const config = new DataView(new ArrayBuffer(blockConfig.bytes));
  config.setUint32(blockConfig.capacity, sectors % 2 ** 32, true);
  config.setUint32(blockConfig.capacityHigh, Math.floor(sectors / 2 ** 32), true);
  config.setUint32(blockConfig.seg_max, segmentsMost, true);
  config.setUint32(blockConfig.blk_size, sectorBytes, true);
  return config;
}
