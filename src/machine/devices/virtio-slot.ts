import type { Registers } from '../../platform/registers.ts';
import {
  availableRing, descriptor, usedRing, virtioConfigAt, virtioDevice, virtioFeature, virtioFeatureHigh, virtioInterrupt,
  virtioLegacyRegisters, virtioMagic, virtioRegisters, virtioStatus, virtioVendor, virtioVersions, type VirtioVersion,
} from '../../platform/virtio.ts';
import { virtioQueueMost, type virtioWords } from '../words/devices.ts';
import type { View } from '../words/struct.ts';
import type { BusDevice, Dma, MessagePin } from './device.ts';
import type { Lock } from './lock.ts';
import { RegisterFile, type Size } from './register-file.ts';
import { chainAt, wide, type Chain } from './virtqueue.ts';

export interface VirtioSlotOptions {
  readonly dma: Dma;
  readonly version: VirtioVersion;
}

/** What a legacy driver that never writes QueueAlign gets, as on QEMU's board. */
const legacyAlign = 4096;

/**
 * A virtio-mmio slot: the transport of VIRTIO 1.2, section 4.2, of version 2 or the legacy version 1 (section 4.2.4),
 * with one split virtqueue (section 2.7). As it stands it is an empty slot; a device is a subclass that answers for
 * itself and takes requests.
 *
 * A driver that breaks the rules of the queue finds DEVICE_NEEDS_RESET in its status (section 2.1.2), and nothing more
 * is done until it resets the device.
 */
