/**
 * The generated wrappers of the sample interface at work, on the host, between a small extension and a stand-in kernel.
 * The bodies are the skeletons as they are.
 */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { loadOnHost } from '../../../src/compiler/oracle/host.ts';
import { Isolation } from './isolation.ts';
import { generate, sample } from './sample.ts';

const library = (name: string) => readFileSync(new URL(`../../../src/guest/${name}`, import.meta.url), 'utf8');

const extension = `
import { NetDevice, SkBuff } from './net.ts';
import {
  nooks_w_dev_alloc_skb, nooks_w_kfree, nooks_w_kmalloc, nooks_w_netif_rx, nooks_w_register_netdev, nooks_w_seek,
  nooks_w_set_link,
} from './nooks/generated/net.wrappers.ts';
import { nooks_w_printk } from './nooks/generated/debug.wrappers.ts';

let device!: Embed<NetDevice>;
let sent: u32 = 0;

function open(dev: NetDevice): i32 { dev.flags = 7; return addr(dev) === addr(device) ? -1 : 3; }
function xmit(skb: SkBuff, dev: NetDevice): i32 { sent += skb.len; return 5; }
function watchdog(ticks: u64): void { sent += lo32(ticks >> 32n); }

export function init(): i32 {
  device.name = 'eth0';
  device.irq = 11;
  device.index = 99;
  device.open = open;
  device.xmit = xmit;
  device.watchdog = watchdog;
  return nooks_w_register_netdev(device);
}
export function receive(length: u32): void { nooks_w_netif_rx(nooks_w_dev_alloc_skb(length)!); }
export function wild(): void { nooks_w_netif_rx(cast<SkBuff>(0x1234)); }
export function link(): bool { return nooks_w_set_link(null, 1, cast<cstr>(0)); }
export function back(): i64 { return nooks_w_seek(-5n, 2, null, 0); }
export function allocate(): usize { return nooks_w_kmalloc(100, 0); }
export function release(address: usize): void { nooks_w_kfree(address); }
export function greet(): void { nooks_w_printk('%s %u%%', 'hello', 7); }
export function seen(): u32 { return sent; }
`;

/** What the header's functions do in this kernel. */
const kernel = `
export let registered: NetDevice | null = null;
export let received: u32 = 0;
export let said: cstr = '';
let pool!: Embed<SkBuff>;
export function poolAddress(): usize { pool.len = 60; return addr(pool); }
export function kernelOpen(): usize { return cast<usize>(registered!.open); }
export function kernelXmit(): usize { return cast<usize>(registered!.xmit); }
export function kernelStop(): usize { return cast<usize>(registered!.stop); }
export function kernelWatchdog(): usize { return cast<usize>(registered!.watchdog); }
export function kernelIndex(): u32 { return registered!.index; }
export function kernelIrq(): u32 { return registered!.irq; }
export function kernelFlags(): u32 { return registered!.flags; }
export function saidFirst(): u32 { return said[0]; }
`;

const generated = generate();

function boot() {
  const isolation = new Isolation();
  const net = sample('net.ts')
    .replace('register_netdev(dev: NetDevice): i32 { return 0; }',
      'register_netdev(dev: NetDevice): i32 { registered = dev; return 0; }')
    .replace('dev_alloc_skb(length: u32): SkBuff | null { return null; }',
      'dev_alloc_skb(length: u32): SkBuff | null { pool.len = length; return pool; }')
    .replace('netif_rx(skb: SkBuff): void {}', 'netif_rx(skb: SkBuff): void { received += skb.len; }')
    .replace('...args: VarArg[]): void {}', '...args: VarArg[]): void { said = cast<cstr>(cells(args)[0]); }')
    .replace('kmalloc(size: u32, flags: u32): usize { return 0; }',
      'kmalloc(size: u32, flags: u32): usize { return 0x88000000; }');
  const files = new Map([
    ...[...generated.entries, ...generated.bodies].map(([name, text]) => [`nooks/${name}`, text] as const),
    ['net.ts', net + kernel],
    ['link.ts', sample('link.ts')],
    ['extension.ts', extension],
    ['nooks/layer.ts', sample('nooks/layer.ts')],
    ['nooks/tracker/types.ts',
      'export const OBJECT_MEMORY = 1;\nexport const OBJECT_PACKET = 2;\nexport const OBJECT_NET_DEVICE = 3;\n'],
    ...['lib/format.ts', 'lib/arguments.ts', 'lib/memory.ts', 'lib/string.ts', 'lib/number.ts']
      .map((name) => [name, library(name)] as const),
  ]);
  const image = {
    kind: 'module', name: 'wrapped', files: ['extension.ts', 'net.ts', 'link.ts', 'nooks/', 'lib/'], imports: [],
    exports: 'all',
  } as const;
  const program = loadOnHost(files, image, { functions: isolation.functions });
  isolation.program = program;
  return { isolation, program, functions: program.functions };
}

