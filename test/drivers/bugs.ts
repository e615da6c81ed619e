/**
 * Bugs put into the drivers by hand, of the kinds of Nooks (SOSP 2003), section 5.2.4: each an edit of a driver's
 * source, as a programmer would have slipped, and what then calls for it; the drivers' workloads do not.
 */
import type { Planted } from '../support/planted.ts';

/** What the paper's authors injected: the commonest of the Linux kernel mailing list. */
export type BugKind = 'NULL check removed' | 'uninitialised stack variable' | 'uninitialised heap variable'
  | 'user pointer dereferenced' | 'freed twice';

/** Natively: the task in the driver dies of an oops; the whole kernel stops; or no prompt comes back. */
export type NativeEnd = 'oops' | 'panic' | 'hang';
/** Whether the workloads go well after an oops, the driver being set up anew: locks that the task held stay held. */
export type Service = 'there' | 'lost';

export interface DriverBug extends Planted {
  readonly driver: string;
  readonly kind: BugKind;
  /** What is wrong, in a few words. */
  readonly slip: string;
  /** Shell commands that have it happen; and those that take away again what made it happen. */
  readonly trigger: readonly string[];
  readonly relief: readonly string[];
  readonly native: NativeEnd;
  readonly service: Service;
  /** What the kernel says natively, and why it says that the extension has failed under Nooks. */
  readonly says: RegExp;
  readonly failed: RegExp;
}

const uninitialised = 'local<Arr<usize, 1>>()[0]';

