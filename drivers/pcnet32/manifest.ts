import type { ExtensionManifest } from '../../src/platform/extension.ts';
import { networkSetUp, networkTearDown, networkWorkloads } from '../../src/platform/network-workloads.ts';

/** AMD PCnet-PCI II: an Ethernet interface. */
export const pcnet32: ExtensionManifest = {
  name: 'pcnet32',
  title: 'AMD PCnet-PCI II driver',
  kind: 'network driver',
  files: ['drivers/pcnet32/'],
  devices: ['pcnet'],
  parameters: {
    debug: { about: 'how much is told: 0 nothing, 1 errors, up to 4', initial: 1 },
    max_interrupt_work: { about: 'turns of the interrupt handler', initial: 80 },
    rx_copybreak: { about: 'received frames up to this length are copied', initial: 200 },
    log_tx_buffers: { about: 'logarithm of the length of the transmit ring: 1 to 9', initial: 4 },
    log_rx_buffers: { about: 'logarithm of the length of the receive ring: 1 to 9', initial: 5 },
    options: { about: 'port: 0 AUI, 1 10BASE-T, 4 whichever is in use', initial: 4 },
    full_duplex: { about: '1: both ways at once', initial: 0 },
    dwio: { about: '1: registers are reached by double words', initial: 0 },
  },
  setUp: networkSetUp,
  tearDown: networkTearDown,
  workloads: networkWorkloads,
};
