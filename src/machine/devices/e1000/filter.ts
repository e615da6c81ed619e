/** Which frames the 82540EM takes: section 3.2.1 and the registers of section 13.5. */
import { CTRL, RAH, RCTL } from '../../../platform/e1000.ts';
import { ethernet, isBroadcast } from '../../peers/ethernet.ts';

export interface FilterState {
  readonly RCTL: number;
  readonly CTRL: number;
  readonly VET: number;
  /** Low and high words of the sixteen receive addresses. */
  readonly RA: Int32Array;
  readonly MTA: Int32Array;
  readonly VFTA: Int32Array;
}

/** Bits of the destination that index the multicast table, by RCTL.MO: 47..36, 46..35, 45..34, 43..32. */
const multicastShifts = [4, 3, 2, 0] as const;
const receiveAddresses = 16;
const pauseAddress = [0x01, 0x80, 0xc2, 0x00, 0x00, 0x01] as const;

/** A frame's VLAN tag; undefined when it has none. */
export function vlanTag(frame: Uint8Array, type: number): number | undefined {
  const found = frame[ethernet.type]! << 8 | frame[ethernet.type + 1]!;
  return found === (type & 0xffff) && frame.length >= 18 ? frame[14]! << 8 | frame[15]! : undefined;
}

export function accepts(state: FilterState, frame: Uint8Array): boolean {
  return acceptsVlan(state, frame) && acceptsDestination(state, frame);
}

function acceptsDestination(state: FilterState, frame: Uint8Array): boolean {
  const control = state.RCTL;
  if (isBroadcast(frame)) return (control & (RCTL.BAM | RCTL.MPE)) !== 0 || isOwn(state.RA, frame);
  if (isPause(frame)) return !(control & RCTL.DPF) && (state.CTRL & CTRL.RFCE) !== 0;
  if (frame[0]! & 1) {
    return (control & RCTL.MPE) !== 0 || isOwn(state.RA, frame) || isInTable(state, frame);
  }
  return (control & RCTL.UPE) !== 0 || isOwn(state.RA, frame);
}

const isPause = (frame: Uint8Array) => pauseAddress.every((byte, at) => frame[at] === byte);

function isOwn(RA: Int32Array, frame: Uint8Array): boolean {
  const low = frame[0]! | frame[1]! << 8 | frame[2]! << 16 | frame[3]! << 24;
  const high = frame[4]! | frame[5]! << 8;
  for (let index = 0; index < receiveAddresses; index++) {
    const upper = RA[index * 2 + 1]!;
    if (upper & RAH.AV && !(upper & RAH.AS) && RA[index * 2] === low && (upper & 0xffff) === high) return true;
  }
  return false;
}

/** Section 13.5.1: 12 bits of the address, the upper seven choose a word and the lower five a bit. */
function isInTable({ RCTL: control, MTA }: FilterState, frame: Uint8Array): boolean {
  const shift = multicastShifts[control >>> RCTL.multicastShift & 3]!;
  const index = (frame[5]! << 8 | frame[4]!) >>> shift & 0xfff;
  return (MTA[index >>> 5]! >>> (index & 31) & 1) !== 0;
}

/** Section 9.3: with VFE set, a tagged frame must be in the table, and the canonical form bit as RCTL has it. */
function acceptsVlan({ RCTL: control, VET, VFTA }: FilterState, frame: Uint8Array): boolean {
  if (!(control & RCTL.VFE)) return true;
  const tag = vlanTag(frame, VET);
  if (tag === undefined) return true;
  if (control & RCTL.CFIEN && (tag >>> 12 & 1) !== (control & RCTL.CFI ? 1 : 0)) return false;
  const vlan = tag & 0xfff;
  return (VFTA[vlan >>> 5]! >>> (vlan & 31) & 1) !== 0;
}
