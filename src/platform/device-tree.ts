import { flatten, type Node } from './fdt.ts';
import { finish } from './finisher.ts';
import {
  interruptLines, limits, memoryMap, ramStart, timebaseHz, uartClockHz, virtioSlots, type Region,
} from './memory-map.ts';

/**
 * The board described for firmware and kernels: the nodes, properties and phandles of QEMU 7.2's `virt`
 * (hw/riscv/virt.c, after Linux Documentation/devicetree/bindings), less the parts that this board has not: PMU, flash,
 * fw-cfg, platform bus.
 */
export interface BoardDescription {
  /** 1..16. */
  readonly harts: number;
  readonly ramBytes: number;
  /** The kernel's command line. */
  readonly bootargs?: string | undefined;
  /** Physical addresses of the first byte of the initial RAM disk and of the first after it. */
  readonly initrd?: { readonly start: number; readonly end: number } | undefined;
  /** The slots to describe, 0..7; all when absent. */
  readonly virtioSlots?: readonly number[] | undefined;
  /** Seeds the guest's random numbers; left out when absent. */
  readonly randomSeed?: Uint8Array | undefined;
}

/** What the harts implement, in the naming of the RISC-V ISA manual, chapter "ISA Extension Naming Conventions". */
export const isaString = 'rv32ima_zicsr_zifencei';

/** Interrupts of the hart's own controller: numbers in mip. */
const mip = { MSIP: 3, MTIP: 7, SEIP: 9, MEIP: 11 };

/** The blob to hand to firmware in a1. */
export function deviceTree(board: BoardDescription): Uint8Array {
  return flatten(tree(board));
}

/** The tree as nested objects. */
export function tree(board: BoardDescription): Node {
  const phandles = phandlesOf(board.harts);
  return {
    '#address-cells': 2,
    '#size-cells': 2,
    compatible: 'riscv-virtio',
    model: 'riscv-virtio,qemu',
    chosen: chosen(board),
    poweroff: { value: finish.pass, offset: 0, regmap: phandles.finisher, compatible: 'syscon-poweroff' },
    reboot: { value: finish.reset, offset: 0, regmap: phandles.finisher, compatible: 'syscon-reboot' },
    [`memory@${hex(ramStart)}`]: { device_type: 'memory', reg: [0, ramStart, 0, board.ramBytes] },
    cpus: cpus(board.harts, phandles),
    soc: soc(board, phandles),
  };
}

const hex = (value: number) => value.toString(16);
const range = (count: number) => Array.from({ length: count }, (_, index) => index);
const reg = (region: Region) => [0, memoryMap[region].start, 0, memoryMap[region].bytes];
const at = (name: string, region: Region) => `${name}@${hex(memoryMap[region].start)}`;

type Phandles = ReturnType<typeof phandlesOf>;

/** QEMU numbers from the last hart to the first, a processor and its interrupt controller in turn. */
function phandlesOf(harts: number) {
  return {
    cpu: (hart: number) => 2 * (harts - hart) - 1,
    intc: (hart: number) => 2 * (harts - hart),
    plic: 2 * harts + 1,
    finisher: 2 * harts + 2,
  };
}

function chosen({ bootargs, initrd, randomSeed }: BoardDescription): Node {
  return {
    'linux,initrd-end': initrd?.end,
    'linux,initrd-start': initrd?.start,
    'rng-seed': randomSeed,
    bootargs,
    'stdout-path': `/soc/${at('serial', 'uart')}`,
  };
}

function cpus(harts: number, phandles: Phandles): Node {
  const cpu = (hart: number) => [`cpu@${hex(hart)}`, {
    phandle: phandles.cpu(hart),
    device_type: 'cpu',
    reg: hart,
    status: 'okay',
    compatible: 'riscv',
    'riscv,isa': isaString,
    'mmu-type': 'riscv,sv32',
    'interrupt-controller': {
      '#interrupt-cells': 1,
      'interrupt-controller': true,
      compatible: 'riscv,cpu-intc',
      phandle: phandles.intc(hart),
    } as Node,
  }] as const;
  const cores = range(harts).map((hart) => [`core${hart}`, { cpu: phandles.cpu(hart) }] as const);
  return {
    '#address-cells': 1,
    '#size-cells': 0,
    'timebase-frequency': timebaseHz,
    ...Object.fromEntries(range(harts).map(cpu)),
    'cpu-map': { cluster0: Object.fromEntries(cores) },
  };
}

