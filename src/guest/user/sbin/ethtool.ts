/**
 * ethtool [-i|-d|-g|-r|-s] interface [msglvl number]: what an interface's driver tells of itself (-i), the registers
 * (-d) and the rings (-g) of its hardware; without an option its link; has it agree with its partner again (-r), or
 * sets how much the driver says (-s). After the program of Linux's distributions, of which it has a part.
 */
import { EOPNOTSUPP } from '../../kernel/errno.ts';
import {
  AUTONEG_ENABLE, DUPLEX_FULL, ETHTOOL_GDRVINFO, ETHTOOL_GLINK, ETHTOOL_GMSGLVL, ETHTOOL_GREGS, ETHTOOL_GRINGPARAM,
  ETHTOOL_GSET, ETHTOOL_NWAY_RST, ETHTOOL_SMSGLVL, EthtoolCmd, EthtoolDrvinfo, EthtoolRegs, EthtoolRingparam,
  EthtoolValue,
} from '../../kernel/net/ethtool.ts';
import { Ifreq, IFNAMSIZ, SIOCETHTOOL } from '../../kernel/net/if.ts';
import { AF_INET, SOCK_DGRAM } from '../../kernel/net/in.ts';
import { strcmp, strlcpy } from '../../lib/string.ts';
import { complain, usage } from '../lib/error.ts';
import { parse_number } from '../lib/number.ts';
import { socket } from '../lib/socket.ts';
import { printf } from '../lib/stdio.ts';
import { ioctl } from '../lib/unistd.ts';

const USAGE = 'ethtool [-i|-d|-g|-r|-s] interface [msglvl number]';
/** Bytes of registers that are asked for at most. */
const REGISTER_BYTES = 4096;
const PER_LINE = 16;

class Registers {
  header: Embed<EthtoolRegs>;
  bytes: Arr<u8, 4096>;
}

let fd: i32 = 0;
let request!: Embed<Ifreq>;
let registers!: Embed<Registers>;

export function main(argc: u32, argv: Ptr<cstr>): i32 {
  if (argc < 2) return usage(USAGE);
  const option = argv[1][0] === char('-') ? argv[1] : '', name = option[0] === 0 ? argv[1] : argv[2];
  const sets = strcmp(option, '-s') === 0;
  if (argc !== (sets ? 5 : option[0] === 0 ? 2 : 3)) return usage(USAGE);
  fd = socket(AF_INET, SOCK_DGRAM, 0);
  if (fd < 0) return complain('ethtool', 'socket', fd);
  strlcpy(request.ifr_name, name, IFNAMSIZ);
  const error = option[0] === 0 ? show_link(name) : strcmp(option, '-i') === 0 ? show_driver()
    : strcmp(option, '-d') === 0 ? show_registers() : strcmp(option, '-g') === 0 ? show_rings()
    : strcmp(option, '-r') === 0 ? ask_value(ETHTOOL_NWAY_RST, local<EthtoolValue>())
    : sets ? set_message_level(argv[3], argv[4]) : 1;
  if (error > 0) return usage(USAGE);
  return error < 0 ? complain('ethtool', name, error) : 0;
}

function ask(what: usize): i32 {
  request.ifr_ifru[0] = what as u32;
  return ioctl(fd, SIOCETHTOOL, addr(request));
}

function ask_value(cmd: u32, value: EthtoolValue): i32 {
  value.cmd = cmd;
  return ask(addr(value));
}

/** What the driver does not know is left out. */
function show_link(name: cstr): i32 {
  const settings = local<EthtoolCmd>(), value = local<EthtoolValue>();
  settings.cmd = ETHTOOL_GSET;
  const error = ask(addr(settings));
  if (error < 0 && error !== -EOPNOTSUPP) return error;
  printf('Settings for %s:\n', name);
  if (error === 0) {
    printf('\tSpeed: %uMb/s\n\tDuplex: %s\n\tPHYAD: %u\n\tAuto-negotiation: %s\n', settings.speed as u32,
      settings.duplex === DUPLEX_FULL ? 'Full' : 'Half', settings.phy_address as u32,
      settings.autoneg === AUTONEG_ENABLE ? 'on' : 'off');
  }
  if (ask_value(ETHTOOL_GMSGLVL, value) === 0) printf('\tCurrent message level: %u\n', value.data);
  if (ask_value(ETHTOOL_GLINK, value) === 0) printf('\tLink detected: %s\n', value.data !== 0 ? 'yes' : 'no');
  return 0;
}

function show_driver(): i32 {
  const info = local<EthtoolDrvinfo>();
  info.cmd = ETHTOOL_GDRVINFO;
  const error = ask(addr(info));
  if (error < 0) return error;
  printf('driver: %s\nversion: %s\nfirmware-version: %s\nbus-info: %s\n', cast<cstr>(info.driver),
    cast<cstr>(info.version), cast<cstr>(info.fw_version), cast<cstr>(info.bus_info));
  return 0;
}

function show_registers(): i32 {
  registers.header.cmd = ETHTOOL_GREGS;
  registers.header.len = REGISTER_BYTES;
  const error = ask(addr(registers));
  if (error < 0) return error;
  printf('%u bytes, version 0x%x', registers.header.len, registers.header.version);
  for (let at: u32 = 0; at < registers.header.len; at++) {
    if (at % PER_LINE === 0) printf('\n0x%04x:', at);
    printf(' %02x', registers.bytes[at] as u32);
  }
  printf('\n');
  return 0;
}

function show_rings(): i32 {
  const rings = local<EthtoolRingparam>();
  rings.cmd = ETHTOOL_GRINGPARAM;
  const error = ask(addr(rings));
  if (error < 0) return error;
  printf('RX: %u of %u\nTX: %u of %u\n', rings.rx_pending, rings.rx_max_pending, rings.tx_pending,
    rings.tx_max_pending);
  return 0;
}

function set_message_level(word: cstr, number: cstr): i32 {
  const value = local<EthtoolValue>();
  if (strcmp(word, 'msglvl') !== 0 || !parse_number(number, ptr(value.data))) return 1;
  return ask_value(ETHTOOL_SMSGLVL, value);
}
