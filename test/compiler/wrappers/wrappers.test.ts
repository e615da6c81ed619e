/**
 * The generated wrappers of the sample header at work, on the host, between a small extension and a stand-in kernel.
 */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { loadOnHost } from '../../../src/compiler/oracle/host.ts';
import { Isolation } from './isolation.ts';

const folder = 'test/compiler/wrappers/guest/';
const root = new URL('../../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');

const extension = `
import { NetDevice, NetDeviceOps, SkBuff } from './net.ts';
import { nooks_w_dev_alloc_skb, nooks_w_kmalloc, nooks_w_netif_rx } from './net.wrappers.ts';
import { nooks_w_register_netdev, nooks_w_seek } from './net.wrappers.ts';

let device!: Embed<NetDevice>;
const ops: NetDeviceOps = { open, xmit };
let sent: u32 = 0;

function open(dev: NetDevice): i32 { dev.flags = 7; dev.index = 99; return addr(dev) === addr(device) ? 0 : -1; }
function xmit(skb: SkBuff, dev: NetDevice): i32 { sent += skb.len; dev.flags |= 8; dev.irq = 1; return 5; }

export function init(): i32 {
  device.name = 'eth0';
  device.irq = 11;
  device.mac[5] = 0x56;
  device.ops = ops;
  return nooks_w_register_netdev(device);
}
export function receive(length: u32): bool {
  const skb = nooks_w_dev_alloc_skb(length);
  if (!skb) return false;
  nooks_w_netif_rx(skb);
  return true;
}
export function wild(): void { nooks_w_netif_rx(cast<SkBuff>(0x1234)); }
export function back(): i64 { return nooks_w_seek(-5n, 2, null, 0); }
export function allocate(): usize { return nooks_w_kmalloc(100, 0); }
export function seen(): u32 { return sent; }
`;

/** What the header's functions do in this kernel. */
const kernel = `
export let registered: NetDevice | null = null;
export let received: u32 = 0;
export function kernelOpen(): usize { return cast<usize>(registered!.ops.open); }
export function kernelXmit(): usize { return cast<usize>(registered!.ops.xmit); }
export function kernelStop(): usize { return cast<usize>(registered!.ops.stop); }
let pool!: Embed<SkBuff>;
export function poolAddress(): usize { pool.len = 60; return addr(pool); }
`;

function boot() {
  const isolation = new Isolation();
  const net = read(`${folder}net.ts`)
    .replace(
      'register_netdev(dev: NetDevice): i32 { return 0; }',
      'register_netdev(dev: NetDevice): i32 { registered = dev; dev.index = 3; return 0; }',
    )
    .replace(
      'dev_alloc_skb(length: u32): SkBuff | null { return null; }',
      'dev_alloc_skb(length: u32): SkBuff | null { pool.len = length; return length > MAX_SKB ? null : pool; }',
    )
    .replace('netif_rx(skb: SkBuff): void {}', 'netif_rx(skb: SkBuff): void { received += skb.len; }')
    .replace('return 0; }\n\n/** @consumes address', 'return 0x88000000; }\n\n/** @consumes address');
  const files = new Map([
    ...['net.wrappers.ts', 'objects.wrappers.ts', 'net.bodies.ts'].map(
      (name) => [folder + name, read(folder + name)] as const,
    ),
    [`${folder}net.ts`, net + kernel],
    [`${folder}extension.ts`, extension],
    ['src/guest/nooks/interface.ts', read('src/guest/nooks/interface.ts')],
    ['src/guest/lib/memory.ts', read('src/guest/lib/memory.ts')],
  ]);
  const image = {
    kind: 'module',
    name: 'wrapped',
    files: [folder, 'src/guest/'],
    imports: [],
    exports: 'all',
  } as const;
  const program = loadOnHost(files, image, { functions: isolation.functions });
  isolation.program = program;
  return { isolation, program, functions: program.functions };
}

const entries = [...read(`${folder}objects.wrappers.ts`).matchAll(/^ {2}cast<usize>\((nooks_x_\w+)\)/gm)].map(
  (match) => match[1] ?? '',
);

