/**
 * The serial EEPROM, a Microwire part of 64 or 256 words that software clocks by EECD: manual, sections 5.3 and 13.4.4;
 * the 93C46's datasheet, "instruction set"; Linux 2.4, drivers/net/e1000/e1000_hw.c.
 */
import {
  E1000Hw, E1000_ERR_EEPROM, E1000_READ_REG, E1000_WRITE_FLUSH, E1000_WRITE_REG, usec_delay,
} from './hw.ts';
import {
  E1000_EECD, E1000_EECD_CS, E1000_EECD_DI, E1000_EECD_DO, E1000_EECD_GNT, E1000_EECD_PRES, E1000_EECD_REQ,
  E1000_EECD_SIZE, E1000_EECD_SK,
} from './regs.ts';

/** Words: section 5.6. */
export const EEPROM_NODE_ADDRESS_WORD = 0x00;
const EEPROM_PBA_BYTE_1 = 0x08;
export const EEPROM_INIT_CONTROL2_REG = 0x0f;
export const EEPROM_CHECKSUM_REG = 0x3f;
/** What the words up to and with the checksum add up to. */
const EEPROM_SUM = 0xbaba;
/** Initialization control word 2: what PAUSE the station offers. */
export const EEPROM_WORD0F_PAUSE_MASK = 0x3000;
export const EEPROM_WORD0F_ASM_DIR = 0x2000;

const EEPROM_READ_OPCODE_MICROWIRE = 6;
const OPCODE_BITS = 3;
/** Half a period of the chip's clock, which has at most 1 MHz. */
const DELAY_USEC = 1;
const E1000_EEPROM_GRANT_ATTEMPTS = 1000;

/** Finds out whether there is an EEPROM, and its size. */
export function e1000_init_eeprom_params(hw: E1000Hw): i32 {
  const eecd = E1000_READ_REG(hw, E1000_EECD);
  if ((eecd & E1000_EECD_PRES) === 0) return -E1000_ERR_EEPROM;
  const large = (eecd & E1000_EECD_SIZE) !== 0;
  hw.eeprom_address_bits = large ? 8 : 6;
  hw.eeprom_words = large ? 256 : 64;
  return 0;
}

/** Reads `words` words from `offset` on: 0 or -E1000_ERR_EEPROM. @out data */
export function e1000_read_eeprom(hw: E1000Hw, offset: u32, words: u32, data: Ptr<u16>): i32 {
  if (words === 0 || offset >= hw.eeprom_words || words > hw.eeprom_words - offset) return -E1000_ERR_EEPROM;
  if (e1000_acquire_eeprom(hw) !== 0) return -E1000_ERR_EEPROM;
  for (let i: u32 = 0; i < words; i++) {
    e1000_shift_out_ee_bits(hw, EEPROM_READ_OPCODE_MICROWIRE, OPCODE_BITS);
    e1000_shift_out_ee_bits(hw, offset + i, hw.eeprom_address_bits);
    data[i] = e1000_shift_in_ee_bits(hw, 16) as u16;
    e1000_standby_eeprom(hw);
  }
  e1000_release_eeprom(hw);
  return 0;
}

/** Whether what the EEPROM holds is whole: 0 or -E1000_ERR_EEPROM. */
export function e1000_validate_eeprom_checksum(hw: E1000Hw): i32 {
  const word = local<Arr<u16, 1>>();
  let checksum: u32 = 0;
  for (let i: u32 = 0; i <= EEPROM_CHECKSUM_REG; i++) {
    if (e1000_read_eeprom(hw, i, 1, word) < 0) return -E1000_ERR_EEPROM;
    checksum += word[0];
  }
  return (checksum & 0xffff) === EEPROM_SUM ? 0 : -E1000_ERR_EEPROM;
}

/** The station's address as the factory gave it, to mac_addr and perm_mac_addr. */
export function e1000_read_mac_addr(hw: E1000Hw): i32 {
  const word = local<Arr<u16, 1>>();
  for (let i: u32 = 0; i < 6; i += 2) {
    if (e1000_read_eeprom(hw, EEPROM_NODE_ADDRESS_WORD + i / 2, 1, word) < 0) return -E1000_ERR_EEPROM;
    hw.perm_mac_addr[i] = (word[0] & 0xff) as u8;
    hw.perm_mac_addr[i + 1] = (word[0] >>> 8) as u8;
  }
  for (let i: u32 = 0; i < 6; i++) hw.mac_addr[i] = hw.perm_mac_addr[i];
  return 0;
}

