/**
 * Reads `.debug_line`, ours and that of C compilers: DWARF versions 2 to 5, section 6.2 of each. What it does not know
 * it steps over by the lengths that the format gives.
 */
import { DW_LNE, DW_LNS } from './constants.ts';

/** Code from `start` up to but not including `end` comes from this place. Column 0 is none. */
export interface LineRange {
  readonly start: number;
  readonly end: number;
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Contents of the sections that a line table consists of. */
export interface LineSections {
  readonly line: Uint8Array;
  readonly lineStrings: Uint8Array;
  readonly strings: Uint8Array;
}

/** All ranges, in the order of the file. */
export function readLineTable(sections: LineSections): LineRange[] {
  const reader = new Reader(sections.line);
  const ranges: LineRange[] = [];
  while (reader.at < sections.line.length) {
    const end = reader.u32() + reader.at;
    readUnit(reader, end, sections, ranges);
    reader.at = end;
  }
  return ranges;
}

class Reader {
  at = 0;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  u8(): number {
    return this.#view.getUint8(this.at++);
  }

  i8(): number {
    return (this.u8() << 24) >> 24;
  }

  u16(): number {
    return this.u8() | (this.u8() << 8);
  }

  u32(): number {
    this.at += 4;
    return this.#view.getUint32(this.at - 4, true);
  }

  uleb(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.u8();
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
  }

  sleb(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.u8();
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return (byte & 64) === 0 ? value : value - 2 ** (shift + 7);
    }
  }

