/**
 * Loads and stores at addresses that are no multiple of their size, for harts that trap on them: done byte by byte with
 * the rights and the translation of the code that wanted them (Unprivileged ISA 20240411, section 2.6, allows both).
 */
import { AS_TRAPPED, AS_TRAPPED_FETCH, Fault, loadBytes, storeBytes } from './access.ts';
import { Frame, Hart } from './hart.ts';
import { redirect } from './redirect.ts';

const INSTRUCTION_BYTES = 4;
const OPCODE_LOAD = 0x03;
const OPCODE_STORE = 0x23;
/** funct3: the size is 1 << (its low bits), the sign is extended unless this one is set. */
const FUNCT3_SIZE = 3;
const FUNCT3_UNSIGNED = 4;
const WORD = 2;

/** What cannot be done, as for atomics, becomes S-mode's trap; so does a fault of one of the bytes, as that fault. */
export function emulateMisaligned(hart: Hart, cause: u32, tval: u32): void {
  const frame = hart.frame;
  const fault = local<Fault>();
  fault.taken = 0;
  const instruction = loadBytes(frame.mepc, INSTRUCTION_BYTES, AS_TRAPPED_FETCH, fault);
  if (fault.taken) return; // its page is gone: fetching it again says so
  const opcode = instruction & 0x7f;
  const shift = instruction >>> 12 & FUNCT3_SIZE;
  if ((opcode !== OPCODE_LOAD && opcode !== OPCODE_STORE) || shift === 0 || shift > WORD) {
    redirect(hart, cause, tval);
    return;
  }
  const size: u32 = 1 << shift;
  if (opcode === OPCODE_LOAD) load(frame, instruction, size, fault);
  else store(frame, instruction, size, fault);
  if (fault.taken) redirect(hart, fault.cause, fault.tval);
  else frame.mepc += INSTRUCTION_BYTES;
}

function load(frame: Frame, instruction: u32, size: u32, fault: Fault): void {
  const address = frame.x[instruction >>> 15 & 31] + ((instruction as i32) >> 20);
  const value = loadBytes(address, size, AS_TRAPPED, fault);
  const rd = instruction >>> 7 & 31;
  if (fault.taken || rd === 0) return;
  const isSigned = (instruction >>> 12 & FUNCT3_UNSIGNED) === 0;
  const spare = 32 - 8 * size;
  frame.x[rd] = isSigned ? ((value << spare) as i32 >> spare) as u32 : value;
}

function store(frame: Frame, instruction: u32, size: u32, fault: Fault): void {
  const offset = (instruction as i32) >> 25 << 5 | (instruction >>> 7 & 31) as i32;
  const address = frame.x[instruction >>> 15 & 31] + offset;
  storeBytes(address, size, AS_TRAPPED, fault, frame.x[instruction >>> 20 & 31]);
}
