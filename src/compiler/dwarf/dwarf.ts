/**
 * Debug information for gdb and our own tools: DWARF version 4, one compilation unit for a module.
 *
 * Addresses are relocations against the module's sections, so that the same bytes serve a relocatable object and, once
 * relocated, a linked image. The unit's base address is 0 and its code is listed as ranges, since code lies in several
 * sections.
 */
import type { FunctionInfo, Location, ObjectModule, Relocation, Section, Variable } from '../object.ts';
import { StringTable } from '../elf/strings.ts';
import { DebugBytes } from './bytes.ts';
import { DW_LANG_C99, DW_OP } from './constants.ts';
import { debugInfo } from './entries.ts';
import type { Attribute, Entry, Value } from './entries.ts';
import { debugFrame } from './frame.ts';
import { FileTable, debugLine } from './line.ts';
import { TypeTable } from './types.ts';

export interface DebugSection {
  readonly name: string;
  readonly align: number;
  readonly bytes: Uint8Array;
  readonly relocations: readonly Relocation[];
}

/** The debug sections of a module; none where there is nothing to tell, as in one that another compiler made. */
export function debugSections(module: ObjectModule): DebugSection[] {
  if (module.functions.length === 0 && module.structs.length === 0 && module.globals.length === 0) return [];
  const strings = new StringTable();
  const files = new FileTable();
  const lists = new Lists();
  const { info, abbrev } = debugInfo(unitOf(module, files, lists), (text) => strings.offset(text));
  const section = (name: string, out: DebugBytes, align = 1): DebugSection =>
    ({ name, align, bytes: out.bytes, relocations: out.relocations });
  return [
    section('.debug_info', info), section('.debug_abbrev', abbrev), section('.debug_loc', lists.locations),
    section('.debug_ranges', lists.ranges), section('.debug_line', debugLine(module, files)),
    section('.debug_frame', debugFrame(module.functions), 4),
    { name: '.debug_str', align: 1, bytes: strings.bytes, relocations: [] },
  ];
}

/** `.debug_loc` and `.debug_ranges`: pairs of addresses, ended by a pair of zeros. Sections 2.6.2 and 2.17.3. */
class Lists {
  readonly locations = new DebugBytes();
  readonly ranges = new DebugBytes();

  /** Where a variable is in the course of its function: the list's offset. */
  addLocations({ section, offset }: FunctionInfo, ranges: Variable['ranges']): number {
    const at = this.locations.size;
    for (const { from, to, location } of ranges) {
      if (from === to) continue; // "an entry whose beginning and ending offsets are equal has no effect"
      this.locations.address(section, offset + from);
      this.locations.address(section, offset + to);
      const expression = expressionOf(location);
      this.locations.u16(expression.size);
      const start = this.locations.size;
      this.locations.append(expression.bytes);
      for (const relocation of expression.relocations) {
        this.locations.relocations.push({ ...relocation, offset: start + relocation.offset });
      }
    }
    this.locations.u32(0);
    this.locations.u32(0);
    return at;
  }

  addRanges(sections: readonly Section[]): number {
    const at = this.ranges.size;
    for (const { name, size } of sections) {
      this.ranges.address(name, 0);
      this.ranges.address(name, size);
    }
    this.ranges.u32(0);
    this.ranges.u32(0);
    return at;
  }
}

function unitOf(module: ObjectModule, files: FileTable, lists: Lists): Entry {
  const types = new TypeTable(module.structs);
  const globals = new Set(module.symbols.filter(({ binding }) => binding === 'global').map(({ name }) => name));
  const text = module.sections.filter(({ kind, size }) => kind === 'text' && size > 0);
  const functions = module.functions.map((info) => functionEntry(info, { types, files, lists, globals }));
  const variables = module.globals.map((variable) => globalEntry(variable, types));
  return {
    tag: 'compile_unit',
    attributes: [
      ['producer', strp('nooks')], ['language', { form: 'data2', value: DW_LANG_C99 }], ['name', strp(module.name)],
      ['comp_dir', strp('.')], // source paths are relative to the folder of the project, where gdb is started
      ['low_pc', { form: 'addr', symbol: undefined, addend: 0 }],
      ['ranges', { form: 'sec_offset', section: '.debug_ranges', offset: lists.addRanges(text) }],
      ['stmt_list', { form: 'sec_offset', section: '.debug_line', offset: 0 }],
    ],
    children: [...functions, ...variables, ...types.entries],
  };
}

