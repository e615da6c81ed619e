/**
 * route [add|del default|address [netmask address] [gw address] [dev interface]]: the table of routes, or changes it.
 */
import { RTF_GATEWAY, RTF_HOST, RTF_UP, Rtentry, SIOCADDRT, SIOCDELRT, Sockaddr } from '../../kernel/net/if.ts';
import { AF_INET, SockaddrIn, SOCK_DGRAM } from '../../kernel/net/in.ts';
import { memset } from '../../lib/memory.ts';
import { strcmp } from '../../lib/string.ts';
import { complain, usage } from '../lib/error.ts';
import { parse_address } from '../lib/inet.ts';
import { show_file } from '../lib/show.ts';
import { set_address, socket } from '../lib/socket.ts';
import { ioctl } from '../lib/unistd.ts';

const USAGE = 'route [add|del default|address [netmask address] [gw address] [dev interface]]';

let entry!: Embed<Rtentry>;

export function main(argc: u32, argv: Ptr<cstr>): i32 {
  if (argc === 1) return show_file('route', '/proc/net/route');
  const add = strcmp(argv[1], 'add') === 0;
  if (argc < 3 || (!add && strcmp(argv[1], 'del') !== 0) || !read_route(argc, argv)) return usage(USAGE);
  const fd = socket(AF_INET, SOCK_DGRAM, 0);
  const error = fd < 0 ? fd : ioctl(fd, add ? SIOCADDRT : SIOCDELRT, addr(entry));
  return error === 0 ? 0 : complain('route', argv[2], error);
}

function read_route(argc: u32, argv: Ptr<cstr>): bool {
  const whole = strcmp(argv[2], 'default') === 0, given = local<Arr<u32, 1>>();
  memset(entry, 0, sizeof<Rtentry>());
  given[0] = 0;
  if (!whole && !parse_address(argv[2], ptr(given[0]))) return false;
  put(entry.rt_dst, given[0]);
  put(entry.rt_genmask, whole ? 0 : 0xffffffff);
  entry.rt_flags = whole ? RTF_UP : RTF_UP | RTF_HOST;
  for (let at: u32 = 3; at + 1 < argc; at += 2) {
    const word = argv[at], value = argv[at + 1];
    if (strcmp(word, 'dev') === 0) entry.rt_dev = addr(value);
    else if (!parse_address(value, ptr(given[0]))) return false;
    else if (strcmp(word, 'gw') === 0) {
      put(entry.rt_gateway, given[0]);
      entry.rt_flags |= RTF_GATEWAY;
    } else if (strcmp(word, 'netmask') === 0) {
      put(entry.rt_genmask, given[0]);
      entry.rt_flags &= ~RTF_HOST;
    } else return false;
  }
  return argc % 2 === 1;
}

function put(to: Sockaddr, address: u32): void {
  set_address(cast<SockaddrIn>(to), address, 0);
}