/** The printed board assembly's number: section 5.6.6. @out part_num */
export function e1000_read_part_num(hw: E1000Hw, part_num: Ptr<u32>): i32 {
  const word = local<Arr<u16, 2>>();
  if (e1000_read_eeprom(hw, EEPROM_PBA_BYTE_1, 2, ptr(word[0])) < 0) return -E1000_ERR_EEPROM;
  part_num[0] = word[0] << 16 | word[1];
  return 0;
}

/** Asks for the EEPROM, which the controller reads too, and selects it. */
function e1000_acquire_eeprom(hw: E1000Hw): i32 {
  let eecd = E1000_READ_REG(hw, E1000_EECD) | E1000_EECD_REQ;
  E1000_WRITE_REG(hw, E1000_EECD, eecd);
  eecd = E1000_READ_REG(hw, E1000_EECD);
  for (let i: u32 = 0; (eecd & E1000_EECD_GNT) === 0 && i < E1000_EEPROM_GRANT_ATTEMPTS; i++) {
    usec_delay(5);
    eecd = E1000_READ_REG(hw, E1000_EECD);
  }
  if ((eecd & E1000_EECD_GNT) === 0) {
    E1000_WRITE_REG(hw, E1000_EECD, eecd & ~E1000_EECD_REQ);
    return -E1000_ERR_EEPROM;
  }
  // Clock and data low, then the chip is selected.
  eecd &= ~(E1000_EECD_DI | E1000_EECD_SK);
  E1000_WRITE_REG(hw, E1000_EECD, eecd);
  E1000_WRITE_REG(hw, E1000_EECD, eecd | E1000_EECD_CS);
  return 0;
}

/** Deselects and selects it, between instructions. */
function e1000_standby_eeprom(hw: E1000Hw): void {
  let eecd = E1000_READ_REG(hw, E1000_EECD) & ~(E1000_EECD_CS | E1000_EECD_SK);
  e1000_write_eecd(hw, eecd);
  eecd |= E1000_EECD_SK;
  e1000_write_eecd(hw, eecd);
  eecd |= E1000_EECD_CS;
  e1000_write_eecd(hw, eecd);
  eecd &= ~E1000_EECD_SK;
  e1000_write_eecd(hw, eecd);
}

function e1000_release_eeprom(hw: E1000Hw): void {
  let eecd = E1000_READ_REG(hw, E1000_EECD) & ~(E1000_EECD_CS | E1000_EECD_DI);
  E1000_WRITE_REG(hw, E1000_EECD, eecd);
  e1000_raise_ee_clk(hw);
  e1000_lower_ee_clk(hw);
  eecd = E1000_READ_REG(hw, E1000_EECD) & ~E1000_EECD_REQ;
  E1000_WRITE_REG(hw, E1000_EECD, eecd);
}

/** Sends the low `count` bits of `data`, the highest first. */
function e1000_shift_out_ee_bits(hw: E1000Hw, data: u32, count: u32): void {
  let eecd = E1000_READ_REG(hw, E1000_EECD) & ~(E1000_EECD_DO | E1000_EECD_DI);
  for (let mask: u32 = 1 << (count - 1); mask !== 0; mask >>>= 1) {
    eecd &= ~E1000_EECD_DI;
    if (data & mask) eecd |= E1000_EECD_DI;
    e1000_write_eecd(hw, eecd);
    e1000_raise_ee_clk(hw);
    e1000_lower_ee_clk(hw);
  }
  E1000_WRITE_REG(hw, E1000_EECD, eecd & ~E1000_EECD_DI);
}

function e1000_shift_in_ee_bits(hw: E1000Hw, count: u32): u32 {
  let data: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    e1000_raise_ee_clk(hw);
    data <<= 1;
    if (E1000_READ_REG(hw, E1000_EECD) & E1000_EECD_DO) data |= 1;
    e1000_lower_ee_clk(hw);
  }
  return data;
}

function e1000_raise_ee_clk(hw: E1000Hw): void {
  e1000_write_eecd(hw, E1000_READ_REG(hw, E1000_EECD) | E1000_EECD_SK);
}

function e1000_lower_ee_clk(hw: E1000Hw): void {
  e1000_write_eecd(hw, E1000_READ_REG(hw, E1000_EECD) & ~E1000_EECD_SK);
}

function e1000_write_eecd(hw: E1000Hw, eecd: u32): void {
  E1000_WRITE_REG(hw, E1000_EECD, eecd);
  E1000_WRITE_FLUSH(hw);
  usec_delay(DELAY_USEC);
}
