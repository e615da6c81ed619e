/**
 * The network's and the PCI bus's interfaces: what an isolated driver gets for their names. What of them runs in its
 * domain as it is writes only into the extension's versions of packets and interfaces.
 */
import { pci_set_dma_mask } from '../../kernel/mm/dma.ts';
import { ether_setup, eth_header, eth_type_trans, eth_mac_addr } from '../../kernel/net/eth.ts';
import {
  skb_reserve, skb_put, skb_push, skb_pull, skb_trim, __skb_queue_tail, __skb_queue_head, __skb_unlink, __skb_dequeue,
} from '../../kernel/net/skbuff.ts';
import { pci_find_device } from '../../kernel/pci/driver.ts';
import { pci_resource_len } from '../../kernel/pci/pci.ts';
import { init_tq } from '../../kernel/sched/context.ts';
import { Binding } from './bind.ts';
import {
  nooks_w_pci_register_driver, nooks_w_pci_module_init, nooks_w_pci_unregister_driver, nooks_w_pci_set_drvdata,
  nooks_w_pci_enable_device, nooks_w_pci_disable_device, nooks_w_pci_set_master, nooks_w_pci_request_regions,
  nooks_w_pci_release_regions,
} from './pci.wrappers.ts';
import {
  nooks_w_pci_read_config_byte, nooks_w_pci_read_config_word, nooks_w_pci_read_config_dword,
  nooks_w_pci_write_config_byte, nooks_w_pci_write_config_word, nooks_w_pci_write_config_dword,
  nooks_w_pci_find_capability, nooks_w_pci_map_single,
} from './pci_config.wrappers.ts';
import {
  nooks_w_alloc_etherdev, nooks_w_init_etherdev, nooks_w_register_netdev, nooks_w_register_netdevice,
  nooks_w_unregister_netdev, nooks_w_unregister_netdevice, nooks_w_free_netdev,
} from './netdevice.wrappers.ts';
import {
  nooks_w_netif_start_queue, nooks_w_netif_stop_queue, nooks_w_netif_wake_queue, nooks_w_netif_schedule,
  nooks_w_netif_carrier_on, nooks_w_netif_carrier_off, nooks_w_netif_device_attach, nooks_w_netif_device_detach,
  nooks_w_netif_queue_stopped, nooks_w_netif_running, nooks_w_netif_carrier_ok, nooks_w_netif_device_present,
} from './netif.wrappers.ts';
import { nooks_w_dev_alloc_skb, nooks_w_alloc_skb, nooks_w_netif_rx, nooks_w_kfree_skb } from './skbuff.wrappers.ts';
import {
  nooks_w_schedule_task, nooks_w_flush_scheduled_tasks, nooks_w_rtnl_lock, nooks_w_rtnl_unlock,
} from './task.wrappers.ts';

