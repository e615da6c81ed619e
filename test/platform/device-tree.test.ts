import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { deviceTree, type BoardDescription } from '../../src/platform/device-tree.ts';
import { flatten } from '../../src/platform/fdt.ts';
import { limits } from '../../src/platform/memory-map.ts';
import { cells, find, flat, readTree, strings } from './fdt-reader.ts';

const mebibyte = 2 ** 20;
const installed = (command: string) => spawnSync(command, ['--version']).error === undefined;

function inFolder<T>(use: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'nooks-fdt-'));
  try {
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('every kind of property comes back as it was written', () => {
  const root = readTree(flatten({
    one: 0xdead_beef, several: [1, 2], text: 'ä', list: ['a', 'bc'], empty: true, bytes: Uint8Array.of(1, 2, 3),
    absent: undefined, child: { late: 7, grandchild: {} }, after: 'child',
  }));
  expect([...root.properties.keys()]).toEqual(['one', 'several', 'text', 'list', 'empty', 'bytes', 'after']);
  expect(cells(root, 'one')).toEqual([0xdead_beef]);
  expect(cells(root, 'several')).toEqual([1, 2]);
  expect(strings(root, 'text')).toEqual(['ä']);
  expect(strings(root, 'list')).toEqual(['a', 'bc']);
  expect(root.properties.get('empty')).toHaveLength(0);
  expect([...root.properties.get('bytes')!]).toEqual([1, 2, 3]);
  expect(cells(find(root, '/child'), 'late')).toEqual([7]);
  expect(find(root, '/child/grandchild').properties.size).toBe(0);
});

test.each([1, 2, 4, 16])('%d harts are described, wired to CLINT and PLIC', (harts) => {
  const root = readTree(deviceTree({ harts, ramBytes: 16 * mebibyte }));
  const intc = Array.from({ length: harts }, (_, hart) => {
    const cpu = find(root, `/cpus/cpu@${hart.toString(16)}`);
    expect(cells(cpu, 'reg')).toEqual([hart]);
    expect(strings(cpu, 'riscv,isa')).toEqual(['rv32ima_zicsr_zifencei']);
    expect(cells(find(root, `/cpus/cpu-map/cluster0/core${hart}`), 'cpu')).toEqual(cells(cpu, 'phandle'));
    return cells(find(cpu, 'interrupt-controller'), 'phandle')[0]!;
  });
  expect(cells(find(root, '/soc/clint@2000000'), 'interrupts-extended')).toEqual(intc.flatMap((i) => [i, 3, i, 7]));
  expect(cells(find(root, '/soc/plic@c000000'), 'interrupts-extended')).toEqual(intc.flatMap((i) => [i, 11, i, 9]));
  const phandles = [...flat(root)].filter(([path]) => path.endsWith('/phandle')).map(([, value]) => value);
  expect(new Set(phandles).size).toBe(2 * harts + 2);
});

test('memory, arguments, initial RAM disk and slots are as asked for', () => {
  const root = readTree(deviceTree({
    harts: 1, ramBytes: limits.ramBytes.most, bootargs: 'console=ttyS0 root=/dev/vda',
    initrd: { start: 0x8800_0000, end: 0x8812_3456 }, virtioSlots: [0, 3], randomSeed: new Uint8Array(32).fill(7),
  }));
  expect(cells(find(root, '/memory@80000000'), 'reg')).toEqual([0, 0x8000_0000, 0, 2 ** 30]);
  const chosen = find(root, '/chosen');
  expect(strings(chosen, 'bootargs')).toEqual(['console=ttyS0 root=/dev/vda']);
  expect(cells(chosen, 'linux,initrd-start')).toEqual([0x8800_0000]);
  expect(cells(chosen, 'linux,initrd-end')).toEqual([0x8812_3456]);
  expect(chosen.properties.get('rng-seed')).toHaveLength(32);
  const slots = [...find(root, '/soc').children.keys()].filter((name) => name.startsWith('virtio'));
  expect(slots).toEqual(['virtio_mmio@10004000', 'virtio_mmio@10001000']);
});

test.skipIf(!installed('dtc'))('dtc reads the tree without an error (skipped where dtc is not installed)', () => {
  const blob = deviceTree({ harts: 3, ramBytes: 64 * mebibyte, bootargs: 'x' });
  const source = execFileSync('dtc', ['-q', '-I', 'dtb', '-O', 'dts'], { input: blob, encoding: 'utf8' });
  expect(source).toContain('bootargs = "x"');
  expect(source).toContain('cpu@2 {');
});

/** What QEMU has beside ours: parts this board lacks, other extensions, a random seed, a window for 64-bit PCI. */
const differs = /^\/(pmu|fw-cfg@|flash@|platform-bus@)|rng-seed$|riscv,isa$|\/pci@30000000\/ranges$/;

/** QEMU's own tree; `-bios none` because the package may lack firmware for 32 bits. */
function qemuTree({ harts, ramBytes }: BoardDescription): Map<string, string> {
  return inFolder((folder) => {
    const file = join(folder, 'qemu.dtb');
    writeFileSync(file, '');
    execFileSync('qemu-system-riscv32', [
      '-M', `virt,dumpdtb=${file}`, '-bios', 'none', '-display', 'none', '-smp', `${harts}`,
      '-m', `${ramBytes / mebibyte}M`], { stdio: 'ignore' });
    return flat(readTree(readFileSync(file)));
  });
}

/** Other versions describe a little more or less. */
const hasQemu = `${spawnSync('qemu-system-riscv32', ['--version']).stdout ?? ''}`.includes('version 7.2');

test.skipIf(!hasQemu)('the tree is that of QEMU 7.2 (skipped where that is not installed)', () => {
  for (const harts of [1, 3]) {
    const board = { harts, ramBytes: 32 * mebibyte };
    const common = (properties: Map<string, string>) =>
      Object.fromEntries([...properties].filter(([path]) => !differs.test(path)).sort());
    expect(common(flat(readTree(deviceTree(board))))).toEqual(common(qemuTree(board)));
  }
});