test("registering makes a version of the kernel's own, with wrapped functions, and copies results back", () => {
  const { isolation, program, functions } = boot();
  expect(functions['init']!()).toBe(0);
  const own = program.address('device');
  const version = program.memory.load(program.address('registered'), 4);
  expect(version).not.toBe(own);
  const offset = layout(own, program);
  expect(program.memory.bytes[version - 0x8000_0000 + offset.mac + 5]).toBe(0x56);
  expect([version, own].map((base) => program.memory.load(base + offset.index, 4))).toEqual([3, 3]);
  expect(functions['kernelOpen']!()).not.toBe(program.functionAddress('open'));
  expect(functions['kernelStop']!()).toBe(0);
  expect(isolation.side).toBe('extension');
});

test("the kernel reaches the extension with the extension's version, and only what may change comes back", () => {
  const { isolation, program, functions } = boot();
  functions['init']!();
  const own = program.address('device');
  const version = program.memory.load(program.address('registered'), 4);
  const offset = layout(own, program);
  isolation.side = 'kernel';
  expect(isolation.callPointer(Number(functions['kernelOpen']!()), entries, version)).toBe(0);
  // open wrote flags 7 and index 99; index is @readonly, so the kernel keeps its 3.
  expect(program.memory.load(version + offset.flags, 4)).toBe(7);
  expect(program.memory.load(version + offset.index, 4)).toBe(3);
});

test("a packet is mapped; a critical field comes back after every crossing, an @in object's others do not", () => {
  const { isolation, program, functions } = boot();
  functions['init']!();
  const version = program.memory.load(program.address('registered'), 4);
  const offset = layout(program.address('device'), program);
  isolation.side = 'kernel';
  const skb = Number(functions['poolAddress']!());
  expect(isolation.callPointer(Number(functions['kernelXmit']!()), entries, skb, version)).toBe(5);
  expect(functions['seen']!()).toBe(60);
  expect(program.memory.load(version + offset.flags, 4)).toBe(8);
  expect(program.memory.load(version + offset.irq, 4)).toBe(11);
});

test('a deferred call runs at the next crossing, and what it consumes is dropped from the tracker', () => {
  const { isolation, program, functions } = boot();
  expect(functions['receive']!(60)).toBe(true);
  const received = () => program.memory.load(program.address('received'), 4);
  expect(received()).toBe(0);
  isolation.drainDeferred();
  expect(received()).toBe(60);
  expect(isolation.log.map(([what]) => what)).toEqual(['to kernel', 'map', 'to kernel', 'drop']);
});

test("a pointer that is no object of the extension's never reaches the kernel function", () => {
  const { isolation, program, functions } = boot();
  functions['wild']!();
  isolation.drainDeferred();
  expect(isolation.log).toContainEqual(['bad parameter', 'netif_rx', 'skb']);
  expect(program.memory.load(program.address('received'), 4)).toBe(0);
});

test('64-bit arguments and results cross in two words', () => {
  expect(boot().functions['back']!()).toBe(-5n);
});

test('a function that sleeps is refused in interrupt context; new memory is tracked with its size', () => {
  const { isolation, functions } = boot();
  expect(functions['allocate']!()).toBe(0x8800_0000);
  expect(isolation.log.at(-1)).toEqual(['track', 6, 100]);
  isolation.inInterrupt = true;
  expect(functions['allocate']!()).toBe(0);
  expect(isolation.log.at(-1)).toEqual(['bad context', 'kmalloc']);
});

test('a call to an extension that has failed gives an error and does not cross', () => {
  const { isolation, program, functions } = boot();
  functions['init']!();
  const version = program.memory.load(program.address('registered'), 4);
  const crossings = isolation.log.length;
  isolation.alive = false;
  expect(isolation.callPointer(Number(functions['kernelOpen']!()), entries, version)).toBe(-5);
  expect(isolation.log.length).toBe(crossings);
});

/** Offsets in NetDevice, found by what init wrote: name, mac, irq lie as C lays them out. */
function layout(own: number, { memory: ram }: ReturnType<typeof boot>['program']) {
  const offsets = { mac: 8, irq: 16, flags: 20, index: 28 };
  expect(ram.load(own + offsets.irq, 4)).toBe(11);
  return offsets;
}