export class VirtioSlot
implements Registers<typeof virtioRegisters>, Registers<typeof virtioLegacyRegisters>, BusDevice {
  readonly sizes = 1 | 2 | 4;
  readonly lock: Lock;
  protected readonly dma: Dma;
  readonly #words: View<typeof virtioWords['fields']>;
  readonly #driverFeatures: Int32Array;
  readonly #queueDesc: Int32Array;
  readonly #queueDriver: Int32Array;
  readonly #queueDevice: Int32Array;
  readonly #version: VirtioVersion;
  readonly #pins: MessagePin;
  readonly #registers: Pick<RegisterFile<typeof virtioRegisters>, 'read' | 'write'>;

  constructor(
    words: View<typeof virtioWords['fields']>, lock: Lock, { dma, version }: VirtioSlotOptions, pins: MessagePin,
  ) {
    this.lock = lock;
    this.dma = dma;
    this.#version = version;
    this.#words = words;
    this.#driverFeatures = words.driverFeatures;
    this.#queueDesc = words.queueDesc;
    this.#queueDriver = words.queueDriver;
    this.#queueDevice = words.queueDevice;
    this.#pins = pins;
    this.#registers = this.#isLegacy ? new RegisterFile(virtioLegacyRegisters, this)
      : new RegisterFile(virtioRegisters, this);
  }

  /** Power-on. */
  reset(): void {
    this.#words.guestPageSize = 0;
    this.#restart();
  }

  /** A driver's write of 0 to Status (section 2.4). Linux has written GuestPageSize by then, and relies on it. */
  #restart(): void {
    const words = this.#words;
    words.deviceFeaturesSel = words.driverFeaturesSel = words.queueSel = words.queueNum = words.queueReady = 0;
    words.interruptStatus = words.status = words.configGeneration = words.availableNext = words.usedNext = 0;
    for (const pair of [this.#driverFeatures, this.#queueDesc, this.#queueDriver, this.#queueDevice]) pair.fill(0);
    words.queuePFN = 0;
    words.queueAlign = legacyAlign;
    this.abandon();
  }

  get MagicValue(): number { return virtioMagic; }
  get Version(): number { return this.#version; }
  get DeviceID(): number { return virtioDevice.none; }
  get VendorID(): number { return virtioVendor; }

  get DeviceFeatures(): number { return this.#offered(this.#words.deviceFeaturesSel); }
  set DeviceFeaturesSel(word: number) { this.#words.deviceFeaturesSel = word; }
  set DriverFeatures(bits: number) {
    const { driverFeaturesSel: word, status } = this.#words;
    if (!(status & virtioStatus.FEATURES_OK) && (word === 0 || word === 1)) this.#driverFeatures[word] = bits;
  }
  set DriverFeaturesSel(word: number) { this.#words.driverFeaturesSel = word; }

  set QueueSel(index: number) { this.#words.queueSel = index; }
  get QueueNumMax(): number { return this.#words.queueSel === 0 ? virtioQueueMost : 0; }
  set QueueNum(entries: number) { if (this.#settable) this.#words.queueNum = entries; }

  get QueueReady(): number { return this.#words.queueSel === 0 ? this.#words.queueReady : 0; }
  set QueueReady(value: number) {
    if (this.#words.queueSel !== 0) return;
    this.#words.queueReady = value & 1;
    if (!(value & 1)) this.abandon();
    else if (!this.#isQueueSound()) this.fail();
  }

  set GuestPageSize(bytes: number) { this.#words.guestPageSize = bytes; }
  set QueueAlign(bytes: number) { if (this.#settable) this.#words.queueAlign = bytes; }

  get QueuePFN(): number { return this.#words.queueSel === 0 ? this.#words.queuePFN : 0; }
  /** Section 2.7.2: the legacy queue is one block: table, available ring and, aligned, used ring. 0 takes it away. */
  set QueuePFN(page: number) {
    const words = this.#words;
    if (words.queueSel !== 0) return;
    words.queuePFN = page;
    words.availableNext = words.usedNext = 0;
    const table = page * (words.guestPageSize >>> 0);
    const available = table + words.queueNum * descriptor.bytes;
    const end = available + availableRing.ring + words.queueNum * availableRing.entryBytes;
    const align = words.queueAlign >>> 0;
    setWide(this.#queueDesc, table);
    setWide(this.#queueDriver, available);
    setWide(this.#queueDevice, Math.ceil(end / align) * align);
    this.QueueReady = page === 0 ? 0 : 1;
  }

  /** Section 3.1.2: a legacy driver may use the queue before it sets DRIVER_OK. */
  set QueueNotify(index: number) {
    const { queueReady, status } = this.#words;
    const needed = this.#isLegacy ? 0 : virtioStatus.DRIVER_OK;
    const isRunning = (status & (needed | virtioStatus.DEVICE_NEEDS_RESET)) === needed;
    if (index === 0 && queueReady && isRunning) this.#collect();
  }

  get InterruptStatus(): number { return this.#words.interruptStatus; }
  set InterruptACK(bits: number) { this.#words.interruptStatus &= ~bits; }

  get Status(): number { return this.#words.status; }
  /** Section 3.1.1, step 5: FEATURES_OK stays clear when the device cannot live with what the driver chose. */
  set Status(bits: number) {
    if (bits === 0) {
      this.#restart();
      return;
    }
    const refused = bits & virtioStatus.FEATURES_OK && !this.#areFeaturesAccepted() ? virtioStatus.FEATURES_OK : 0;
    this.#words.status = bits & 0xff & ~refused | this.#words.status & virtioStatus.DEVICE_NEEDS_RESET;
  }

  set QueueDescLow(bits: number) { this.#setAddress(this.#queueDesc, 0, bits); }
  set QueueDescHigh(bits: number) { this.#setAddress(this.#queueDesc, 1, bits); }
  set QueueDriverLow(bits: number) { this.#setAddress(this.#queueDriver, 0, bits); }
  set QueueDriverHigh(bits: number) { this.#setAddress(this.#queueDriver, 1, bits); }
  set QueueDeviceLow(bits: number) { this.#setAddress(this.#queueDevice, 0, bits); }
  set QueueDeviceHigh(bits: number) { this.#setAddress(this.#queueDevice, 1, bits); }

  /** Section 4.2.2, SHMLen: a region that does not exist has a length and an address of all ones. */
  get SHMLenLow(): number { return -1; }
  get SHMLenHigh(): number { return -1; }
  get SHMBaseLow(): number { return -1; }
  get SHMBaseHigh(): number { return -1; }

  get ConfigGeneration(): number { return this.#words.configGeneration; }

  /** Section 4.2.2.2: registers by 4 bytes, configuration by 1, 2 or 4. An empty slot has but its identity. */
  read(offset: number, size: Size): number {
    if (offset >= virtioConfigAt) return this.configuration(offset - virtioConfigAt, size);
    if (size !== 4 || this.DeviceID === virtioDevice.none && offset > virtioRegisters.VendorID.at) return 0;
    return this.#registers.read(offset, size);
  }

  write(offset: number, size: Size, value: number): void {
    if (size === 4 && this.DeviceID !== virtioDevice.none) this.#registers.write(offset, size, value);
  }

  /** Feature bits 0..31 of the device itself. */
  protected get features(): number { return 0; }

  /** Bytes of the configuration space; unsigned. */
  protected configuration(_offset: number, _size: Size): number { return 0; }

  /** The driver made a request: its first descriptor. False when the device has more in hand than the queue holds. */
  protected take(_head: number): boolean { return false; }

  /** Forgets the requests in hand. */
  protected abandon(): void {}

  /** The descriptors of a request; undefined when they break the rules. */
  protected chain(head: number): Chain | undefined {
    const entries = this.#words.queueNum;
    return chainAt(this.dma, { address: wide(this.#queueDesc[0]!, this.#queueDesc[1]!), entries }, head);
  }

  /** Hands a request back, of whose buffers `written` bytes were written; false when the used ring is not RAM. */
  protected complete(head: number, written: number): boolean {
    const ring = wide(this.#queueDevice[0]!, this.#queueDevice[1]!);
    const { queueNum, usedNext } = this.#words;
    const entry = ring + usedRing.ring + (usedNext % queueNum) * usedRing.entryBytes;
    const next = (usedNext + 1) & 0xffff;
    // Section 2.7.8.2: the entry before the index that shows it.
    const isDone = this.dma.write32(entry, head) && this.dma.write32(entry + 4, written)
      && this.dma.write16(ring + usedRing.idx, next);
    if (isDone) this.#words.usedNext = next;
    return isDone;
  }

  /** Section 2.7.7: interrupts for requests handed back, unless the driver does not want it. */
  protected interruptUsed(): void {
    const flags = this.dma.read16(wide(this.#queueDriver[0]!, this.#queueDriver[1]!) + availableRing.flags) ?? 0;
    if (flags & availableRing.NO_INTERRUPT) return;
    this.#words.interruptStatus |= virtioInterrupt.usedBuffer;
    this.#pins.message();
  }

  /** The driver broke the rules. "If DRIVER_OK is set, the device MUST send a configuration change notification." */
  protected fail(): void {
    const words = this.#words;
    this.abandon();
    words.status |= virtioStatus.DEVICE_NEEDS_RESET;
    if (!(words.status & virtioStatus.DRIVER_OK)) return;
    words.interruptStatus |= virtioInterrupt.configurationChange;
    this.#pins.message();
  }

  get #isLegacy(): boolean { return this.#version === virtioVersions.legacy; }

  /** The queue is set up while it is selected and not in use. */
  get #settable(): boolean { return this.#words.queueSel === 0 && this.#words.queueReady === 0; }

  #setAddress(pair: Int32Array, half: 0 | 1, bits: number): void {
    if (this.#settable) pair[half] = bits;
  }

  #offered(word: number): number {
    if (word === 0) return this.features | virtioFeature.RING_INDIRECT_DESC;
    return word === 1 && !this.#isLegacy ? virtioFeatureHigh.VERSION_1 : 0;
  }

  /** Section 6: VERSION_1 must be accepted, nothing that was not offered may be. Legacy drivers are not held to it. */
  #areFeaturesAccepted(): boolean {
    if (this.#isLegacy) return true;
    const [low, high] = [this.#driverFeatures[0]!, this.#driverFeatures[1]!];
    return !(low & ~this.#offered(0)) && high === virtioFeatureHigh.VERSION_1;
  }

  /** Section 2.7: sizes are powers of 2; section 2.7, table of alignments: 16, 2 and 4. */
  #isQueueSound(): boolean {
    const { queueNum, queueAlign } = this.#words;
    const isPower = (value: number) => value > 0 && (value & (value - 1)) === 0;
    return isPower(queueNum) && queueNum <= virtioQueueMost && isPower(queueAlign)
      && this.#queueDesc[0]! % 16 === 0 && this.#queueDriver[0]! % 2 === 0 && this.#queueDevice[0]! % 4 === 0;
  }

  /** Section 2.7.13: takes the requests between the index last seen and the driver's. */
  #collect(): void {
    const words = this.#words;
    const ring = wide(this.#queueDriver[0]!, this.#queueDriver[1]!);
    const end = this.dma.read16(ring + availableRing.idx);
    if (end === undefined || ((end - words.availableNext) & 0xffff) > words.queueNum) return this.fail();
    while (words.availableNext !== end) {
      const slot = words.availableNext % words.queueNum;
      const head = this.dma.read16(ring + availableRing.ring + slot * availableRing.entryBytes);
      if (head === undefined || head >= words.queueNum || !this.take(head)) return this.fail();
      words.availableNext = (words.availableNext + 1) & 0xffff;
    }
  }
}

/** An address below 2^53 as two words. */
function setWide(pair: Int32Array, value: number): void {
  pair[0] = value;
  pair[1] = Math.floor(value / 2 ** 32);
}
