/**
 * Module parameters, for all interfaces alike: `insmod e1000.o RxDescriptors=128`. Linux 2.4, drivers/net/e1000/
 * e1000_param.c. What is not set, or makes no sense, is the default.
 */
import { printk } from '../../src/guest/kernel/debug/printk.ts';
import type { E1000Adapter } from './adapter.ts';
import {
  AUTONEG_ADVERTISE_SPEED_DEFAULT, e1000_100_full, e1000_100_half, e1000_10_full, e1000_10_half, e1000_fc_default,
  e1000_fc_full,
} from './hw.ts';

const OPTION_UNSET = 0xffffffff;

/** Of the transmit ring: 80 to 4096, a multiple of 8. */
export let TxDescriptors: u32 = OPTION_UNSET;
/** Of the receive ring, likewise. */
export let RxDescriptors: u32 = OPTION_UNSET;
/** 0 agree, 10, 100, 1000: Mb/s. */
export let Speed: u32 = OPTION_UNSET;
/** 0 agree, 1 half, 2 full. */
export let Duplex: u32 = OPTION_UNSET;
/** What is advertised: ADVERTISE_ bits of hw.ts, 0x2f for all. */
export let AutoNeg: u32 = OPTION_UNSET;
/** 0 none, 1 obey PAUSE, 2 send PAUSE, 3 both; unset, as the EEPROM says. */
export let FlowControl: u32 = OPTION_UNSET;
/** 1: the hardware looks at checksums of what comes in. */
export let XsumRX: u32 = OPTION_UNSET;
/** Of the interrupt after sending, in units of 1.024 us: after the last packet, and at most. */
export let TxIntDelay: u32 = OPTION_UNSET;
export let TxAbsIntDelay: u32 = OPTION_UNSET;
/** The same after receiving. */
export let RxIntDelay: u32 = OPTION_UNSET;
export let RxAbsIntDelay: u32 = OPTION_UNSET;
/** Interrupts a second at most; 0: no limit. */
export let InterruptThrottleRate: u32 = OPTION_UNSET;

const DEFAULT_TXD = 256;
const DEFAULT_RXD = 256;
const MIN_DESCRIPTORS = 80;
const MAX_DESCRIPTORS = 4096;
/** The rings' bytes are a multiple of 128. */
const REQ_DESCRIPTOR_MULTIPLE = 8;
const DEFAULT_TIDV = 64;
const DEFAULT_TADV = 64;
const DEFAULT_RDTR = 0;
const DEFAULT_RADV = 128;
const MAX_DELAY = 0xffff;
const DEFAULT_ITR = 8000;
const MIN_ITR = 100;
const MAX_ITR = 100000;
/** ITR counts 256 ns. */
const ITR_UNITS_PER_SECOND = 1000000000 / 256;

/** Sets up an adapter as the parameters say. */
export function e1000_check_options(adapter: E1000Adapter): void {
  e1000_check_rings(adapter);
  e1000_check_moderation(adapter);
  adapter.rx_csum = e1000_option(adapter, 'Receive Checksum Offload', XsumRX, 1, 0, 1) !== 0;
  const fc = e1000_option(adapter, 'Flow Control', FlowControl, e1000_fc_default, 0, e1000_fc_full);
  adapter.hw.fc = fc;
  adapter.hw.original_fc = fc;
  e1000_check_copper_options(adapter);
}

function e1000_check_rings(adapter: E1000Adapter): void {
  const mask = ~(REQ_DESCRIPTOR_MULTIPLE - 1);
  const most = MAX_DESCRIPTORS, least = MIN_DESCRIPTORS;
  const tx = e1000_option(adapter, 'Transmit Descriptors', TxDescriptors, DEFAULT_TXD, least, most);
  adapter.tx_ring.count = (tx + REQ_DESCRIPTOR_MULTIPLE - 1) & mask;
  const rx = e1000_option(adapter, 'Receive Descriptors', RxDescriptors, DEFAULT_RXD, least, most);
  adapter.rx_ring.count = (rx + REQ_DESCRIPTOR_MULTIPLE - 1) & mask;
}

function e1000_check_moderation(adapter: E1000Adapter): void {
  adapter.tx_int_delay = e1000_option(adapter, 'Transmit Interrupt Delay', TxIntDelay, DEFAULT_TIDV, 0, MAX_DELAY);
  adapter.tx_abs_int_delay =
    e1000_option(adapter, 'Transmit Absolute Interrupt Delay', TxAbsIntDelay, DEFAULT_TADV, 0, MAX_DELAY);
  adapter.rx_int_delay = e1000_option(adapter, 'Receive Interrupt Delay', RxIntDelay, DEFAULT_RDTR, 0, MAX_DELAY);
  adapter.rx_abs_int_delay =
    e1000_option(adapter, 'Receive Absolute Interrupt Delay', RxAbsIntDelay, DEFAULT_RADV, 0, MAX_DELAY);
  const rate = InterruptThrottleRate === 0 ? 0
    : e1000_option(adapter, 'Interrupt Throttling Rate', InterruptThrottleRate, DEFAULT_ITR, MIN_ITR, MAX_ITR);
  adapter.itr = rate === 0 ? 0 : ITR_UNITS_PER_SECOND / rate;
}

/** The value, or the default with a message when it is out of range. */
function e1000_option(adapter: E1000Adapter, name: cstr, value: u32, unset: u32, min: u32, max: u32): u32 {
  if (value === OPTION_UNSET) return unset;
  if (value >= min && value <= max) {
    printk('<6>e1000: (%u) %s set to %u\n', adapter.bd_number, name, value);
    return value;
  }
  printk('<6>e1000: (%u) Invalid %s specified (%u), using default of %u\n', adapter.bd_number, name, value, unset);
  return unset;
}

/** Speed, Duplex and AutoNeg together: what is asked for is advertised, or forced where that can be. */
function e1000_check_copper_options(adapter: E1000Adapter): void {
  const speed = Speed === OPTION_UNSET ? 0 : Speed, duplex = Duplex === OPTION_UNSET ? 0 : Duplex;
  const hw = adapter.hw;
  hw.autoneg = true;
  hw.autoneg_advertised = AUTONEG_ADVERTISE_SPEED_DEFAULT;
  if (AutoNeg !== OPTION_UNSET) {
    if (speed !== 0 || duplex !== 0) {
      printk('<6>e1000: (%u) AutoNeg specified along with Speed or Duplex, parameter ignored\n', adapter.bd_number);
    } else {
      hw.autoneg_advertised = AutoNeg & AUTONEG_ADVERTISE_SPEED_DEFAULT;
    }
  }
  switch (speed) {
    case 0: break;
    case 10: e1000_force(adapter, duplex === 2 ? e1000_10_full : e1000_10_half); break;
    case 100: e1000_force(adapter, duplex === 2 ? e1000_100_full : e1000_100_half); break;
    case 1000:
      // Nothing else is advertised: 1000 Mb/s on copper needs agreement on who gives the clock.
      if (duplex === 1) printk('<6>e1000: (%u) Half Duplex is not supported at 1000 Mbps\n', adapter.bd_number);
      hw.autoneg_advertised = 0x20;
      break;
    default: printk('<6>e1000: (%u) Invalid Speed specified (%u)\n', adapter.bd_number, speed);
  }
}

function e1000_force(adapter: E1000Adapter, forced: u32): void {
  adapter.hw.autoneg = false;
  adapter.hw.autoneg_advertised = 0;
  adapter.hw.forced_speed_duplex = forced;
}
