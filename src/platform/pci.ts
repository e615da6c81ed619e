/**
 * PCI Local Bus Specification 3.0, section 6.1, figure 6-1: the configuration header, byte offsets. PCI Express Base
 * Specification, section 7.2.2: where ECAM has the 4096 bytes of a function.
 */
export const pciConfig = {
  vendor: 0x00, device: 0x02, command: 0x04, status: 0x06, revision: 0x08, classCode: 0x09,
  cacheLine: 0x0c, latency: 0x0d, headerType: 0x0e, bar0: 0x10, subsystemVendor: 0x2c, subsystem: 0x2e,
  capabilities: 0x34, interruptLine: 0x3c, interruptPin: 0x3d, minGrant: 0x3e, maxLatency: 0x3f,
  bytes: 0x100,
} as const;

/** Section 6.2.2. */
export const pciCommand = {
  IO: 1 << 0, memory: 1 << 1, master: 1 << 2, parity: 1 << 6, SERR: 1 << 8, interruptDisable: 1 << 10,
} as const;

/** Section 6.2.3. `writeToClear` are the bits that a 1 written clears. */
export const pciStatus = { interrupt: 1 << 3, capabilities: 1 << 4, writeToClear: 0xf900 } as const;

/** Section 6.2.5.1: the low bits of a base address register. */
export const pciBar = { ports: 1, portFlags: 3, memoryFlags: 15, count: 6 } as const;

/** The parts of an ECAM offset. */
export const ecam = { busShift: 20, slotShift: 15, functionShift: 12, registerMask: 0xfff } as const;

export const pciSlots = 32;

/** The bridge that QEMU's generic PCIe host has in slot 0. */
export const pciBridge = {
  vendor: 0x1b36, device: 0x0008, classCode: 0x06_0000, subsystemVendor: 0x1af4, subsystem: 0x1100,
} as const;
