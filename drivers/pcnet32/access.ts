/**
 * The two ways to the registers: by words and by double words. The number goes to RAP, the value through RDP or BDP, so
 * the owner's lock is held around each call.
 */
import { inl, inw, outl, outw } from '../../src/guest/kernel/arch/io.ts';
import {
  PCNET32_DWIO_BDP, PCNET32_DWIO_RAP, PCNET32_DWIO_RDP, PCNET32_DWIO_RESET, PCNET32_WIO_BDP, PCNET32_WIO_RAP,
  PCNET32_WIO_RDP, PCNET32_WIO_RESET,
} from './regs.ts';

/** Access to a chip in one of its modes. `port`: the first of its ports. */
export class Pcnet32Access {
  read_csr: (port: u32, index: u32) => u32;
  write_csr: (port: u32, index: u32, value: u32) => void;
  read_bcr: (port: u32, index: u32) => u32;
  write_bcr: (port: u32, index: u32, value: u32) => void;
  read_rap: (port: u32) => u32;
  write_rap: (port: u32, value: u32) => void;
  reset: (port: u32) => void;
}

export const pcnet32_wio: Pcnet32Access = {
  read_csr: pcnet32_wio_read_csr,
  write_csr: pcnet32_wio_write_csr,
  read_bcr: pcnet32_wio_read_bcr,
  write_bcr: pcnet32_wio_write_bcr,
  read_rap: pcnet32_wio_read_rap,
  write_rap: pcnet32_wio_write_rap,
  reset: pcnet32_wio_reset,
};

export const pcnet32_dwio: Pcnet32Access = {
  read_csr: pcnet32_dwio_read_csr,
  write_csr: pcnet32_dwio_write_csr,
  read_bcr: pcnet32_dwio_read_bcr,
  write_bcr: pcnet32_dwio_write_bcr,
  read_rap: pcnet32_dwio_read_rap,
  write_rap: pcnet32_dwio_write_rap,
  reset: pcnet32_dwio_reset_again,
};

/** A register number that reads back is there: any with more than one bit. */
const PROBE_INDEX = 88;

/** Whether the chip answers words. */
export function pcnet32_wio_check(port: u32): bool {
  outw(PROBE_INDEX, port + PCNET32_WIO_RAP);
  return inw(port + PCNET32_WIO_RAP) === PROBE_INDEX;
}

/** Whether it answers double words. */
export function pcnet32_dwio_check(port: u32): bool {
  outl(PROBE_INDEX, port + PCNET32_DWIO_RAP);
  return (inl(port + PCNET32_DWIO_RAP) & 0xffff) === PROBE_INDEX;
}

/** Makes a chip in word mode answer double words from now on. RAP must be at CSR0, where zeros do nothing. */
export function pcnet32_enter_dwio(port: u32): void {
  pcnet32_wio_write_rap(port, 0);
  outl(0, port + PCNET32_DWIO_RDP);
}

function pcnet32_wio_read_csr(port: u32, index: u32): u32 {
  outw(index, port + PCNET32_WIO_RAP);
  return inw(port + PCNET32_WIO_RDP);
}

function pcnet32_wio_write_csr(port: u32, index: u32, value: u32): void {
  outw(index, port + PCNET32_WIO_RAP);
  outw(value, port + PCNET32_WIO_RDP);
}

function pcnet32_wio_read_bcr(port: u32, index: u32): u32 {
  outw(index, port + PCNET32_WIO_RAP);
  return inw(port + PCNET32_WIO_BDP);
}

function pcnet32_wio_write_bcr(port: u32, index: u32, value: u32): void {
  outw(index, port + PCNET32_WIO_RAP);
  outw(value, port + PCNET32_WIO_BDP);
}

function pcnet32_wio_read_rap(port: u32): u32 {
  return inw(port + PCNET32_WIO_RAP);
}

function pcnet32_wio_write_rap(port: u32, value: u32): void {
  outw(value, port + PCNET32_WIO_RAP);
}

/** A read of the reset port resets. */
export function pcnet32_wio_reset(port: u32): void {
  inw(port + PCNET32_WIO_RESET);
}

function pcnet32_dwio_read_csr(port: u32, index: u32): u32 {
  outl(index, port + PCNET32_DWIO_RAP);
  return inl(port + PCNET32_DWIO_RDP) & 0xffff;
}

function pcnet32_dwio_write_csr(port: u32, index: u32, value: u32): void {
  outl(index, port + PCNET32_DWIO_RAP);
  outl(value, port + PCNET32_DWIO_RDP);
}

function pcnet32_dwio_read_bcr(port: u32, index: u32): u32 {
  outl(index, port + PCNET32_DWIO_RAP);
  return inl(port + PCNET32_DWIO_BDP) & 0xffff;
}

function pcnet32_dwio_write_bcr(port: u32, index: u32, value: u32): void {
  outl(index, port + PCNET32_DWIO_RAP);
  outl(value, port + PCNET32_DWIO_BDP);
}

function pcnet32_dwio_read_rap(port: u32): u32 {
  return inl(port + PCNET32_DWIO_RAP) & 0xffff;
}

function pcnet32_dwio_write_rap(port: u32, value: u32): void {
  outl(value, port + PCNET32_DWIO_RAP);
}

export function pcnet32_dwio_reset(port: u32): void {
  inl(port + PCNET32_DWIO_RESET);
}

/** Some chips answer words after it, others stay as they are: the datasheet says that only a hardware reset ends it. */
function pcnet32_dwio_reset_again(port: u32): void {
  pcnet32_dwio_reset(port);
  // RAP is 0 now.
  outl(0, port + PCNET32_DWIO_RDP);
}
