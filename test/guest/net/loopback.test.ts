/** The network's programs over the loopback, on our machine and on QEMU, and the kernel's own test of the network. */
import { beforeAll, describe, expect, test } from 'vitest';
import { Machine } from '../../../src/host/machine.ts';
import { hasQemu, runOnQemu, withoutQemu } from '../../support/qemu.ts';
import { shipped, type System } from '../../support/system.ts';

let system: System;
beforeAll(async () => { system = await shipped(); }, 120_000);

const stream = (what: string, count: number, bytes: number) =>
  new RegExp(`^(\\d+ of ${count}\\n)*udpstream ${what}: ${count} of ${count} datagrams, ${bytes} bytes each, 0 bad, `
    + '0 missing, 0 late, \\d+ us\\n0\\n$');

/** Commands and what they print. */
const story: readonly (readonly [command: string, printed: string | RegExp])[] = [
  ['ping 127.0.0.1 1; echo $?',
    'PING 127.0.0.1: 56 data bytes\nping: sendto: Network is down\n'
    + '1 packets transmitted, 0 packets received, 100% packet loss\n1\n'],
  ['ifconfig lo up; ifconfig',
    'lo: UP LOOPBACK RUNNING  mtu 16436  index 1\n    inet 127.0.0.1 netmask 255.0.0.0\n'],
  ['ping localhost 2; echo $?', new RegExp('^PING 127.0.0.1: 56 data bytes\\n'
    + '(64 bytes from 127.0.0.1: icmp_seq=[01] ttl=64 time=\\d+\\.\\d{3} ms\\n){2}'
    + '2 packets transmitted, 2 packets received, 0% packet loss\\n0\\n$')],
  ['ping 10.9.9.9 1; echo $?',
    /^PING 10\.9\.9\.9: .*\nping: sendto: Network is unreachable\n.* 100% packet loss\n1\n$/],
  ['ping 1.2.3; echo $?', 'usage: ping address [count]\n2\n'],
  ['udpstream send 127.0.0.1 9 100; echo $?', 'udpstream: send: Connection refused\n1\n'],
  ['streamd & DAEMON=$!; sleep 0.05', 'streamd: ready\n'],
  ['udpstream send 127.0.0.1 120 1000; echo $?', stream('send', 120, 1000)],
  ['udpstream receive 127.0.0.1 120 1456; echo $?', stream('receive', 120, 1456)],
  ['udpstream echo 127.0.0.1 30 0; echo $?', stream('echo', 30, 0)],
  ['udpstream echo 127.0.0.1 40 500 8 & udpstream send 127.0.0.1 40 77 8; wait $!; echo $?',
    /^(.*\n)*udpstream (echo|send): 40 of 40 .*\n(.*\n)*udpstream (echo|send): 40 of 40 .*\n(.*\n)*0\n$/],
  ['cat /proc/net/udp | wc', /^ +5 +\d+ +\d+\n$/],
  ['kill $DAEMON; wait $DAEMON; cat /proc/net/sockstat', /sockets: used 0\nskbs: used 0\n$/],
  ['ifconfig lo mtu 500; ifconfig lo mtu x; echo $?', /^usage: ifconfig .*\n2\n$/],
  ['ifconfig', 'lo: UP LOOPBACK RUNNING  mtu 500  index 1\n    inet 127.0.0.1 netmask 255.0.0.0\n'],
  ['route add default gw 10.9.9.1; echo $?', 'route: default: Network is unreachable\n1\n'],
];

const mark = (index: number) => `@@@ ${index}`;
const script = [...story.flatMap(([command], index) => [`echo '${mark(index)}'`, command]), 'poweroff', ''].join('\n');
const initrd = () => system.initrd([{ path: 'etc/rc', mode: 0o100644, contents: Buffer.from(script) }]);

function check(console: string): void {
  const text = console.replaceAll('\r', '').replace(/Power down\.\n[^]*$/, '@@@ end\n');
  for (const [index, [command, expected]] of story.entries()) {
    const printed = new RegExp(`^${mark(index)}\\n([^]*?)^@@@ `, 'm').exec(text)?.[1] ?? `nothing in ${text}`;
    if (typeof expected === 'string') expect(printed, command).toBe(expected);
    else expect(printed, command).toMatch(expected);
  }
}

describe('programs over the loopback', () => {
  test.each([{ harts: 1, seed: 1 }, { harts: 4, seed: 2 }])('on our machine in turns: $harts harts, seed $seed', {
    timeout: 60_000,
  }, async (options) => {
    const machine = await Machine.create({ image: system.kernel, initrd: initrd(), ...options });
    await machine.run({ maxInstructions: 400_000_000 });
    const printed = machine.console;
    await machine.dispose();
    check(printed);
  });
  test.skipIf(!hasQemu)(`on QEMU ${hasQemu ? '' : withoutQemu}`, { timeout: 60_000 }, () => {
    check(runOnQemu(system.kernel, { harts: 2, initrd: initrd(), timeoutMs: 50_000 }).console);
  });
});

// Many seeds: npm run selftest -- --tests net.
// Replayed by: nooks run --harts H --seed S --quantum Q --engine lockstep --append selftest=net
const runs = [{ seed: 1, harts: 2, quantum: 300 }];
test.each(runs)('the kernel tests its network: $harts harts, seed $seed, quantum $quantum', { timeout: 120_000 },
  async ({ harts, seed, quantum }) => {
    const append = 'selftest=net panic=-1';
    const machine = await Machine.create({ image: system.kernel, append, harts, seed, quantum });
    await machine.run({ maxInstructions: 2e9 });
    const printed = machine.console;
    await machine.dispose();
    expect(printed).toContain('selftest net: ok');
    expect(printed).not.toContain('selftest:');
  });
