import { ro, rw, wo } from './registers.ts';

/** Virtual I/O Device (VIRTIO) 1.2, section 4.2.2, table 4.1: the MMIO device register layout, version 2. */
export const virtioRegisters = {
  MagicValue: ro(0x000, '"virt"'),
  Version: ro(0x004, 'device version number'),
  DeviceID: ro(0x008, 'virtio subsystem device ID'),
  VendorID: ro(0x00c, 'virtio subsystem vendor ID'),
  DeviceFeatures: ro(0x010, 'flags representing features the device supports'),
  DeviceFeaturesSel: wo(0x014, 'device features word selection'),
  DriverFeatures: wo(0x020, 'flags representing features understood and activated by the driver'),
  DriverFeaturesSel: wo(0x024, 'activated features word selection'),
  QueueSel: wo(0x030, 'virtqueue index'),
  QueueNumMax: ro(0x034, 'maximum virtqueue size'),
  QueueNum: wo(0x038, 'virtqueue size'),
  QueueReady: rw(0x044, 'virtqueue ready bit'),
  QueueNotify: wo(0x050, 'queue notifier'),
  InterruptStatus: ro(0x060, 'interrupt status'),
  InterruptACK: wo(0x064, 'interrupt acknowledge'),
  Status: rw(0x070, 'device status'),
  QueueDescLow: wo(0x080, 'descriptor area'),
  QueueDescHigh: wo(0x084, 'descriptor area, upper half'),
  QueueDriverLow: wo(0x090, 'driver area'),
  QueueDriverHigh: wo(0x094, 'driver area, upper half'),
  QueueDeviceLow: wo(0x0a0, 'device area'),
  QueueDeviceHigh: wo(0x0a4, 'device area, upper half'),
  SHMLenLow: ro(0x0b0, 'shared memory region length'),
  SHMLenHigh: ro(0x0b4, 'shared memory region length, upper half'),
  SHMBaseLow: ro(0x0b8, 'shared memory region address'),
  SHMBaseHigh: ro(0x0bc, 'shared memory region address, upper half'),
  ConfigGeneration: ro(0x0fc, 'configuration atomicity value'),
} as const;

/**
 * Section 4.2.4, table 4.2: the legacy layout, version 1, which QEMU's board has unless told otherwise. The features
 * are called HostFeatures and GuestFeatures there.
 */
export const virtioLegacyRegisters = {
  MagicValue: virtioRegisters.MagicValue, Version: virtioRegisters.Version, DeviceID: virtioRegisters.DeviceID,
  VendorID: virtioRegisters.VendorID,
  DeviceFeatures: virtioRegisters.DeviceFeatures, DeviceFeaturesSel: virtioRegisters.DeviceFeaturesSel,
  DriverFeatures: virtioRegisters.DriverFeatures, DriverFeaturesSel: virtioRegisters.DriverFeaturesSel,
  GuestPageSize: wo(0x028, 'guest page size'),
  QueueSel: virtioRegisters.QueueSel, QueueNumMax: virtioRegisters.QueueNumMax, QueueNum: virtioRegisters.QueueNum,
  QueueAlign: wo(0x03c, 'used ring alignment'),
  QueuePFN: rw(0x040, 'guest physical page number of the virtqueue'),
  QueueNotify: virtioRegisters.QueueNotify,
  InterruptStatus: virtioRegisters.InterruptStatus, InterruptACK: virtioRegisters.InterruptACK,
  Status: virtioRegisters.Status,
} as const;

/** Where the configuration space of the device begins. */
export const virtioConfigAt = 0x100;

export const virtioMagic = 0x7472_6976;
export const virtioVersions = { legacy: 1, current: 2 } as const;
export type VirtioVersion = typeof virtioVersions[keyof typeof virtioVersions];
/** What QEMU's board answers: "QEMU". */
export const virtioVendor = 0x554d_4551;
/** Section 5: device types. 0 is the ID of an empty slot. */
export const virtioDevice = { none: 0, block: 2 } as const;

/** Section 2.1: device status field. */
export const virtioStatus = {
  ACKNOWLEDGE: 1, DRIVER: 2, DRIVER_OK: 4, FEATURES_OK: 8, DEVICE_NEEDS_RESET: 64, FAILED: 128,
} as const;

/** Section 4.2.2, InterruptStatus. */
export const virtioInterrupt = { usedBuffer: 1, configurationChange: 2 } as const;

/** Feature bits 0..31, masks of DeviceFeatures with DeviceFeaturesSel 0. Section 5.2.3 and section 6. */
export const virtioFeature = {
  BLK_SEG_MAX: 1 << 2, BLK_RO: 1 << 5, BLK_BLK_SIZE: 1 << 6, BLK_FLUSH: 1 << 9, RING_INDIRECT_DESC: 1 << 28,
} as const;
/** Feature bits 32..63, masks with DeviceFeaturesSel 1. */
export const virtioFeatureHigh = { VERSION_1: 1 << 0 } as const;

/** Section 2.7.5: struct virtq_desc. */
export const descriptor = { addr: 0, addrHigh: 4, len: 8, flags: 12, next: 14, bytes: 16 } as const;
export const descriptorFlag = { NEXT: 1, WRITE: 2, INDIRECT: 4 } as const;

/** Section 2.7.6: struct virtq_avail, entries of 2 bytes. */
export const availableRing = { flags: 0, idx: 2, ring: 4, entryBytes: 2, NO_INTERRUPT: 1 } as const;
/** Section 2.7.8: struct virtq_used, entries of id and len. */
export const usedRing = { flags: 0, idx: 2, ring: 4, entryBytes: 8 } as const;

/** Section 5.2.6: struct virtio_blk_req: type, reserved, sector, then data, then one byte of status. */
export const blockRequest = {
  type: 0, sector: 8, headerBytes: 16,
  IN: 0, OUT: 1, FLUSH: 4, GET_ID: 8,
  idBytes: 20,
  OK: 0, IOERR: 1, UNSUPP: 2,
} as const;

/** Section 5.2.4: struct virtio_blk_config, the fields in use. */
export const blockConfig = { capacity: 0, capacityHigh: 4, seg_max: 12, blk_size: 20, bytes: 24 } as const;

export const sectorBytes = 512;
