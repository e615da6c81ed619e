/**
 * ifconfig [interface [address] [netmask address] [mtu number] [up|down] [promisc|-promisc]]: what interfaces there are
 * and how they are set, or sets one.
 */
import {
  IFF_BROADCAST, IFF_LOOPBACK, IFF_MULTICAST, IFF_NOARP, IFF_PROMISC, IFF_RUNNING, IFF_UP, Ifreq, ifr_addr, IFNAMSIZ,
  SIOCGIFADDR, SIOCGIFBRDADDR, SIOCGIFFLAGS, SIOCGIFHWADDR, SIOCGIFINDEX, SIOCGIFMTU, SIOCGIFNAME, SIOCGIFNETMASK,
  SIOCSIFADDR, SIOCSIFFLAGS, SIOCSIFMTU, SIOCSIFNETMASK,
} from '../../kernel/net/if.ts';
import { AF_INET, SockaddrIn, SOCK_DGRAM } from '../../kernel/net/in.ts';
import { strcmp, strlcpy } from '../../lib/string.ts';
import { complain, usage } from '../lib/error.ts';
import { address_text, parse_address } from '../lib/inet.ts';
import { parse_number } from '../lib/number.ts';
import { set_address, socket } from '../lib/socket.ts';
import { printf } from '../lib/stdio.ts';
import { ioctl } from '../lib/unistd.ts';

const USAGE = 'ifconfig [interface [address] [netmask address] [mtu number] [up|down] [promisc|-promisc]]';
/** Numbers that interfaces may have: they are not used again. */
const MOST_INDEX = 64;

let fd: i32 = 0;
let request!: Embed<Ifreq>;

export function main(argc: u32, argv: Ptr<cstr>): i32 {
  fd = socket(AF_INET, SOCK_DGRAM, 0);
  if (fd < 0) return complain('ifconfig', 'socket', fd);
  if (argc === 1) return show_all();
  if (argc === 2) return show(argv[1]);
  for (let at: u32 = 2; at < argc;) {
    const taken = set(argv[1], argv[at], at + 1 < argc ? argv[at + 1] : null);
    if (taken === 0) return usage(USAGE);
    if (taken < 0) return complain('ifconfig', argv[1], taken);
    at += taken as u32;
  }
  return 0;
}

function show_all(): i32 {
  for (let index: u32 = 1; index < MOST_INDEX; index++) {
    request.ifr_ifru[0] = index;
    if (ioctl(fd, SIOCGIFNAME, addr(request)) !== 0) continue;
    const name = local<Arr<u8, 16>>();
    strlcpy(name, cast<cstr>(request.ifr_name), IFNAMSIZ);
    show(cast<cstr>(name));
  }
  return 0;
}

function show(name: cstr): i32 {
  const text = local<Arr<u8, 16>>(), error = ask(name, SIOCGIFFLAGS);
  if (error !== 0) return complain('ifconfig', name, error);
  const flags = request.ifr_ifru[0] & 0xffff;
  printf('%s', name);
  show_flags(flags);
  if (ask(name, SIOCGIFMTU) === 0) printf('  mtu %u', request.ifr_ifru[0]);
  if (ask(name, SIOCGIFINDEX) === 0) printf('  index %u', request.ifr_ifru[0]);
  printf('\n');
  if ((flags & IFF_LOOPBACK) === 0 && ask(name, SIOCGIFHWADDR) === 0) {
    const mac = ifr_addr(request).sa_data;
    printf('    ether %02x:%02x:%02x:%02x:%02x:%02x\n', mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
  }
  if (ask(name, SIOCGIFADDR) !== 0) return 0;
  printf('    inet %s', address_text(asked(), ptr(text[0])));
  if (ask(name, SIOCGIFNETMASK) === 0) printf(' netmask %s', address_text(asked(), ptr(text[0])));
  if (flags & IFF_BROADCAST && ask(name, SIOCGIFBRDADDR) === 0) {
    printf(' broadcast %s', address_text(asked(), ptr(text[0])));
  }
  printf('\n');
  return 0;
}

function show_flags(flags: u32): void {
  printf(':');
  if (flags & IFF_UP) printf(' UP');
  if (flags & IFF_BROADCAST) printf(' BROADCAST');
  if (flags & IFF_LOOPBACK) printf(' LOOPBACK');
  if (flags & IFF_RUNNING) printf(' RUNNING');
  if (flags & IFF_NOARP) printf(' NOARP');
  if (flags & IFF_PROMISC) printf(' PROMISC');
  if (flags & IFF_MULTICAST) printf(' MULTICAST');
}

/** The address in the answer. */
function asked(): u32 {
  return cast<SockaddrIn>(ifr_addr(request)).sin_addr;
}

function ask(name: cstr, command: u32): i32 {
  strlcpy(request.ifr_name, name, IFNAMSIZ);
  return ioctl(fd, command, addr(request));
}

/** Does what `word`, and perhaps the next, says: how many words those are, 0 if they say nothing, or an error. */
function set(name: cstr, word: cstr, next: cstr | null): i32 {
  const number = local<Arr<u32, 1>>();
  if (strcmp(word, 'up') === 0) return change_flags(name, IFF_UP, 0);
  if (strcmp(word, 'down') === 0) return change_flags(name, 0, IFF_UP);
  if (strcmp(word, 'promisc') === 0) return change_flags(name, IFF_PROMISC, 0);
  if (strcmp(word, '-promisc') === 0) return change_flags(name, 0, IFF_PROMISC);
  if (parse_address(word, ptr(number[0]))) return change_address(name, SIOCSIFADDR, number[0], 1);
  if (next === null) return 0;
  if (strcmp(word, 'netmask') === 0 && parse_address(next, ptr(number[0]))) {
    return change_address(name, SIOCSIFNETMASK, number[0], 2);
  }
  if (strcmp(word, 'mtu') !== 0 || !parse_number(next, ptr(number[0]))) return 0;
  request.ifr_ifru[0] = number[0];
  const error = ask(name, SIOCSIFMTU);
  return error === 0 ? 2 : error;
}

function change_flags(name: cstr, on: u32, off: u32): i32 {
  let error = ask(name, SIOCGIFFLAGS);
  if (error !== 0) return error;
  request.ifr_ifru[0] = (request.ifr_ifru[0] & 0xffff & ~off) | on;
  error = ask(name, SIOCSIFFLAGS);
  return error === 0 ? 1 : error;
}

function change_address(name: cstr, command: u32, address: u32, words: i32): i32 {
  set_address(cast<SockaddrIn>(ifr_addr(request)), address, 0);
  const error = ask(name, command);
  return error === 0 ? words : error;
}