  string(): string {
    const start = this.at;
    this.at = this.#bytes.indexOf(0, start) + 1;
    return decoder.decode(this.#bytes.subarray(start, this.at - 1));
  }
}

const decoder = new TextDecoder();

interface UnitHeader {
  readonly minimumInstructionLength: number;
  readonly lineBase: number;
  readonly lineRange: number;
  /** How many operands each standard opcode has, from opcode 1. */
  readonly operandCounts: readonly number[];
  readonly fileName: (number: number) => string;
}

function readUnit(reader: Reader, end: number, sections: LineSections, ranges: LineRange[]): void {
  const version = reader.u16();
  if (version < 2 || version > 5) return;
  if (version === 5) reader.at += 2; // sizes of addresses and of segment selectors
  const programAt = reader.u32() + reader.at;
  const minimumInstructionLength = reader.u8();
  if (version >= 4) reader.u8(); // operations in an instruction, for VLIW
  reader.u8(); // default of is_stmt
  const [lineBase, lineRange, opcodeBase] = [reader.i8(), reader.u8(), reader.u8()];
  const operandCounts = Array.from({ length: opcodeBase - 1 }, () => reader.u8());
  const fileName = version === 5 ? readTables5(reader, sections) : readTables(reader);
  reader.at = programAt;
  runProgram(reader, end, { minimumInstructionLength, lineBase, lineRange, operandCounts, fileName }, ranges);
}

const join = (folder: string | undefined, name: string) =>
  (folder === undefined || folder === '' || folder === '.' || name.startsWith('/') ? name : `${folder}/${name}`);

/** Up to version 4: strings ended by an empty one; file 1 is the first, folder 0 that of the compilation. */
function readTables(reader: Reader): UnitHeader['fileName'] {
  const folders = [''];
  for (let name = reader.string(); name !== ''; name = reader.string()) folders.push(name);
  const files: string[] = [''];
  for (let name = reader.string(); name !== ''; name = reader.string()) {
    files.push(join(folders[reader.uleb()], name));
    reader.uleb(); // time of modification
    reader.uleb(); // length
  }
  return (number) => files[number] ?? '';
}

/** Version 5: tables whose rows say how they are written; file 0 is the unit's, folder 0 that of the compilation. */
function readTables5(reader: Reader, sections: LineSections): UnitHeader['fileName'] {
  const folders = readRows(reader, sections).map(({ path }) => path);
  const files = readRows(reader, sections)
    .map(({ path, folder }) => (folder === 0 ? path : join(folders[folder], path)));
  return (number) => files[number] ?? '';
}

/** DW_LNCT_path and DW_LNCT_directory_index. */
const contentPath = 1;
const contentFolder = 2;

function readRows(reader: Reader, sections: LineSections): { path: string; folder: number }[] {
  const formats = Array.from({ length: reader.u8() }, () => ({ content: reader.uleb(), form: reader.uleb() }));
  return Array.from({ length: reader.uleb() }, () => {
    const values = new Map(formats.map(({ content, form }) => [content, readForm(reader, form, sections)]));
    return { path: String(values.get(contentPath) ?? ''), folder: Number(values.get(contentFolder) ?? 0) };
  });
}

/** DW_FORM string, line_strp, strp, udata, data1, data2, and data16 (a checksum). */
function readForm(reader: Reader, form: number, { lineStrings, strings }: LineSections): string | number {
  const stringAt = (bytes: Uint8Array) => {
    const other = new Reader(bytes);
    other.at = reader.u32();
    return other.string();
  };
  switch (form) {
    case 0x08: return reader.string();
    case 0x1f: return stringAt(lineStrings);
    case 0x0e: return stringAt(strings);
    case 0x0f: return reader.uleb();
    case 0x0b: return reader.u8();
    case 0x05: return reader.u16();
    case 0x1e: {
      reader.at += 16;
      return 0;
    }
    default: return 0;
  }
}

interface Row { address: number; file: number; line: number; column: number }

/** The state machine of section 6.2.2. A row lasts until the next of its sequence. */
function runProgram(reader: Reader, end: number, header: UnitHeader, ranges: LineRange[]): void {
  const start = (): Row => ({ address: 0, file: 1, line: 1, column: 0 });
  let state = start();
  let last: Row | undefined;
  const emit = (next: Row | undefined) => {
    if (last && state.address > last.address) {
      const { address, file, line, column } = last;
      ranges.push({ start: address, end: state.address, file: header.fileName(file), line, column });
    }
    last = next;
  };
  const opcodeBase = header.operandCounts.length + 1;
  const advance = (units: number) => {
    state.address = (state.address + units * header.minimumInstructionLength) >>> 0;
  };
  while (reader.at < end) {
    const opcode = reader.u8();
    if (opcode >= opcodeBase) {
      advance(Math.floor((opcode - opcodeBase) / header.lineRange));
      state.line += header.lineBase + ((opcode - opcodeBase) % header.lineRange);
      emit({ ...state });
    } else if (opcode === 0) {
      const length = reader.uleb();
      const next = reader.at + length;
      const extended = reader.u8();
      if (extended === DW_LNE.set_address) state.address = reader.u32();
      if (extended === DW_LNE.end_sequence) {
        emit(undefined);
        state = start();
      }
      reader.at = next;
    } else {
      runStandard(reader, opcode, header, { state, advance, emit });
    }
  }
}

/** What an opcode acts on. */
interface Machine { readonly state: Row; advance(units: number): void; emit(row: Row): void }

function runStandard(reader: Reader, opcode: number, header: UnitHeader, { state, advance, emit }: Machine): void {
  switch (opcode) {
    case DW_LNS.copy: return emit({ ...state });
    case DW_LNS.advance_pc: return advance(reader.uleb());
    case DW_LNS.advance_line: {
      state.line += reader.sleb();
      return undefined;
    }
    case DW_LNS.set_file: {
      state.file = reader.uleb();
      return undefined;
    }
    case DW_LNS.set_column: {
      state.column = reader.uleb();
      return undefined;
    }
    case DW_LNS.const_add_pc: return advance(Math.floor((255 - header.operandCounts.length - 1) / header.lineRange));
    case DW_LNS.fixed_advance_pc: {
      state.address = (state.address + reader.u16()) >>> 0;
      return undefined;
    }
    default: {
      for (let count = header.operandCounts[opcode - 1]!; count > 0; count--) reader.uleb();
      return undefined;
    }
  }
}
