/**
 * An empty FAT16 file system, for guests that want a disk: Microsoft Extensible Firmware Initiative FAT32 File System
 * Specification 1.03, "Boot Sector and BPB".
 */
const sectorBytes = 512, reserved = 1, tables = 2, rootEntries = 512, clusterSectors = 4;
const mediaFixed = 0xf8;

/** A disk image of so many bytes: 16 MiB gives a FAT16 (4,085 to 65,524 clusters). */
export function emptyFat16(bytes: number): Uint8Array {
  const image = new Uint8Array(bytes);
  const sectors = bytes / sectorBytes;
  const tableSectors = Math.ceil(((sectors / clusterSectors) + 2) * 2 / sectorBytes);
  image.set(bootSector(sectors, tableSectors));
  for (let table = 0; table < tables; table++) {
    // The first two entries belong to no cluster: the medium, and an end mark.
    image.set([mediaFixed, 0xff, 0xff, 0xff], (reserved + table * tableSectors) * sectorBytes);
  }
  return image;
}

function bootSector(sectors: number, tableSectors: number): Uint8Array {
  const sector = new Uint8Array(sectorBytes);
  const view = new DataView(sector.buffer);
  sector.set([0xeb, 0x3c, 0x90]); // BS_jmpBoot
  const text = (at: number, value: string) => sector.set(new TextEncoder().encode(value), at);
  text(3, 'NOOKS   '); // BS_OEMName
  view.setUint16(11, sectorBytes, true);
  view.setUint8(13, clusterSectors);
  view.setUint16(14, reserved, true);
  view.setUint8(16, tables);
  view.setUint16(17, rootEntries, true);
  view.setUint16(19, sectors < 0x1_0000 ? sectors : 0, true); // BPB_TotSec16
  view.setUint8(21, mediaFixed);
  view.setUint16(22, tableSectors, true); // BPB_FATSz16
  view.setUint16(24, 32, true); // BPB_SecPerTrk
  view.setUint16(26, 64, true); // BPB_NumHeads
  view.setUint32(32, sectors < 0x1_0000 ? 0 : sectors, true); // BPB_TotSec32
  view.setUint8(36, 0x80); // BS_DrvNum
  view.setUint8(38, 0x29); // BS_BootSig: what follows is there
  view.setUint32(39, 0x6e6b73, true); // BS_VolID
  text(43, 'NO NAME    ');
  text(54, 'FAT16   ');
  view.setUint16(510, 0xaa55, true);
  return sector;
}
