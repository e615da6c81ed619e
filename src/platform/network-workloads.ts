import type { Workload } from './extension.ts';

/** The remote host at the far end of every network card's cable, and the address that is the guest's beside it. */
export const remoteAddress = '10.0.2.2';
export const guestAddress = '10.0.2.15';

/** Datagrams of checked content, all of which must come once and in order. */
function stream(way: 'echo' | 'send' | 'receive', count: number, bytes: number, window: number): Workload {
  return {
    name: way,
    command: `udpstream ${way} ${remoteAddress} ${count} ${bytes} ${window}`,
    progress: '^\\d+ of \\d+$',
    says: [`^udpstream ${way}: ${count} of ${count} datagrams, ${bytes} bytes each, 0 bad, 0 missing, 0 late,`],
    peers: [],
    seconds: 10,
  };
}

/** What a network driver is for, once its interface eth0 is up. Windows fit the shortest of the drivers' rings. */
export const networkWorkloads: readonly Workload[] = [
  stream('echo', 400, 1000, 8),
  stream('send', 400, 1400, 16),
  stream('receive', 400, 1400, 16),
  {
    name: 'ping',
    command: `ping ${remoteAddress} 5`,
    progress: '^\\d+ bytes from',
    says: ['^5 packets transmitted, 5 packets received, 0% packet loss$'],
    peers: [],
    seconds: 10,
  },
];

/**
 * What makes a loaded network driver's interface ready for them, and undoes that. Until the remote host's station
 * address is known only three packets for it are kept, so it is asked for before there are more.
 */
export const networkSetUp: readonly string[] = [`ifconfig eth0 ${guestAddress} up`, `ping ${remoteAddress} 1`];
export const networkTearDown: readonly string[] = ['ifconfig eth0 down'];
