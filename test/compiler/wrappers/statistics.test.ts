import { expect, test } from 'vitest';
import { wrapperStatistics } from '../../../src/compiler/wrappers/statistics.ts';
import { generate } from './sample.ts';

const { groups, entries, bodies } = generate();
const kernel = new Set(['kmalloc', 'jiffies', 'printk', 'netif_stop']);

function statistics(...extensions: readonly { name: string; imports: string[]; text: string }[]) {
  return wrapperStatistics({
    groups, entries, byHand: bodies, kernel,
    extensions: extensions.map(({ text, ...extension }) => ({ ...extension, sources: [text] })),
  });
}

const nic = {
  name: 'nic', imports: ['kmalloc', 'register_netdev', 'request_irq', 'jiffies', 'netif_stop', 'data'],
  text: 'const nic: NetDevice = { name, open: nic_open, stop: null, watchdog }; nic.xmit = nic_xmit;',
};

test('wrappers are counted as the interface has them, and lines as they are', () => {
  const lines = (files: ReadonlyMap<string, string>) => [...files.values()].join('').split('\n').length - 1;
  expect(statistics()).toEqual({
    kernelFunctions: 11, extensionFunctions: 6, direct: 1, generatedLines: lines(entries), handLines: lines(bodies),
    used: 0, shared: 0, extensions: [],
  });
});

test('an extension uses what it imports, what it gives to that, and what it puts into structs', () => {
  expect(statistics(nic).extensions).toEqual([{
    name: 'nic', functions: ['kmalloc', 'register_netdev', 'request_irq'],
    callbacks: ['InterruptHandler', 'NetDevice_open', 'NetDevice_xmit', 'NetDevice_watchdog'], unshared: 7,
    missing: ['netif_stop'],
  }]);
});

test('what two of them use is shared', () => {
  const timer = { name: 'timer', imports: ['kmalloc', 'printk'], text: 'timer.callback = ring; const t: Timer = x;' };
  const { used, shared, extensions } = statistics(nic, timer);
  expect({ used, shared, alone: extensions.map(({ unshared }) => unshared) }).toEqual({
    used: 9, shared: 1, alone: [6, 2],
  });
});
