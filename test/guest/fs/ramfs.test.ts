/** Random operations on files in memory, compared with a model; afterwards nothing is left in memory. */
import { expect, test } from 'vitest';
import { GuestFault } from '../../../src/compiler/oracle/memory.ts';
import { Model } from './model.ts';
import type { Planted } from '../../support/planted.ts';
import { loadGuest } from './host.ts';

const files = ['rootfs', 'readdir', 'stat', 'read_write'].map((name) => `kernel/fs/${name}.ts`);
const O_RDWR_CREAT = 0o102;
const O_DIRECTORY = 0o200000;
const largest = 60_000;

/** Numbers below `below`, from a seed: xorshift32. */
function random(seed: number): (below: number) => number {
  let state = seed * 2654435761 | 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** The guest's file system, by calls of its kernel. */
class Guest {
  readonly call;
  readonly #memory;
  readonly #buffer;

  constructor(planted?: Planted) {
    const { functions, memory } = loadGuest(files, planted);
    this.call = (name: string, ...args: (number | bigint | string)[]) => Number(functions[name]!(...args)) | 0;
    this.#memory = memory;
    this.#buffer = memory.allocate(largest, 8);
    this.call('rootfs_init');
  }

  /** What is alive: inodes, dentries, files, objects, pages, locks held. */
  counts(): number[] {
    return ['nr_inodes', 'nr_dentries', 'nr_files', 'kmalloc_live', 'pages_used', 'locks_held'].map((name) =>
      this.call(name));
  }

  write(path: string, offset: number, bytes: Uint8Array): number {
    this.#memory.bytes.set(bytes, this.#buffer - 0x8000_0000);
    return this.#open(path, O_RDWR_CREAT, (file) =>
      this.call('kernel_write', file, BigInt(offset), this.#buffer, bytes.length));
  }

  read(path: string): Uint8Array | number {
    const size = this.#open(path, 2, (file) => this.call('kernel_read', file, 0n, this.#buffer, largest));
    return size < 0 ? size : this.#memory.bytes.slice(this.#buffer - 0x8000_0000, this.#buffer - 0x8000_0000 + size);
  }

  truncate(path: string, length: number): number {
    return this.#open(path, 2, (file) => this.call('do_ftruncate', file, BigInt(length)));
  }

  list(path: string): string[] | number {
    const names: string[] = [];
    const error = this.#open(path, O_DIRECTORY, (file) => {
      for (;;) {
        // So little room that a listing takes several calls.
        const bytes = this.call('do_getdents64', file, this.#buffer, 100);
        if (bytes <= 0) return bytes;
        const end = this.#buffer + bytes;
        for (let at = this.#buffer; at < end; at += this.#half(at + 16)) names.push(this.#text(at + 19));
      }
    });
    return error < 0 ? error : names.filter((name) => name !== '.' && name !== '..').sort();
  }

  #open(path: string, flags: number, act: (file: number) => number): number {
    const file = this.call('filp_open', path, flags, 0o644);
    if (file >>> 0 >= 0xffff_f001) return file;
    const result = act(file);
    this.call('filp_close', file);
    return result;
  }

  #half(address: number): number {
    return this.#memory.view.getUint16(address - 0x8000_0000, true);
  }

  #text(address: number): string {
    const bytes = this.#memory.bytes.subarray(address - 0x8000_0000);
    return Buffer.from(bytes.subarray(0, bytes.indexOf(0))).toString();
  }
}

/** Does `steps` random things to both; gives the first difference, or what is left in memory at the end. */
function difference(seed: number, steps: number, planted?: Planted): string | undefined {
  const guest = new Guest(planted), model = new Model(), pick = random(seed);
  const before = guest.counts();
  const path = () => `/${Array.from({ length: 1 + pick(3) }, () => 'abcd'[pick(4)]).join('/')}`;
  const bytes = () => Uint8Array.from({ length: pick(4) === 0 ? pick(9000) : pick(40) }, () => pick(256));
  for (let step = 0; step < steps; step++) {
    const a = path(), b = path(), offset = pick(6) === 0 ? pick(largest - 9000) : pick(100), text = bytes();
    const actions: [string, () => unknown, () => unknown][] = [
      [`mkdir ${a}`, () => guest.call('do_mkdir', a, 0o755), () => model.mkdir(a)],
      [`rmdir ${a}`, () => guest.call('do_rmdir', a), () => model.rmdir(a)],
      [`unlink ${a}`, () => guest.call('do_unlink', a), () => model.unlink(a)],
      [`rename ${a} ${b}`, () => guest.call('do_rename', a, b), () => model.rename(a, b)],
      [`write ${a} at ${offset}`, () => guest.write(a, offset, text), () => model.write(a, offset, text)],
      [`truncate ${a} to ${offset}`, () => guest.truncate(a, offset), () => model.truncate(a, offset)],
      [`read ${a}`, () => guest.read(a), () => model.read(a)],
      [`list ${a}`, () => guest.list(a), () => model.list(a)],
    ];
    const [what, real, wanted] = actions[pick(actions.length)]!;
    const [is, should] = [real(), wanted()];
    if (show(is) !== show(should)) return `seed ${seed}, step ${step}, ${what}: ${show(is)}, not ${show(should)}`;
  }
  clear(guest, model, '');
  const after = guest.counts();
  return show(after) === show(before) ? undefined : `seed ${seed}: before ${show(before)}, after ${show(after)}`;
}

const show = (value: unknown) => JSON.stringify(value instanceof Uint8Array ? [...value] : value);

function clear(guest: Guest, model: Model, path: string): void {
  const names = model.list(path || '/');
  if (typeof names === 'number') return;
  for (const name of names) {
    clear(guest, model, `${path}/${name}`);
    if (guest.call('do_unlink', `${path}/${name}`) !== 0) guest.call('do_rmdir', `${path}/${name}`);
  }
}

test.each([1, 4])('files in memory do what the model says, seed %i', (seed) => {
  expect(difference(seed, 1000)).toBe(undefined);
});

test.each<[string, Planted]>([
  ['a name that is kept for ever', { file: 'kernel/fs/ramfs.ts', text: '  dput(dentry);\n', instead: '' }],
  ['a rename into itself', { file: 'kernel/fs/namei.ts', text: 'source === trap ? -EINVAL : 0', instead: '0' }],
  ['old bytes after a truncation', {
    file: 'kernel/fs/ramfs_file.ts', text: 'memset(cast(page + tail), 0, PAGE_SIZE - tail);', instead: '',
  }],
])('the comparison notices %s', (_, planted) => {
  const found = [1, 2, 3].some((seed) => {
    try {
      return difference(seed, 1000, planted) !== undefined;
    } catch (error) {
      // A check of the kernel's own, or of the stand-ins', found it first.
      if (error instanceof GuestFault) return true;
      throw error;
    }
  });
  expect(found).toBe(true);
});
