/** Reads the flattened device tree that the firmware hands over: Devicetree Specification 0.4, chapter 5. */
import { strcmp, strlen, strncmp } from '../../lib/string.ts';

const MAGIC = 0xd00dfeed;
const BEGIN_NODE = 1;
const END_NODE = 2;
const PROP = 3;
const NOP = 4;

/** The header, whose words are big-endian; the rest of it is not needed. */
class FdtHeader {
  magic: u32;
  totalsize: u32;
  off_dt_struct: u32;
  off_dt_strings: u32;
}

/** A property as fdt_walk shows it. `depth` is that of its node: 1 for the root's. */
export class FdtProperty {
  node: cstr;
  depth: u32;
  name: cstr;
  value: usize;
  length: u32;
}

/** The big-endian word at an address of the tree. */
export function fdt32(address: usize): u32 {
  const bytes = cast<Ptr<u8>>(address);
  return bytes[0] << 24 | bytes[1] << 16 | bytes[2] << 8 | bytes[3];
}

/** Bytes of the whole tree; 0 when there is none at the address. */
export function fdt_size(fdt: usize): u32 {
  if (fdt === 0 || fdt32(fdt) !== MAGIC) return 0;
  return fdt32(fdt + offsetof<FdtHeader>('totalsize'));
}

/** Shows every property to `visit`, in the order of the tree, in one and the same FdtProperty. */
export function fdt_walk(fdt: usize, visit: (property: FdtProperty) => void): void {
  const property = local<FdtProperty>();
  const names = local<Arr<cstr, 16>>();
  const strings = fdt + fdt32(fdt + offsetof<FdtHeader>('off_dt_strings'));
  let at = fdt + fdt32(fdt + offsetof<FdtHeader>('off_dt_struct'));
  property.depth = 0;
  for (;;) {
    const token = fdt32(at);
    at += 4;
    if (token === BEGIN_NODE) {
      const name = cast<cstr>(at);
      if (property.depth < 16) names[property.depth] = name;
      property.depth++;
      at += (strlen(name) + 4) & ~3;
    } else if (token === END_NODE) {
      property.depth--;
    } else if (token === PROP) {
      property.length = fdt32(at);
      property.name = cast<cstr>(strings + fdt32(at + 4));
      property.value = at + 8;
      if (property.depth <= 16) {
        property.node = names[property.depth - 1];
        visit(property);
      }
      at += 8 + ((property.length + 3) & ~3);
    } else if (token !== NOP) {
      return;
    }
  }
}

/** Whether a node is called `name` or `name@address`. */
export function fdt_node_is(property: FdtProperty, name: cstr): bool {
  const length = strlen(name);
  if (strncmp(property.node, name, length) !== 0) return false;
  return property.node[length] === 0 || property.node[length] === char('@');
}

export function fdt_property_is(property: FdtProperty, name: cstr): bool {
  return strcmp(property.name, name) === 0;
}
