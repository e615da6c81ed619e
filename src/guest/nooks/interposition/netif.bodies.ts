/**
 * Wrappers of what a driver says of its interface's queue and link. The kernel's version alone has these bits: a queue
 * that is stopped on one hart while another wakes it must not be copied.
 */
import {
  netif_carrier_off, netif_carrier_ok, netif_carrier_on, netif_device_attach, netif_device_detach,
  netif_device_present, NetDevice, netif_queue_stopped, netif_running, netif_start_queue, netif_stop_queue,
  netif_wake_queue,
} from '../../kernel/net/netdevice.ts';
import { netif_schedule } from '../../kernel/net/xmit.ts';
import { nooks_bad_parameter } from './check.ts';
import { netdev_of } from './netdevice.bodies.ts';

export function body_netif_start_queue(dev: usize): u32 {
  const found = netdev_of('netif_start_queue', dev);
  if (found !== null) netif_start_queue(found);
  return 0;
}

export function body_netif_stop_queue(dev: usize): u32 {
  const found = netdev_of('netif_stop_queue', dev);
  if (found !== null) netif_stop_queue(found);
  return 0;
}

export function body_netif_wake_queue(dev: usize): u32 {
  const found = registered_netdev('netif_wake_queue', dev);
  if (found !== null) netif_wake_queue(found);
  return 0;
}

export function body_netif_schedule(dev: usize): u32 {
  const found = registered_netdev('netif_schedule', dev);
  if (found !== null) netif_schedule(found);
  return 0;
}

export function body_netif_carrier_on(dev: usize): u32 {
  const found = registered_netdev('netif_carrier_on', dev);
  if (found !== null) netif_carrier_on(found);
  return 0;
}

export function body_netif_carrier_off(dev: usize): u32 {
  const found = netdev_of('netif_carrier_off', dev);
  if (found !== null) netif_carrier_off(found);
  return 0;
}

export function body_netif_device_attach(dev: usize): u32 {
  const found = registered_netdev('netif_device_attach', dev);
  if (found !== null) netif_device_attach(found);
  return 0;
}

export function body_netif_device_detach(dev: usize): u32 {
  const found = netdev_of('netif_device_detach', dev);
  if (found !== null) netif_device_detach(found);
  return 0;
}

export function body_netif_queue_stopped(dev: usize): u32 {
  const found = netdev_of('netif_queue_stopped', dev);
  return found !== null && netif_queue_stopped(found) ? 1 : 0;
}

export function body_netif_running(dev: usize): u32 {
  const found = netdev_of('netif_running', dev);
  return found !== null && netif_running(found) ? 1 : 0;
}

export function body_netif_carrier_ok(dev: usize): u32 {
  const found = netdev_of('netif_carrier_ok', dev);
  return found !== null && netif_carrier_ok(found) ? 1 : 0;
}

export function body_netif_device_present(dev: usize): u32 {
  const found = netdev_of('netif_device_present', dev);
  return found !== null && netif_device_present(found) ? 1 : 0;
}

/** Before it is registered it has neither queue nor watchdog. */
function registered_netdev(wrapper: cstr, dev: usize): NetDevice | null {
  const found = netdev_of(wrapper, dev);
  if (found === null || found.registered) return found;
  nooks_bad_parameter(wrapper, 'dev: not registered');
  return null;
}
