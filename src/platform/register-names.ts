/** Names for physical addresses outside RAM, as traces tell them. */
import { clintRegisters } from './clint.ts';
import { finisherRegisters } from './finisher.ts';
import { memoryMap, virtioSlots } from './memory-map.ts';
import type { Region } from './memory-map.ts';
import { plicRegisters } from './plic.ts';
import { registerName } from './registers.ts';
import type { RegisterMap } from './registers.ts';
import { rtcRegisters } from './rtc.ts';
import { uartRegisters } from './uart.ts';
import { virtioRegisters } from './virtio.ts';

const maps: Readonly<Partial<Record<Region, RegisterMap>>> = {
  finisher: finisherRegisters, rtc: rtcRegisters, clint: clintRegisters, plic: plicRegisters, uart: uartRegisters,
  virtio: virtioRegisters,
};

/** `uart.LSR`, `plic.claim[1]`, `virtio0.Status`, `ecam+0x800`; the bare address where nothing lies. */
export function deviceAddressName(physical: number, way: 'read' | 'write'): string {
  const region = (Object.keys(memoryMap) as Region[]).find((name) => {
    const { start, bytes } = memoryMap[name];
    return physical >= start && physical < start + bytes;
  });
  if (region === undefined) return hex(physical);
  const inRegion = physical - memoryMap[region].start;
  const slot = region === 'virtio' ? Math.floor(inRegion / virtioSlots.bytes) : undefined;
  const device = slot === undefined ? region : `virtio${slot}`;
  const offset = slot === undefined ? inRegion : inRegion - slot * virtioSlots.bytes;
  const map = maps[region];
  const register = map && registerName(map, offset, way);
  return register === undefined ? `${device}+${hex(offset)}` : `${device}.${register}`;
}

const hex = (value: number) => `0x${value.toString(16)}`;
