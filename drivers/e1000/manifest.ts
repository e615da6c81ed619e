import type { ExtensionManifest } from '../../src/platform/extension.ts';
import {
  networkSetUp, networkTearDown, networkWorkloads, remoteAddress,
} from '../../src/platform/network-workloads.ts';

/** What a parameter has that is not set: the driver's own default. */
const unset = 0xffff_ffff;

/** Intel 82540EM: an Ethernet interface. */
export const e1000: ExtensionManifest = {
  name: 'e1000',
  title: 'Intel 82540EM driver',
  kind: 'network driver',
  files: ['drivers/e1000/'],
  devices: ['e1000'],
  parameters: {
    TxDescriptors: { about: 'length of the transmit ring: 80 to 4096; 256 when unset', initial: unset },
    RxDescriptors: { about: 'length of the receive ring: 80 to 4096; 256 when unset', initial: unset },
    Speed: { about: '10, 100, 1000 Mb/s, or 0 to agree on it', initial: unset },
    Duplex: { about: '1 half, 2 full, or 0 to agree on it', initial: unset },
    AutoNeg: { about: 'what is offered to the partner, as bits; 0x2f for all', initial: unset },
    FlowControl: { about: '0 none, 1 obey PAUSE, 2 send it, 3 both; as the EEPROM says when unset', initial: unset },
    XsumRX: { about: '1: the hardware checks what comes in; so when unset', initial: unset },
    TxIntDelay: { about: 'delay of the interrupt after sending, in 1.024 us; 64 when unset', initial: unset },
    TxAbsIntDelay: { about: 'at most so much, from the first packet; 64 when unset', initial: unset },
    RxIntDelay: { about: 'delay of the interrupt after receiving, in 1.024 us; 0 when unset', initial: unset },
    RxAbsIntDelay: { about: 'at most so much, from the first packet; 128 when unset', initial: unset },
    InterruptThrottleRate: { about: 'interrupts a second at most, 0 for any; 8000 when unset', initial: unset },
  },
  // The link takes its time: until somebody answers, little of what is sent is kept.
  setUp: [...networkSetUp, `ping ${remoteAddress} 1`],
  tearDown: networkTearDown,
  workloads: networkWorkloads,
};
