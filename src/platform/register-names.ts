/** Names for physical addresses outside RAM, as traces tell them. */
import { clintRegisters } from './clint.ts';
import { dma2PortShift, dma8237Registers, dmaPageRegisters } from './dma8237.ts';
import { finisherRegisters } from './finisher.ts';
import { isaPorts } from './isa.ts';
import { memoryMap, virtioSlots } from './memory-map.ts';
import type { Region } from './memory-map.ts';
import { plicRegisters } from './plic.ts';
import { registerName } from './registers.ts';
import type { RegisterMap } from './registers.ts';
import { rtcRegisters } from './rtc.ts';
import { sb16Registers } from './sb16.ts';
import { uartRegisters } from './uart.ts';
import { virtioRegisters } from './virtio.ts';

const maps: Readonly<Partial<Record<Region, RegisterMap>>> = {
  finisher: finisherRegisters, rtc: rtcRegisters, clint: clintRegisters, plic: plicRegisters, uart: uartRegisters,
  virtio: virtioRegisters,
};

/** What is behind ISA ports, where a machine has it; offsets are shifted before they are looked up. */
const isaMaps: Readonly<Record<keyof typeof isaPorts, { readonly map: RegisterMap; readonly shift: number }>> = {
  dma1: { map: dma8237Registers, shift: 0 }, dma2: { map: dma8237Registers, shift: dma2PortShift },
  dmaPages: { map: dmaPageRegisters, shift: 0 }, sb16: { map: sb16Registers, shift: 0 },
};

/** `uart.LSR`, `plic.claim[1]`, `virtio0.Status`, `sb16.write`, `ecam+0x800`; the bare address where nothing lies. */
export function deviceAddressName(physical: number, way: 'read' | 'write'): string {
  const region = (Object.keys(memoryMap) as Region[]).find((name) => {
    const { start, bytes } = memoryMap[name];
    return physical >= start && physical < start + bytes;
  });
  if (region === undefined) return hex(physical);
  const inRegion = physical - memoryMap[region].start;
  if (region === 'pciPorts') return portName(inRegion, way);
  const slot = region === 'virtio' ? Math.floor(inRegion / virtioSlots.bytes) : undefined;
  const device = slot === undefined ? region : `virtio${slot}`;
  const offset = slot === undefined ? inRegion : inRegion - slot * virtioSlots.bytes;
  const map = maps[region];
  const register = map && registerName(map, offset, way);
  return register === undefined ? `${device}+${hex(offset)}` : `${device}.${register}`;
}

function portName(port: number, way: 'read' | 'write'): string {
  const device = (Object.keys(isaPorts) as (keyof typeof isaPorts)[])
    .find((name) => port >= isaPorts[name].start && port < isaPorts[name].start + isaPorts[name].bytes);
  if (device === undefined) return `pciPorts+${hex(port)}`;
  const offset = port - isaPorts[device].start;
  const { map, shift } = isaMaps[device];
  const register = registerName(map, offset >>> shift, way);
  return register === undefined ? `${device}+${hex(offset)}` : `${device}.${register}`;
}

const hex = (value: number) => `0x${value.toString(16)}`;
