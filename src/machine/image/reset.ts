/**
 * The code at the reset address, as QEMU's virt board has it (hw/riscv/boot.c, riscv_setup_rom_reset_vec): every hart
 * enters the first image with a0 = mhartid, a1 = the device tree, a2 = the `fw_dynamic_info` that firmware built as
 * OpenSBI's fw_dynamic reads (include/sbi/fw_dynamic.h).
 */
import { byMnemonic, encode } from '../../isa/instruction.ts';
import { registerNumber } from '../../isa/registers.ts';
import { assert } from '../../assert.ts';

/** struct fw_dynamic_info: words in this order. */
const FW_DYNAMIC_INFO_MAGIC_VALUE = 0x4942_534f; // "OSBI"
const FW_DYNAMIC_INFO_VERSION_2 = 2;
const FW_DYNAMIC_INFO_NEXT_MODE_S = 1;

/** CSR number of mhartid. */
const mhartid = 0xf14;

/** Byte offsets in the reset vector: six instructions, then the words they load. */
const places = { start: 24, deviceTree: 32, info: 40 } as const;

export interface Destinations {
  /** Where the harts go first: firmware, or the program itself when there is none. */
  readonly start: number;
  /** Where firmware is to go next, in S-mode. */
  readonly next: number;
  readonly deviceTree: number;
}

/** The bytes that lie at the reset address. Addresses are physical; the upper halves QEMU keeps for RV64 stay zero. */
export function resetVector({ start, next, deviceTree }: Destinations): Uint8Array {
  const words = [
    instruction('auipc', { rd: 't0', imm: 0 }),
    instruction('addi', { rd: 'a2', rs1: 't0', imm: places.info }),
    instruction('csrrs', { rd: 'a0', imm: mhartid }),
    instruction('lw', { rd: 'a1', rs1: 't0', imm: places.deviceTree }),
    instruction('lw', { rd: 't0', rs1: 't0', imm: places.start }),
    instruction('jalr', { rs1: 't0', imm: 0 }),
    start, 0,
    deviceTree, 0,
    FW_DYNAMIC_INFO_MAGIC_VALUE, FW_DYNAMIC_INFO_VERSION_2, next, FW_DYNAMIC_INFO_NEXT_MODE_S,
    0, // options
    0, // boot_hart
  ];
  const bytes = new Uint8Array(words.length * 4);
  const view = new DataView(bytes.buffer);
  words.forEach((word, index) => view.setUint32(index * 4, word, true));
  return bytes;
}

function instruction(mnemonic: string, { rd = 'zero', rs1 = 'zero', imm }:
    { rd?: string; rs1?: string; imm: number }): number {
  const encoding = byMnemonic.get(mnemonic);
  assert(encoding, `${mnemonic} is in the table of encodings`);
  return encode({ encoding, rd: registerNumber(rd)!, rs1: registerNumber(rs1)!, rs2: 0, imm });
}