export const bugs: readonly DriverBug[] = [
  {
    driver: 'sb', kind: 'NULL check removed',
    slip: "the DMA buffer's allocation is not checked",
    file: 'drivers/sb/dmabuf.ts',
    text: 'if (dmap.rawbuf === 0 && !dmabuf_alloc(dmap)) return -ENOMEM;',
    instead: 'if (dmap.rawbuf === 0) dmabuf_alloc(dmap);',
    // No page that the DMA controller reaches is left.
    trigger: ['insmod hoard dma=1', 'play /usr/share/sounds/bell.wav'], relief: ['rmmod hoard'],
    native: 'oops', service: 'lost', says: /NULL pointer dereference/, failed: /store page fault at memset/,
  },
  {
    driver: 'sb', kind: 'uninitialised stack variable',
    slip: '`MIXER_INFO` is filled in through a pointer that points nowhere',
    file: 'drivers/sb/sb_mixer.ts',
    text: 'const info = local<MixerInfo>();', instead: `const info = cast<MixerInfo>(${uninitialised});`,
    trigger: ['/test/dsp'], relief: [],
    native: 'oops', service: 'there', says: /Unable to handle/, failed: /page fault/,
  },
  {
    driver: 'sb', kind: 'uninitialised heap variable',
    slip: "the mixer's `private_data` is never set",
    file: 'drivers/sb/sb_mixer.ts',
    text: 'file.private_data = addr(mixer_devc);', instead: '',
    trigger: ['/test/dsp'], relief: [],
    native: 'oops', service: 'there', says: /NULL pointer dereference/, failed: /bad lock of spin_lock/,
  },
  {
    driver: 'sb', kind: 'user pointer dereferenced',
    slip: 'a mixer level is read without `get_user`',
    file: 'drivers/sb/sb_mixer.ts',
    text: 'if (get_user(value, arg) !== 0) return -EFAULT;', instead: 'value[0] = cast<Ptr<u32>>(arg)[0];',
    trigger: ['/test/dsp'], relief: [],
    native: 'oops', service: 'there', says: /Unable to handle/, failed: /page fault/,
  },
  {
    driver: 'sb', kind: 'freed twice',
    slip: "the freed DMA buffer's address is kept, and freed at the next close",
    file: 'drivers/sb/dmabuf.ts', text: '  dmap.rawbuf = 0;\n', instead: '',
    // Who has not written has no ring of his own: closing frees that of the one before again.
    trigger: ['true > /dev/dsp'], relief: [],
    native: 'oops', service: 'lost', says: /Bad page/, failed: /free_pages/,
  },
  {
    driver: 'e1000', kind: 'NULL check removed',
    slip: '`dev_alloc_skb` for the receive ring is not checked',
    file: 'drivers/e1000/rx_ring.ts',
    text: `    if (skb === null) {
      // The watchdog has the interrupt come, should none that is left bring a frame.
      adapter.alloc_rx_buff_failed++;
      break;
    }
`, instead: '',
    // The ring's buffers are twice as many pages as are left.
    trigger: ['ifconfig eth0 down', 'insmod hoard leave=128', 'ifconfig eth0 up'], relief: ['rmmod hoard'],
    native: 'oops', service: 'lost', says: /NULL pointer dereference/, failed: /page fault/,
  },
  {
    driver: 'e1000', kind: 'uninitialised stack variable',
    slip: '`GDRVINFO` is filled in through a pointer that points nowhere',
    file: 'drivers/e1000/ethtool.ts',
    text: 'const info = local<EthtoolDrvinfo>();', instead: `const info = cast<EthtoolDrvinfo>(${uninitialised});`,
    trigger: ['ethtool -i eth0'], relief: [],
    native: 'oops', service: 'lost', says: /Unable to handle/, failed: /page fault/,
  },
  {
    driver: 'e1000', kind: 'uninitialised heap variable',
    slip: "the ring's buffers are not zeroed",
    file: 'drivers/e1000/tx_ring.ts',
    text: '  memset(cast(buffers), 0, info);\n', instead: '',
    // The workloads have used all of the ring: a new one.
    trigger: ['ifconfig eth0 down', 'ifconfig eth0 up', 'ifconfig eth0 down'], relief: [],
    native: 'oops', service: 'lost', says: /Unable to handle/, failed: /kfree_skb/,
  },
  {
    driver: 'e1000', kind: 'user pointer dereferenced',
    slip: "ethtool's command is read without `copy_from_user`",
    file: 'drivers/e1000/ethtool.ts',
    text: 'if (copy_from_user(addr(cmd), data, 4) !== 0) return -EFAULT;',
    instead: 'cmd[0] = cast<Ptr<u32>>(data)[0];',
    trigger: ['ethtool eth0'], relief: [],
    native: 'oops', service: 'lost', says: /Unable to handle/, failed: /page fault/,
  },
  {
    driver: 'e1000', kind: 'freed twice',
    slip: 'a sent packet stays in the ring, and is freed with it',
    file: 'drivers/e1000/tx_ring.ts',
    text: '    buffer.skb = null;\n', instead: '',
    // Natively it shows when the memory is wanted again.
    trigger: ['ifconfig eth0 down', 'ifconfig eth0 up'], relief: [],
    native: 'oops', service: 'lost', says: /slab error/, failed: /kfree_skb/,
  },
  {
    driver: 'pcnet32', kind: 'NULL check removed',
    slip: 'a descriptor without a packet is taken for one with',
    file: 'drivers/pcnet32/rings.ts',
    text: '  if (skb === null) return;\n', instead: '',
    // Most descriptors have no packet then.
    trigger: ['ifconfig eth0 down'], relief: [],
    native: 'oops', service: 'lost', says: /NULL pointer dereference/, failed: /page fault/,
  },
  {
    driver: 'pcnet32', kind: 'uninitialised stack variable',
    slip: '`GRINGPARAM` is filled in through a pointer that points nowhere',
    file: 'drivers/pcnet32/ethtool.ts',
    text: 'ering = local<EthtoolRingparam>();', instead: `ering = cast<EthtoolRingparam>(${uninitialised});`,
    trigger: ['ethtool -g eth0'], relief: [],
    native: 'oops', service: 'lost', says: /Unable to handle/, failed: /page fault/,
  },
  {
    driver: 'pcnet32', kind: 'uninitialised heap variable',
    slip: 'the table of packets to send is not zeroed',
    file: 'drivers/pcnet32/rings.ts',
    text: 'lp.tx_skbuff = cast(pcnet32_alloc_table(lp.tx_ring_size));',
    instead: 'lp.tx_skbuff = cast(kmalloc(lp.tx_ring_size * 4, GFP_KERNEL));',
    // The workloads have used all of the ring: a new one.
    trigger: ['ifconfig eth0 down', 'ifconfig eth0 up', 'ifconfig eth0 down'], relief: [],
    native: 'oops', service: 'lost', says: /Unable to handle/, failed: /page fault/,
  },
  {
    driver: 'pcnet32', kind: 'user pointer dereferenced',
    slip: 'the message level is read without `copy_from_user`',
    file: 'drivers/pcnet32/ethtool.ts',
    text: 'if (copy_from_user(addr(edata), useraddr, sizeof<EthtoolValue>()) !== 0) return -EFAULT;\n'
      + '  pcnet32_priv(dev).msg_enable = edata.data;',
    instead: 'pcnet32_priv(dev).msg_enable = cast<EthtoolValue>(useraddr).data;',
    trigger: ['ethtool -s eth0 msglvl 1'], relief: [],
    native: 'oops', service: 'lost', says: /Unable to handle/, failed: /page fault/,
  },
  {
    driver: 'pcnet32', kind: 'freed twice',
    slip: "the register dump's buffer is freed twice",
    file: 'drivers/pcnet32/ethtool.ts',
    text: '  kfree(buffer);\n', instead: '  kfree(buffer);\n  kfree(buffer);\n',
    trigger: ['ethtool -d eth0'], relief: [],
    native: 'oops', service: 'lost', says: /slab error/, failed: /kfree/,
  },
];

/** A bug's line in the README. */
export const bugRow = ({ driver, kind, slip, trigger, native, service }: DriverBug): string =>
  `| ${driver} | ${kind} | ${slip} | \`${trigger.join('; ')}\` | ${native}, service ${service} |`;
