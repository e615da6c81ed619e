/** Reads a flattened device tree back, strictly: what the writer may not do is an error here. */
export interface ReadNode { readonly properties: Map<string, Uint8Array>; readonly children: Map<string, ReadNode> }

const decoder = new TextDecoder('utf-8', { fatal: true });

export function readTree(blob: Uint8Array): ReadNode {
  const view = new DataView(blob.buffer, blob.byteOffset, blob.byteLength);
  const header = Array.from({ length: 10 }, (_, index) => view.getUint32(index * 4)) as [
    number, number, number, number, number, number, number, number, number, number];
  const [magic, total, structureAt, stringsAt, reservationAt, version, , , stringsBytes, structureBytes] = header;
  if (magic !== 0xd00dfeed || version !== 17) throw new Error('not a device tree of version 17');
  if (total > blob.length || stringsAt + stringsBytes > total) throw new Error('wrong size');
  if (reservationAt % 8 !== 0 || structureAt % 4 !== 0) throw new Error('blocks are not aligned');

  let at = structureAt;
  const cell = () => { at += 4; return view.getUint32(at - 4); };
  const text = (from: number) => decoder.decode(blob.subarray(from, blob.indexOf(0, from)));
  const align = () => { at = (at + 3) & ~3; };

  const node = (): ReadNode => {
    const properties = new Map<string, Uint8Array>();
    const children = new Map<string, ReadNode>();
    for (;;) {
      const token = cell();
      if (token === 2) return { properties, children };
      if (token === 3) {
        if (children.size > 0) throw new Error('a property after a child');
        const length = cell();
        const name = text(stringsAt + cell());
        properties.set(name, blob.subarray(at, at + length));
        at += length;
        align();
      } else if (token === 1) {
        const name = text(at);
        at += new TextEncoder().encode(name).length + 1;
        align();
        children.set(name, node());
      } else throw new Error(`token ${token}`);
    }
  };
  if (cell() !== 1 || text(at) !== '') throw new Error('no root');
  at += 4;
  const root = node();
  if (cell() !== 9 || at !== structureAt + structureBytes) throw new Error('the structure block does not end with END');
  return root;
}

/** The node at a path such as `/soc/plic@c000000`. */
export function find(root: ReadNode, path: string): ReadNode {
  let node = root;
  for (const name of path.split('/').filter((part) => part !== '')) {
    const child = node.children.get(name);
    if (child === undefined) throw new Error(`no ${name} of ${path}`);
    node = child;
  }
  return node;
}

export function cells(node: ReadNode, name: string): number[] {
  const bytes = node.properties.get(name)!;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length / 4 }, (_, index) => view.getUint32(index * 4));
}

export const strings = (node: ReadNode, name: string) =>
  decoder.decode(node.properties.get(name)!).replace(/\0$/, '').split('\0');

/** Every property by its path, in hexadecimal. */
export function flat(node: ReadNode, path = ''): Map<string, string> {
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
  const own = [...node.properties].map(([name, bytes]) => [`${path}/${name}`, hex(bytes)] as const);
  return new Map([...own, ...[...node.children].flatMap(([name, child]) => [...flat(child, `${path}/${name}`)])]);
}
