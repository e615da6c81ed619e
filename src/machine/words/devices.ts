import { limits, virtioSlots } from '../../platform/memory-map.ts';
import { pciConfig, pciSlots } from '../../platform/pci.ts';
import { plicContexts, plicSourceWords } from '../../platform/plic.ts';
import { uartFifoBytes } from '../../platform/uart.ts';
import { struct, word, words, type Struct } from './struct.ts';

/**
 * The words of the devices. All but `lock` are written by whoever holds that device's lock, and read as well, save
 * where a comment says that a read without it is harmless. `lock` itself changes by Atomics only: 0 when free, else
 * the holder; its release is what wakes a waiter (devices/lock.ts).
 *
 * A moment is a pair of words holding a 64-bit float of nanoseconds of virtual time, Infinity for never; it comes
 * first among the words of a device, where it is aligned.
 */
const lock = word('any', 'the lock of the device');
const moment = (about: string) => words(2, 'device', about);
const raised = word('device', '1 while the interrupt line is driven');

const hartCount = limits.harts.most;

export const rtcWords = struct({
  due: moment('when the alarm goes off; read without the lock'),
  lock,
  offset: words(2, 'device', 'what to add to virtual time, in nanoseconds: low and high half'),
  latched: word('device', 'TIME_HIGH as it was when TIME_LOW was read'),
  alarm: words(2, 'device', 'ALARM_LOW, ALARM_HIGH'),
  armed: word('device', '1 while an alarm is set'),
  enabled: word('device', 'IRQ_ENABLED'),
  pending: word('device', '1 when the alarm went off and was not acknowledged'),
  raised,
});

export const clintWords = struct({
  due: moment('when the next timer interrupt is to be raised; read without the lock'),
  lock,
  offset: words(2, 'device', 'what to add to the ticks of the clock for mtime: low and high half'),
  msip: words(hartCount, 'device', 'msip of each hart'),
  mtimecmp: words(hartCount, 'device', 'lower half of each hart; read without the lock'),
  mtimecmph: words(hartCount, 'device', 'upper half of each hart; read without the lock'),
  raised: word('device', 'bit per hart: its MTIP is driven'),
});

export const plicWords = struct({
  lock,
  priority: words(plicSourceWords * 32, 'device', 'priority of each source'),
  level: words(plicSourceWords, 'device', 'bit per source: the device drives its line'),
  pending: words(plicSourceWords, 'device', 'bit per source: requested and not yet claimed'),
  claimed: words(plicSourceWords, 'device', 'bit per source: claimed and not yet completed'),
  enable: words(plicContexts * plicSourceWords, 'device', 'bit per source, for each context in turn'),
  threshold: words(plicContexts, 'device', 'threshold of each context'),
  raised: word('device', 'bit per context: its interrupt is driven'),
});

export const uartWords = struct({
  lock,
  IER: word('device', 'interrupt enable'),
  FCR: word('device', 'FIFO control, less the bits that reset a FIFO'),
  LCR: word('device', 'line control'),
  MCR: word('device', 'modem control'),
  SCR: word('device', 'scratch'),
  divisor: words(2, 'device', 'DLL, DLM'),
  errors: word('device', 'error bits of LSR, until it is read'),
  deltas: word('device', 'delta bits of MSR, until it is read'),
  emptied: word('device', '1 while the transmitter-empty interrupt is pending'),
  first: word('device', 'where in `fifo` the oldest byte is'),
  count: word('device', 'bytes received and not read'),
  fifo: words(uartFifoBytes, 'device', 'received bytes, one a word'),
  raised,
});

/** The finisher has no state but who is in it. */
export const finisherWords = struct({ lock });

export const pciHostWords = struct({
  lock,
  lines: words(4, 'device', 'INTA..INTD of the host: bit per slot that drives the line'),
});

export const pciFunctionWords = struct({
  lock,
  interrupt: word('device', '1 while the function asks for its interrupt'),
  raised,
  config: words(pciConfig.bytes / 4, 'device', 'configuration space; base addresses read without the lock'),
});

/** How many requests a virtio block device takes at once: a queue of this many descriptors. */
export const virtioQueueMost = 128;

export const virtioWords = struct({
  lock,
  deviceFeaturesSel: word('device', 'DeviceFeaturesSel'),
  driverFeaturesSel: word('device', 'DriverFeaturesSel'),
  driverFeatures: words(2, 'device', 'features the driver accepted, bits 0..31 and 32..63'),
  queueSel: word('device', 'QueueSel'),
  queueNum: word('device', 'descriptors in the queue'),
  queueReady: word('device', '1 while the queue is in use'),
  guestPageSize: word('device', 'legacy: GuestPageSize'),
  queueAlign: word('device', 'legacy: QueueAlign'),
  queuePFN: word('device', 'legacy: QueuePFN'),
  queueDesc: words(2, 'device', 'address of the descriptor table'),
  queueDriver: words(2, 'device', 'address of the available ring'),
  queueDevice: words(2, 'device', 'address of the used ring'),
  interruptStatus: word('device', 'InterruptStatus'),
  status: word('device', 'Status'),
  configGeneration: word('device', 'ConfigGeneration'),
  availableNext: word('device', 'idx of the available ring up to which requests were taken'),
  usedNext: word('device', 'idx of the used ring as last written'),
});

export const virtioBlockWords = struct({
  due: moment('when the oldest request completes; read without the lock of the slot'),
  first: word('device', 'where in `heads` the oldest request in flight is'),
  count: word('device', 'requests in flight'),
  heads: words(virtioQueueMost, 'device', 'their first descriptors, in order'),
  times: words(2 * virtioQueueMost, 'device', 'when each completes: moments'),
});

/** Where the words of the board's own devices lie, in bytes of the shared memory. */
export interface DevicePlaces {
  readonly finisher: number;
  readonly rtc: number;
  readonly clint: number;
  readonly plic: number;
  readonly uart: number;
  readonly pciHost: number;
  readonly pciBridge: number;
  /** One per slot. */
  readonly virtio: readonly number[];
  readonly virtioBlock: readonly number[];
  /** The first byte after them. */
  readonly end: number;
}

/** Places the devices from byte `start`, a multiple of 8, of the shared memory. */
export function placeDevices(start: number): DevicePlaces {
  let next = start;
  const place = ({ size }: Pick<Struct<never>, 'size'>) => {
    const at = next;
    next += size;
    return at;
  };
  const each = (shape: Pick<Struct<never>, 'size'>) => Array.from({ length: virtioSlots.count }, () => place(shape));
  const places = {
    finisher: place(finisherWords), rtc: place(rtcWords), clint: place(clintWords), plic: place(plicWords),
    uart: place(uartWords), pciHost: place(pciHostWords), pciBridge: place(pciFunctionWords),
    virtio: each(virtioWords), virtioBlock: each(virtioBlockWords),
  };
  return { ...places, end: next };
}

/** Room for the slots of one PCI bus. */
export const pciFunctionsBytes = pciSlots * pciFunctionWords.size;
