/** ISA devices in the port window of the PCI host (platform/isa.ts). */
import type { PortRange } from './card.ts';
import type { Lock } from './lock.ts';

/** A device with 8-bit ports; they count from the first of its range. */
export interface IsaDevice {
  /** Held around each cycle, but not around the two below. */
  readonly lock: Lock;
  readPort(port: number): number;
  writePort(port: number, value: number): void;
  /** Called before and after each cycle. */
  before?(): void;
  after?(): void;
}

/**
 * The range of ports as the bus sees it. A wider access is as many cycles, lowest port first, as the ISA bus makes of
 * it for an 8-bit device; what lies behind the range reads as ones.
 */
export function isaRange({ start, bytes }: { start: number; bytes: number }, device: IsaDevice): PortRange {
  const cycle = (port: number, access: (port: number) => number): number => {
    if (port >= bytes) return 0xff;
    device.before?.();
    device.lock.acquire();
    const value = access(port);
    device.lock.release();
    device.after?.();
    return value;
  };
  return {
    start, bytes,
    device: {
      sizes: 1 | 2 | 4,
      read: (offset, size) => {
        let value = 0;
        for (let byte = 0; byte < size; byte++) {
          value |= cycle(offset + byte, (port) => device.readPort(port)) << 8 * byte;
        }
        return value >>> 0;
      },
      write: (offset, size, value) => {
        for (let byte = 0; byte < size; byte++) {
          cycle(offset + byte, (port) => {
            device.writePort(port, value >>> 8 * byte & 0xff);
            return 0;
          });
        }
      },
    },
  };
}
