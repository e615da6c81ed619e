/** What the host reads of the isolation layer is what the guest's /proc/nooks says. */
import { afterEach, expect, test } from 'vitest';
import {
  type ExtensionStatistics, type NooksStatistics, type PhaseTimes, readNooksStatistics, type RecoveryStatistics,
} from '../../src/host/nooks-statistics.ts';
import { shippedKernel } from '../support/shipped-kernel.ts';
import { Session, shipped } from '../support/system.ts';

const memory = 32 * 2 ** 20;
let session: Session | undefined;
afterEach(() => session?.machine.dispose());

test('the host and /proc/nooks agree, before and after recoveries', async () => {
  session = await Session.boot(await shipped(), {
    harts: 2, seed: 1, memory, devices: ['sb16', 'e1000'], append: 'panic=-1 nooks_ticks=5',
  });
  const kernel = shippedKernel(session.machine);
  const compare = async () => {
    const said = parse(await session!.command('cat /proc/nooks'));
    expect(readNooksStatistics(kernel)).toEqual(said);
    return said;
  };
  expect((await compare()).extensions).toEqual([]);
  await session.command('insmod -n rogue; insmod -n sb; insmod -n e1000; sh /etc/nooks/start/e1000');
  expect((await compare()).extensions.map(({ name, kind }) => [name, kind]))
    .toEqual([['e1000', 'network'], ['sb', 'sound'], ['rogue', '-']]);
  await session.command('echo 1 > /proc/rogue; echo fail sb > /proc/nooks; echo fail e1000 > /proc/nooks; sleep 2');
  const { extensions, all } = await compare();
  expect(extensions.map(({ recoveries }) => recoveries)).toEqual([1, 1, 1]);
  expect(all).toMatchObject({ recoveries: 3, failures: { exception: 1, request: 2 } });
  for (const { phases } of extensions) {
    const parts = Object.entries(phases).filter(([name]) => name !== 'whole').map(([, { last }]) => last);
    // Each is cut to a whole number of microseconds.
    expect(phases['whole']!.last - parts.reduce((sum, part) => sum + part)).toBeLessThan(parts.length + 1);
  }
  await session.command('ifconfig eth0 down; rmmod e1000; rmmod sb; rmmod rogue');
  expect((await compare()).extensions).toEqual([]);
}, 60_000);

/** What the guest prints (recovery/proc.ts), in the form of the host. */
function parse(text: string): NooksStatistics {
  const blocks = text.split(/^(?=\S)/m);
  return { extensions: blocks.slice(0, -1).map(extensionOf), all: recoveryOf(blocks.at(-1)!) };
}

function extensionOf(block: string): ExtensionStatistics {
  const numbers = (pattern: RegExp) => pattern.exec(block)?.slice(1).map(Number) ?? [];
  const [, name, state, kind] = /^(\S+): (.+), (\S+)$/m.exec(block)!;
  const [into = 0, out = 0, deferred = 0, refused = 0] =
    numbers(/calls: (\d+) in, (\d+) out, (\d+) deferred, (\d+) refused/);
  const [heapBytes = 0, heapPages = 0, stacks = 0] =
    numbers(/heap: (\d+) bytes in (\d+) pages of \d+; stacks: (\d+) of/);
  return {
    name: name!, kind: kind!, recovering: state !== 'in service', calls: { in: into, out, deferred, refused },
    heapBytes, heapPages, stacks, objects: countsOf(/objects: \d+ of \d+:(.*)$/m.exec(block)?.[1] ?? ''),
    ...recoveryOf(block),
  };
}

function recoveryOf(block: string): RecoveryStatistics {
  const phases = [...block.matchAll(/^ {4}(\S+) +(\d+) +(\d+) +(\d+) +(\d+)$/gm)].map(([, name, ...numbers]) => {
    const [times = 0, last = 0, most = 0, total = 0] = numbers.map(Number);
    return [name!, { times, last, most, total }];
  });
  const none = { times: 0, last: 0, most: 0, total: 0 };
  return {
    failures: countsOf(/failures:(.*)$/m.exec(block)![1]!),
    recoveries: Number(/recoveries: (\d+)/.exec(block)![1]),
    phases: phases.length > 0 ? Object.fromEntries(phases) as Record<string, PhaseTimes>
      : Object.fromEntries(phaseNames.map((name) => [name, none])),
  };
}

const phaseNames = ['suspend', 'release', 'unload', 'decide', 'restart', 'start-up', 'whole'];

/** `1 timer, 2 memory` by name. */
const countsOf = (text: string) =>
  Object.fromEntries([...text.matchAll(/(\d+) ([^,]+)/g)].map(([, count, name]) => [name!, Number(count)]));