/** Extension wrappers by their number. */
const entries = [...generated.entries.get('generated/extension.table.ts')!.matchAll(/cast<usize>\((nooks_x_\w+)\)/g)]
  .map((match) => match[1]!);

test("registering makes a version of the kernel's own, of the listed fields, with wrapped functions", () => {
  const { isolation, program, functions } = boot();
  expect(functions['init']!()).toBe(0);
  const version = program.memory.load(program.address('registered'), 4);
  expect(version).not.toBe(program.address('device'));
  expect([functions['kernelIrq']!(), functions['kernelIndex']!()]).toEqual([11, 0]);
  expect(functions['kernelOpen']!()).not.toBe(program.functionAddress('open'));
  expect(functions['kernelStop']!()).toBe(0);
  expect(isolation.side).toBe('extension');
});

test('what the extension changes of an object that is in and out comes back by value', () => {
  const { isolation, program, functions } = boot();
  functions['init']!();
  isolation.side = 'kernel';
  const version = program.memory.load(program.address('registered'), 4);
  expect(isolation.callPointer(Number(functions['kernelOpen']!()), entries, version)).toBe(3);
  expect(functions['kernelFlags']!()).toBe(7);
  expect(isolation.held).toBe(0);
});

test('what it only reads it reads where it is', () => {
  const { isolation, program, functions } = boot();
  functions['init']!();
  isolation.side = 'kernel';
  const skb = Number(functions['poolAddress']!());
  const version = program.memory.load(program.address('registered'), 4);
  expect(isolation.callPointer(Number(functions['kernelXmit']!()), entries, skb, version)).toBe(5);
  expect(functions['seen']!()).toBe(60);
});

test('where only integers cross there is no body: 64 bits in two words', () => {
  const { isolation, functions } = boot();
  functions['init']!();
  isolation.callPointer(Number(functions['kernelWatchdog']!()), entries, 1, 9);
  expect(functions['seen']!()).toBe(9);
  expect(functions['back']!()).toBe(-5n);
});

test('a deferred call runs at the next crossing; what is consumed must be the extension\'s', () => {
  const { isolation, program, functions } = boot();
  functions['receive']!(60);
  functions['wild']!();
  expect(isolation.log.map(([what]) => what)).toEqual(['to kernel']);
  isolation.drainDeferred();
  // The skeleton of dev_alloc_skb tracks nothing: its header does not say so.
  const refused = ['bad', 'netif_rx', 'skb'];
  expect(isolation.log.filter(([what]) => what === 'bad')).toEqual([refused, refused]);
  expect(program.memory.load(program.address('received'), 4)).toBe(0);
});

test('memory is tracked with its size, and given back once; what sleeps is not called in atomic context', () => {
  const { isolation, functions } = boot();
  expect(functions['allocate']!()).toBe(0x8800_0000);
  expect(isolation.log.at(-1)).toEqual(['add', 1, 100]);
  functions['release']!(0x8800_0000);
  expect(isolation.log.at(-1)).toEqual(['take', 1]);
  functions['release']!(0x8800_0000);
  expect(isolation.log.at(-1)).toEqual(['bad', 'kfree', 'address']);
  isolation.atomic = true;
  expect(functions['allocate']!()).toBe(0);
  expect(isolation.log.at(-1)).toEqual(['bad', 'kmalloc', 'context: atomic']);
});

test('an absent object is none, an absent text is refused', () => {
  const { isolation, functions } = boot();
  expect(functions['link']!()).toBe(false);
  expect(isolation.log.at(-1)).toEqual(['bad', 'set_link', 'name']);
});

test('of a format and its arguments only the text crosses', () => {
  const { isolation, program, functions } = boot();
  functions['greet']!();
  expect(isolation.log).toEqual([['to kernel', 1]]);
  expect(program.memory.textAt(program.memory.load(program.address('said'), 4))).toBe('hello 7%');
});

test('a call to an extension that has failed gives an error and does not cross', () => {
  const { isolation, program, functions } = boot();
  functions['init']!();
  const version = program.memory.load(program.address('registered'), 4);
  const crossings = isolation.log.length;
  isolation.alive = false;
  expect(isolation.callPointer(Number(functions['kernelOpen']!()), entries, version)).toBe(-5);
  expect(isolation.log.length).toBe(crossings);
  expect(isolation.held).toBe(0);
});
