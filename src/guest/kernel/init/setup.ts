/** What the machine is and what it was told: memory, harts, boot arguments. Linux 2.4, arch/i386/kernel/setup.c. */
import { strlcpy, strncmp } from '../../lib/string.ts';
import { fdt32, fdt_node_is, fdt_property_is, fdt_size, fdt_walk, FdtProperty } from '../arch/fdt.ts';
import { NR_CPUS } from '../arch/cpu.ts';
import { LOWMEM_MAX } from '../arch/layout.ts';

const COMMAND_LINE_SIZE = 512;

/** The boot arguments, words separated by blanks. */
export let command_line!: Arr<u8, 512>;

export class MachineSetup {
  memory_start: usize;
  memory_end: usize;
  /** The initial RAM disk; both 0 when there is none. */
  initrd_start: usize;
  initrd_end: usize;
  fdt: usize;
  fdt_bytes: u32;
  /** How many harts there are for the kernel, and their mhartid by the kernel's number; the booting one is 0. */
  cpus: u32;
  harts: Arr<u32, 8>;
}

export let setup!: Embed<MachineSetup>;

/** Reads the device tree, on the hart that boots. */
export function setup_arch(boot_hart: u32, fdt: usize): void {
  setup.fdt = fdt;
  setup.fdt_bytes = fdt_size(fdt);
  setup.cpus = 1;
  setup.harts[0] = boot_hart;
  if (setup.fdt_bytes !== 0) fdt_walk(fdt, visit);
  if (setup.memory_end - setup.memory_start > LOWMEM_MAX) setup.memory_end = setup.memory_start + LOWMEM_MAX;
}

function visit(property: FdtProperty): void {
  if (property.depth === 2 && fdt_node_is(property, 'memory') && fdt_property_is(property, 'reg')) {
    setup.memory_start = fdt32(property.value + 4) as usize;
    setup.memory_end = setup.memory_start + fdt32(property.value + 12);
  } else if (property.depth === 2 && fdt_node_is(property, 'chosen')) {
    if (fdt_property_is(property, 'bootargs')) strlcpy(command_line, cast<cstr>(property.value), COMMAND_LINE_SIZE);
    if (fdt_property_is(property, 'linux,initrd-start')) setup.initrd_start = last_cell(property);
    if (fdt_property_is(property, 'linux,initrd-end')) setup.initrd_end = last_cell(property);
  } else if (property.depth === 3 && fdt_node_is(property, 'cpu') && fdt_property_is(property, 'reg')) {
    const hart = fdt32(property.value);
    if (hart !== setup.harts[0] && setup.cpus < NR_CPUS) setup.harts[setup.cpus++] = hart;
  }
}

/** The low word of a number of one or two cells. */
function last_cell(property: FdtProperty): usize {
  return fdt32(property.value + property.length - 4) as usize;
}

/** The value of the boot argument `name=value`, up to a blank or the end; '' for `name` alone; null without it. */
export function boot_arg(name: cstr): cstr | null {
  let length: u32 = 0;
  while (name[length] !== 0) length++;
  let at = addr(command_line);
  for (;;) {
    while (cast<cstr>(at)[0] === char(' ')) at++;
    const word = cast<cstr>(at);
    if (word[0] === 0) return null;
    if (strncmp(word, name, length) === 0) {
      if (word[length] === char('=')) return cast<cstr>(at + length + 1);
      if (word[length] === 0 || word[length] === char(' ')) return cast<cstr>(at + length);
    }
    while (cast<cstr>(at)[0] !== 0 && cast<cstr>(at)[0] !== char(' ')) at++;
  }
}

/** Copies the value of the boot argument `name`, or `otherwise` without it, as strlcpy does: gives its length. */
export function boot_arg_text(name: cstr, otherwise: cstr, to: Ptr<u8>, size: u32): u32 {
  const given = boot_arg(name);
  const text = given === null ? otherwise : given;
  let length: u32 = 0;
  for (; text[length] !== 0 && (given === null || text[length] !== char(' ')); length++) {
    if (length < size - 1) to[length] = text[length];
  }
  to[length < size - 1 ? length : size - 1] = 0;
  return length;
}

/** Whether the boot argument `name` has this value. */
export function boot_arg_is(name: cstr, value: cstr): bool {
  const given = boot_arg(name);
  if (given === null) return false;
  let index: u32 = 0;
  while (value[index] !== 0 && given[index] === value[index]) index++;
  return value[index] === 0 && (given[index] === 0 || given[index] === char(' '));
}

/** The number in the boot argument `name=number`, decimal, negative allowed; `otherwise` when it is not there. */
export function boot_arg_number(name: cstr, otherwise: i32): i32 {
  const given = boot_arg(name);
  if (given === null) return otherwise;
  let index: u32 = given[0] === char('-') ? 1 : 0;
  if (given[index] < char('0') || given[index] > char('9')) return otherwise;
  let value: i32 = 0;
  for (; given[index] >= char('0') && given[index] <= char('9'); index++) {
    value = value * 10 + (given[index] - char('0')) as i32;
  }
  return given[0] === char('-') ? -value : value;
}
