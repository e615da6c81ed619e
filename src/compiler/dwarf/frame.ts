/** Writes `.debug_frame`: how to find the caller's registers from any instruction. DWARF 4, section 6.4. */
import { assert } from '../../assert.ts';
import type { FrameRow, FunctionInfo } from '../object.ts';
import { DebugBytes } from './bytes.ts';
import { DW_CFA } from './constants.ts';

/** psABI, table 1: the return address register and the stack pointer, whose DWARF numbers are the same (table 8). */
const ra = 1;
const sp = 2;
const codeAlignment = 4;
const dataAlignment = -4;

export function debugFrame(functions: readonly FunctionInfo[]): DebugBytes {
  const out = new DebugBytes();
  putEntry(out, () => {
    out.u32(0xffff_ffff); // CIE_id
    const [version, addressBytes, segmentBytes] = [4, 4, 0];
    out.u8(version);
    out.string(''); // augmentation
    out.u8(addressBytes, segmentBytes);
    out.uleb(codeAlignment);
    out.sleb(dataAlignment);
    out.uleb(ra);
    out.u8(DW_CFA.def_cfa, sp, 0);
  });
  for (const info of functions) {
    putEntry(out, () => {
      out.address('.debug_frame', 0); // the CIE
      out.address(info.section, info.offset);
      out.u32(info.size);
      putRows(out, info);
    });
  }
  return out;
}

/** An entry's length and contents, filled up with nops to whole words. */
function putEntry(out: DebugBytes, write: () => void): void {
  out.counted(() => {
    write();
    while (out.size % 4 !== 0) out.u8(DW_CFA.nop);
  });
}

function putRows(out: DebugBytes, info: FunctionInfo): void {
  let before: FrameRow = { offset: 0, cfaOffset: 0, saved: new Map() };
  for (const row of info.frame) {
    assert(row.offset >= before.offset, `${info.name}: frame rows out of order at ${row.offset}`);
    putChange(out, before, row);
    before = row;
  }
}

function putChange(out: DebugBytes, before: FrameRow, after: FrameRow): void {
  putAdvance(out, (after.offset - before.offset) / codeAlignment);
  if (after.cfaOffset !== before.cfaOffset) {
    out.u8(DW_CFA.def_cfa_offset);
    out.uleb(after.cfaOffset);
  }
  for (const [register, offset] of after.saved) {
    if (before.saved.get(register) === offset) continue;
    out.u8(DW_CFA.offset | register);
    out.uleb(offset / dataAlignment);
  }
  for (const register of before.saved.keys()) {
    if (!after.saved.has(register)) out.u8(DW_CFA.restore | register);
  }
}

function putAdvance(out: DebugBytes, units: number): void {
  if (units === 0) return;
  if (units < 64) out.u8(DW_CFA.advance_loc | units);
  else if (units < 256) out.u8(DW_CFA.advance_loc1, units);
  else {
    out.u8(DW_CFA.advance_loc4);
    out.u32(units);
  }
}