function soc(board: BoardDescription, phandles: Phandles): Node {
  const line = (interrupts: number) => ({ interrupts, 'interrupt-parent': phandles.plic });
  const toHarts = (...numbers: readonly number[]) =>
    range(board.harts).flatMap((hart) => numbers.flatMap((number) => [phandles.intc(hart), number]));
  return {
    '#address-cells': 2,
    '#size-cells': 2,
    compatible: 'simple-bus',
    ranges: true,
    [at('rtc', 'rtc')]: { ...line(interruptLines.rtc), reg: reg('rtc'), compatible: 'google,goldfish-rtc' },
    [at('serial', 'uart')]: {
      ...line(interruptLines.uart), 'clock-frequency': uartClockHz, reg: reg('uart'), compatible: 'ns16550a',
    },
    [at('test', 'finisher')]: {
      phandle: phandles.finisher, reg: reg('finisher'), compatible: ['sifive,test1', 'sifive,test0', 'syscon'],
    },
    [at('pci', 'ecam')]: pci(phandles),
    ...Object.fromEntries(slotsOf(board).map((slot) => {
      const start = memoryMap.virtio.start + slot * virtioSlots.bytes;
      return [`virtio_mmio@${hex(start)}`, {
        ...line(interruptLines.virtio + slot), reg: [0, start, 0, virtioSlots.bytes], compatible: 'virtio,mmio',
      }];
    })),
    [at('plic', 'plic')]: {
      phandle: phandles.plic,
      'riscv,ndev': limits.interruptSources,
      reg: reg('plic'),
      'interrupts-extended': toHarts(mip.MEIP, mip.SEIP),
      'interrupt-controller': true,
      compatible: ['sifive,plic-1.0.0', 'riscv,plic0'],
      '#address-cells': 0,
      '#interrupt-cells': 1,
    },
    [at('clint', 'clint')]: {
      'interrupts-extended': toHarts(mip.MSIP, mip.MTIP),
      reg: reg('clint'),
      compatible: ['sifive,clint0', 'riscv,clint0'],
    },
  };
}

/** QEMU lists the last slot first, and Linux numbers what it finds in this order. */
const slotsOf = (board: BoardDescription) =>
  [...board.virtioSlots ?? range(virtioSlots.count)].sort((a, b) => b - a);

/**
 * PCI Bus Binding to IEEE 1275, and "Open Firmware Interrupt Mapping": windows for ports and 32-bit memory, no 64-bit
 * one, which a 32-bit hart could not reach; each slot's INTA..INTD turned by the slot, four slots standing for all.
 */
function pci(phandles: Phandles): Node {
  const space = { ports: 0x0100_0000, memory: 0x0200_0000 };
  const pins = range(4).flatMap((slot) => range(4).flatMap((pin) =>
    [slot << 11, 0, 0, pin + 1, phandles.plic, interruptLines.pci + (slot + pin) % 4]));
  const { pciPorts, pciMemory } = memoryMap;
  return {
    'interrupt-map-mask': [3 << 11, 0, 0, 7],
    'interrupt-map': pins,
    ranges: [
      space.ports, 0, 0, 0, pciPorts.start, 0, pciPorts.bytes,
      space.memory, 0, pciMemory.start, 0, pciMemory.start, 0, pciMemory.bytes,
    ],
    reg: reg('ecam'),
    'dma-coherent': true,
    'bus-range': [0, 0xff],
    'linux,pci-domain': 0,
    device_type: 'pci',
    compatible: 'pci-host-ecam-generic',
    '#size-cells': 2,
    '#interrupt-cells': 1,
    '#address-cells': 3,
  };
}
