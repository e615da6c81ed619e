/** What a tree of files should do: the model that the kernel's is compared with. Results are 0 or negated errors. */
import { constants } from 'node:os';

const { ENOENT, ENOTDIR, EEXIST, ENOTEMPTY, EISDIR, EINVAL } = constants.errno;

type Directory = Map<string, Node>;
type Node = { readonly children: Directory } | { bytes: Uint8Array };
interface Place { readonly directory: Directory; readonly name: string; readonly above: readonly Node[] }

export class Model {
  readonly root: Node = { children: new Map() };

  mkdir(path: string): number {
    return this.#at(path, ({ directory, name }) => {
      if (directory.has(name)) return -EEXIST;
      directory.set(name, { children: new Map() });
      return 0;
    });
  }

  rmdir(path: string): number {
    return this.#at(path, ({ directory, name }) => {
      const node = directory.get(name);
      if (!node) return -ENOENT;
      if (!('children' in node)) return -ENOTDIR;
      if (node.children.size > 0) return -ENOTEMPTY;
      directory.delete(name);
      return 0;
    });
  }

  unlink(path: string): number {
    return this.#at(path, ({ directory, name }) => {
      const node = directory.get(name);
      if (!node) return -ENOENT;
      if ('children' in node) return -EISDIR;
      directory.delete(name);
      return 0;
    });
  }

  rename(from: string, to: string): number {
    return this.#at(from, (old) => this.#at(to, (fresh) => move(old, fresh)));
  }

  /** Creates it if need be and writes bytes at an offset: how many. */
  write(path: string, offset: number, bytes: Uint8Array): number {
    return this.#at(path, ({ directory, name }) => {
      const node = directory.get(name) ?? { bytes: new Uint8Array() };
      if ('children' in node) return -EISDIR;
      directory.set(name, node);
      if (bytes.length === 0) return 0;
      const longer = new Uint8Array(Math.max(node.bytes.length, offset + bytes.length));
      longer.set(node.bytes);
      longer.set(bytes, offset);
      node.bytes = longer;
      return bytes.length;
    });
  }

  truncate(path: string, length: number): number {
    return this.#at(path, ({ directory, name }) => {
      const node = directory.get(name);
      if (!node) return -ENOENT;
      if ('children' in node) return -EISDIR;
      const other = new Uint8Array(length);
      other.set(node.bytes.subarray(0, length));
      node.bytes = other;
      return 0;
    });
  }

  /** A file's bytes, or a negated error. */
  read(path: string): Uint8Array | number {
    let bytes: Uint8Array | undefined;
    const error = this.#at(path, ({ directory, name }) => {
      const node = directory.get(name);
      if (!node) return -ENOENT;
      if ('children' in node) return -EISDIR;
      bytes = node.bytes;
      return 0;
    });
    return bytes ?? error;
  }

  /** The names in a directory, sorted, or a negated error. */
  list(path: string): string[] | number {
    if (path === '/') return [...('children' in this.root ? this.root.children.keys() : [])].sort();
    let names: string[] | undefined;
    const error = this.#at(path, ({ directory, name }) => {
      const node = directory.get(name);
      if (!node) return -ENOENT;
      if (!('children' in node)) return -ENOTDIR;
      names = [...node.children.keys()].sort();
      return 0;
    });
    return names ?? error;
  }

  /** Calls `act` with the directory of the path's last name, or gives the error of the way there. */
  #at(path: string, act: (place: Place) => number): number {
    const names = path.split('/').filter((name) => name !== '');
    const above: Node[] = [this.root];
    for (const name of names.slice(0, -1)) {
      const last = above.at(-1)!;
      if (!('children' in last)) return -ENOTDIR;
      const node = last.children.get(name);
      if (!node) return -ENOENT;
      above.push(node);
    }
    const last = above.at(-1)!;
    if (!('children' in last)) return -ENOTDIR;
    return act({ directory: last.children, name: names.at(-1)!, above });
  }
}

function move(old: Place, fresh: Place): number {
  const node = old.directory.get(old.name), target = fresh.directory.get(fresh.name);
  if (!node) return -ENOENT;
  if (fresh.above.includes(node)) return -EINVAL;
  if (target && old.above.includes(target)) return -ENOTEMPTY;
  if (target === node) return 0;
  if (target && 'children' in node && !('children' in target)) return -ENOTDIR;
  if (target && !('children' in node) && 'children' in target) return -EISDIR;
  if (target && 'children' in target && target.children.size > 0) return -ENOTEMPTY;
  old.directory.delete(old.name);
  fresh.directory.set(fresh.name, node);
  return 0;
}