export const NETWORK = 64;
export const network: Arr<Embed<Binding>, 64> = [
  { name: 'pci_register_driver', entry: cast<usize>(nooks_w_pci_register_driver) },
  { name: 'pci_module_init', entry: cast<usize>(nooks_w_pci_module_init) },
  { name: 'pci_unregister_driver', entry: cast<usize>(nooks_w_pci_unregister_driver) },
  { name: 'pci_set_drvdata', entry: cast<usize>(nooks_w_pci_set_drvdata) },
  { name: 'pci_enable_device', entry: cast<usize>(nooks_w_pci_enable_device) },
  { name: 'pci_disable_device', entry: cast<usize>(nooks_w_pci_disable_device) },
  { name: 'pci_set_master', entry: cast<usize>(nooks_w_pci_set_master) },
  { name: 'pci_request_regions', entry: cast<usize>(nooks_w_pci_request_regions) },
  { name: 'pci_release_regions', entry: cast<usize>(nooks_w_pci_release_regions) },
  { name: 'pci_read_config_byte', entry: cast<usize>(nooks_w_pci_read_config_byte) },
  { name: 'pci_read_config_word', entry: cast<usize>(nooks_w_pci_read_config_word) },
  { name: 'pci_read_config_dword', entry: cast<usize>(nooks_w_pci_read_config_dword) },
  { name: 'pci_write_config_byte', entry: cast<usize>(nooks_w_pci_write_config_byte) },
  { name: 'pci_write_config_word', entry: cast<usize>(nooks_w_pci_write_config_word) },
  { name: 'pci_write_config_dword', entry: cast<usize>(nooks_w_pci_write_config_dword) },
  { name: 'pci_find_capability', entry: cast<usize>(nooks_w_pci_find_capability) },
  { name: 'pci_map_single', entry: cast<usize>(nooks_w_pci_map_single) },
  { name: 'alloc_etherdev', entry: cast<usize>(nooks_w_alloc_etherdev) },
  { name: 'init_etherdev', entry: cast<usize>(nooks_w_init_etherdev) },
  { name: 'register_netdev', entry: cast<usize>(nooks_w_register_netdev) },
  { name: 'register_netdevice', entry: cast<usize>(nooks_w_register_netdevice) },
  { name: 'unregister_netdev', entry: cast<usize>(nooks_w_unregister_netdev) },
  { name: 'unregister_netdevice', entry: cast<usize>(nooks_w_unregister_netdevice) },
  { name: 'free_netdev', entry: cast<usize>(nooks_w_free_netdev) },
  { name: 'netif_start_queue', entry: cast<usize>(nooks_w_netif_start_queue) },
  { name: 'netif_stop_queue', entry: cast<usize>(nooks_w_netif_stop_queue) },
  { name: 'netif_wake_queue', entry: cast<usize>(nooks_w_netif_wake_queue) },
  { name: 'netif_schedule', entry: cast<usize>(nooks_w_netif_schedule) },
  { name: 'netif_carrier_on', entry: cast<usize>(nooks_w_netif_carrier_on) },
  { name: 'netif_carrier_off', entry: cast<usize>(nooks_w_netif_carrier_off) },
  { name: 'netif_device_attach', entry: cast<usize>(nooks_w_netif_device_attach) },
  { name: 'netif_device_detach', entry: cast<usize>(nooks_w_netif_device_detach) },
  { name: 'netif_queue_stopped', entry: cast<usize>(nooks_w_netif_queue_stopped) },
  { name: 'netif_running', entry: cast<usize>(nooks_w_netif_running) },
  { name: 'netif_carrier_ok', entry: cast<usize>(nooks_w_netif_carrier_ok) },
  { name: 'netif_device_present', entry: cast<usize>(nooks_w_netif_device_present) },
  { name: 'dev_alloc_skb', entry: cast<usize>(nooks_w_dev_alloc_skb) },
  { name: 'alloc_skb', entry: cast<usize>(nooks_w_alloc_skb) },
  { name: 'netif_rx', entry: cast<usize>(nooks_w_netif_rx) },
  { name: 'kfree_skb', entry: cast<usize>(nooks_w_kfree_skb) },
  { name: 'dev_kfree_skb', entry: cast<usize>(nooks_w_kfree_skb) },
  { name: 'dev_kfree_skb_irq', entry: cast<usize>(nooks_w_kfree_skb) },
  { name: 'dev_kfree_skb_any', entry: cast<usize>(nooks_w_kfree_skb) },
  { name: 'schedule_task', entry: cast<usize>(nooks_w_schedule_task) },
  { name: 'flush_scheduled_tasks', entry: cast<usize>(nooks_w_flush_scheduled_tasks) },
  { name: 'rtnl_lock', entry: cast<usize>(nooks_w_rtnl_lock) },
  { name: 'rtnl_unlock', entry: cast<usize>(nooks_w_rtnl_unlock) },
  // Without a wrapper.
  { name: 'init_tq', entry: cast<usize>(init_tq) },
  { name: 'pci_set_dma_mask', entry: cast<usize>(pci_set_dma_mask) },
  { name: 'pci_resource_len', entry: cast<usize>(pci_resource_len) },
  { name: 'pci_find_device', entry: cast<usize>(pci_find_device) },
  { name: 'ether_setup', entry: cast<usize>(ether_setup) },
  { name: 'eth_header', entry: cast<usize>(eth_header) },
  { name: 'eth_type_trans', entry: cast<usize>(eth_type_trans) },
  { name: 'eth_mac_addr', entry: cast<usize>(eth_mac_addr) },
  { name: 'skb_reserve', entry: cast<usize>(skb_reserve) },
  { name: 'skb_put', entry: cast<usize>(skb_put) },
  { name: 'skb_push', entry: cast<usize>(skb_push) },
  { name: 'skb_pull', entry: cast<usize>(skb_pull) },
  { name: 'skb_trim', entry: cast<usize>(skb_trim) },
  { name: '__skb_queue_tail', entry: cast<usize>(__skb_queue_tail) },
  { name: '__skb_queue_head', entry: cast<usize>(__skb_queue_head) },
  { name: '__skb_unlink', entry: cast<usize>(__skb_unlink) },
  { name: '__skb_dequeue', entry: cast<usize>(__skb_dequeue) },
];
