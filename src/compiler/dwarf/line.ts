/**
 * Writes `.debug_line`: which instruction came from which line. DWARF 4, section 6.2. Each function is a sequence of
 * its own, so that a table of several objects says nothing about code without lines between them.
 */
import type { FunctionInfo, LineRow, ObjectModule } from '../object.ts';
import { DebugBytes } from './bytes.ts';
import { DW_LNE, DW_LNS } from './constants.ts';

/** Special opcodes advance the address by `(opcode - opcodeBase) / lineRange`, the line by `% lineRange + lineBase`. */
const lineBase = -5;
const lineRange = 14;
const opcodeBase = 13;
/** How many operands the standard opcodes 1 to 12 have. */
const operandCounts = [0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1];

/** The numbers of source files, from 1 in the order first asked for, shared with `.debug_info`. */
export class FileTable {
  readonly #numbers = new Map<string, number>();

  number(file: string): number {
    const known = this.#numbers.get(file);
    if (known !== undefined) return known;
    this.#numbers.set(file, this.#numbers.size + 1);
    return this.#numbers.size;
  }

  get names(): readonly string[] {
    return [...this.#numbers.keys()];
  }
}

/** To be called last: the header lists all files that `files` was asked for. */
export function debugLine(module: ObjectModule, files: FileTable): DebugBytes {
  const rows = rowsBySection(module.lines);
  for (const { file } of module.lines) files.number(file);
  const out = new DebugBytes();
  out.counted(() => {
    out.u16(4);
    out.counted(() => putHeader(out, files));
    for (const info of module.functions) {
      const own = rowsOf(info, rows.get(info.section) ?? []);
      if (own.length > 0) putSequence(out, info, own, files);
    }
  });
  return out;
}

function putHeader(out: DebugBytes, files: FileTable): void {
  const [minimumInstructionLength, maximumOperations, defaultIsStatement] = [1, 1, 1];
  out.u8(minimumInstructionLength, maximumOperations, defaultIsStatement, lineBase & 255, lineRange, opcodeBase);
  out.u8(...operandCounts);
  out.u8(0); // no include directories: names are relative to the compilation directory
  for (const name of files.names) {
    out.string(name);
    const [directory, modified, length] = [0, 0, 0];
    out.u8(directory, modified, length);
  }
  out.u8(0);
}

/** The rows of each section by offset; of several for one offset the last holds. */
function rowsBySection(lines: readonly LineRow[]): ReadonlyMap<string, readonly LineRow[]> {
  const sections = new Map<string, LineRow[]>();
  for (const row of lines) {
    const rows = sections.get(row.section);
    if (rows) rows.push(row);
    else sections.set(row.section, [row]);
  }
  for (const [name, rows] of sections) {
    const sorted = rows.sort((a, b) => a.offset - b.offset);
    sections.set(name, sorted.filter(({ offset }, index) => offset !== sorted[index + 1]?.offset));
  }
  return sections;
}

function rowsOf({ offset, size }: FunctionInfo, rows: readonly LineRow[]): readonly LineRow[] {
  const from = firstFrom(rows, offset);
  const to = firstFrom(rows, offset + size);
  return rows.slice(from, to);
}

/** The index of the first row at `offset` or behind. */
function firstFrom(rows: readonly LineRow[], offset: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (rows[middle]!.offset < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The state machine starts at file 1, line 1, column 0. */
function putSequence(out: DebugBytes, info: FunctionInfo, rows: readonly LineRow[], files: FileTable): void {
  let [file, line, column] = [1, 1, 0];
  let at = rows[0]!.offset;
  out.u8(0, 5, DW_LNE.set_address);
  out.address(info.section, at);
  for (const row of rows) {
    const number = files.number(row.file);
    if (number !== file) {
      out.u8(DW_LNS.set_file);
      out.uleb(number);
    }
    if (row.column !== column) {
      out.u8(DW_LNS.set_column);
      out.uleb(row.column);
    }
    putAdvance(out, row.offset - at, row.line - line);
    ({ line, column } = row);
    file = number;
    at = row.offset;
  }
  out.u8(DW_LNS.advance_pc);
  out.uleb(info.offset + info.size - at);
  out.u8(0, 1, DW_LNE.end_sequence);
}

/** Advances and adds a row, by a special opcode where one fits. */
function putAdvance(out: DebugBytes, bytes: number, lines: number): void {
  const special = lines - lineBase + lineRange * bytes + opcodeBase;
  if (lines >= lineBase && lines < lineBase + lineRange && special <= 255) return out.u8(special);
  if (bytes > 0) {
    out.u8(DW_LNS.advance_pc);
    out.uleb(bytes);
  }
  if (lines !== 0) {
    out.u8(DW_LNS.advance_line);
    out.sleb(lines);
  }
  out.u8(DW_LNS.copy);
}