interface Tables {
  readonly types: TypeTable;
  readonly files: FileTable;
  readonly lists: Lists;
  /** Names of global symbols. */
  readonly globals: ReadonlySet<string>;
}

function functionEntry(info: FunctionInfo, tables: Tables): Entry {
  const attributes: (readonly [Attribute, Value])[] = [
    ['name', strp(info.name)],
    ['decl_file', { form: 'udata', value: tables.files.number(info.file) }],
    ['decl_line', { form: 'udata', value: info.line }],
    ['prototyped', { form: 'flag_present' }],
    ['low_pc', { form: 'addr', symbol: info.section, addend: info.offset }],
    ['high_pc', { form: 'data4', value: info.size }],
    ['frame_base', exprloc((out) => out.u8(DW_OP.call_frame_cfa))],
  ];
  if (info.result) attributes.push(['type', tables.types.reference(info.result)]);
  if (tables.globals.has(info.name)) attributes.push(['external', { form: 'flag_present' }]);
  return {
    tag: 'subprogram', attributes, children: info.variables.map((variable) => localEntry(info, variable, tables)),
  };
}

function localEntry(info: FunctionInfo, { name, type, parameter, ranges }: Variable, { types, lists }: Tables): Entry {
  const attributes: (readonly [Attribute, Value])[] = [['name', strp(name)], ['type', types.reference(type)]];
  const [first] = ranges;
  if (first && ranges.length === 1 && first.from === 0 && first.to >= info.size) {
    attributes.push(['location', { form: 'exprloc', expression: expressionOf(first.location) }]);
  } else if (first) {
    const offset = lists.addLocations(info, ranges);
    attributes.push(['location', { form: 'sec_offset', section: '.debug_loc', offset }]);
  }
  return { tag: parameter ? 'formal_parameter' : 'variable', attributes };
}

function globalEntry({ name, type, ranges }: Variable, types: TypeTable): Entry {
  const attributes: (readonly [Attribute, Value])[] = [
    ['name', strp(name)], ['type', types.reference(type)], ['external', { form: 'flag_present' }],
  ];
  const location = ranges[0]?.location;
  if (location) attributes.push(['location', { form: 'exprloc', expression: expressionOf(location) }]);
  return { tag: 'variable', attributes };
}

/** A DWARF expression: section 2.5 and 2.6. */
function expressionOf(location: Location): DebugBytes {
  const out = new DebugBytes();
  switch (location.kind) {
    case 'register': {
      out.u8(DW_OP.reg0 + location.register);
      break;
    }
    case 'registers': {
      for (const register of [location.low, location.high]) out.u8(DW_OP.reg0 + register, DW_OP.piece, 4);
      break;
    }
    case 'frame': {
      out.u8(DW_OP.fbreg);
      out.sleb(location.cfaOffset);
      break;
    }
    case 'address': {
      out.u8(DW_OP.addr);
      out.address(location.symbol);
      break;
    }
    case 'constant': {
      out.u8(DW_OP.consts);
      out.sleb(location.value);
      out.u8(DW_OP.stack_value);
      break;
    }
  }
  return out;
}

function exprloc(write: (out: DebugBytes) => void): Value {
  const expression = new DebugBytes();
  write(expression);
  return { form: 'exprloc', expression };
}

const strp = (text: string): Value => ({ form: 'strp', text });
