/** What test/guest/nooks/guest/netrogue.ts does by its parameter, and how the isolation layer says that it noticed. */

/** What makes it happen: loading the module, or a command afterwards. */
export interface NetMisdeed {
  readonly misdeed: number;
  readonly name: string;
  readonly use?: string;
  /** What the console then says. */
  readonly says: RegExp;
}

const bad = (what: string) => new RegExp(`netrogue failed: bad ${what}$`, 'm');
const row = (misdeed: number, name: string, says: RegExp, use?: string): NetMisdeed =>
  ({ misdeed, name, says, ...(use !== undefined && { use }) });

export const netMisdeeds: readonly NetMisdeed[] = [
  row(1, 'a driver whose name is no text', bad('driver: name of pci_register_driver')),
  row(2, 'a driver without a table', bad('driver: id_table of pci_register_driver')),
  row(3, 'a driver without probe', bad('driver: probe of pci_register_driver')),
  row(4, "a driver in the kernel's memory", bad('driver of pci_register_driver')),
  row(5, 'a driver twice', bad('driver: registered of pci_register_driver')),
  row(10, "an interface's name with a %s", bad('dev: name of register_netdev')),
  row(11, 'addresses longer than there is room', bad('dev: name of register_netdev')),
  row(12, 'headers of four gigabytes', bad('dev: name of register_netdev')),
  row(13, 'packets of four gigabytes', bad('dev: mtu of register_netdev')),
  row(14, 'an interface that cannot send', bad('dev: functions of register_netdev')),
  row(15, "its own headers in the kernel's packets", bad('dev: functions of register_netdev')),
  row(16, 'an interface twice', bad('dev: registered of register_netdev')),
  row(17, 'packets for an interface that is not registered', bad('dev: not registered of netif_wake_queue')),
  row(18, "the kernel's interface as its own", bad('dev of register_netdev')),
  row(20, 'a device that it was not given', bad('dev of pci_enable_device')),
  row(21, "a device's place on the bus", bad('where of pci_write_config_dword')),
  row(22, 'a register read into the kernel', bad('value of pci_read_config_dword')),
  row(23, 'a register that there is not', bad('where of pci_read_config_dword')),
  row(24, "another device's window", bad('physical of ioremap')),
  row(25, "the kernel's memory for a device to write", bad('address of pci_map_single')),
  row(26, 'regions given back twice', bad('dev of pci_release_regions')),
  row(30, "a packet whose data are the kernel's", bad('skb: data of netif_rx')),
  row(31, 'a packet that ends behind its room', bad('skb: tail of netif_rx')),
  row(39, 'a packet that ends before it begins', bad('skb: tail of netif_rx')),
  row(32, 'a packet of another length', bad('skb: len of netif_rx')),
  row(33, 'a packet with its header elsewhere', bad('skb: mac of netif_rx')),
  row(34, 'a packet of no kind', bad('skb: pkt_type of netif_rx')),
  row(35, "a packet from the kernel's interface", bad('skb: dev of netif_rx')),
  row(36, 'a packet passed on after it was freed', bad('skb of netif_rx')),
  row(37, 'a deferred call of something else', bad('queue of deferred call')),
  row(38, 'a packet written after it was passed on', /netrogue failed: store page fault at misuse_packets/),
  row(40, "work in the kernel's memory", bad('task of schedule_task')),
  row(41, 'work without a routine', bad('task: routine of schedule_task')),
  row(42, 'a task that waits for itself', bad('context: keventd of flush_scheduled_tasks'), 'sleep 0.1'),
  row(43, 'rtnl_sem twice', bad('rtnl: held already of rtnl_lock')),
  row(44, 'rtnl_sem given back for others', bad('rtnl: not held of rtnl_unlock')),
  row(46, 'a timer that sleeps', bad('context: atomic of flush_scheduled_tasks'), 'sleep 0.1'),
  row(47, 'death with rtnl_sem', /netrogue failed: store page fault at do_work/, 'sleep 0.1'),
  row(48, 'rtnl_sem in a timer', bad('context: atomic of rtnl_lock'), 'sleep 0.1'),
  row(49, 'an interface in a timer', bad('context: atomic of alloc_etherdev'), 'sleep 0.1'),
  row(50, 'an interface freed while it is registered', bad('dev: registered of free_netdev'), 'rmmod netrogue'),
  row(61, 'a packet freed and refused', bad('result of hard_start_xmit'),
    'ifconfig eth0 10.0.2.15 up; ping 10.0.2.2 1'),
  row(62, "counters where there is no memory", bad('result of get_stats'), 'cat /proc/net/dev'),
  row(63, 'packets of two gigabytes', bad('mtu of net_device'), 'ifconfig eth0 mtu 1400'),
];
