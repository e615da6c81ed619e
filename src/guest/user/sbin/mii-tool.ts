/**
 * mii-tool [-r] interface: what the interface's PHY says of itself and the link, from its registers (IEEE 802.3,
 * section 22.2.4); with -r has it agree with its partner again.
 */
import { Ifreq, IFNAMSIZ, SIOCGMIIPHY, SIOCGMIIREG, SIOCSMIIREG } from '../../kernel/net/if.ts';
import { AF_INET, SOCK_DGRAM } from '../../kernel/net/in.ts';
import {
  BMCR_ANENABLE, BMCR_ANRESTART, BMSR_ANEGCOMPLETE, BMSR_LSTATUS, MII_BMCR, MII_BMSR, MII_LPA, MII_PHYSID1, MII_PHYSID2,
  MiiIoctlData,
} from '../../kernel/net/mii.ts';
import { strcmp, strlcpy } from '../../lib/string.ts';
import { complain, usage } from '../lib/error.ts';
import { socket } from '../lib/socket.ts';
import { printf } from '../lib/stdio.ts';
import { ioctl } from '../lib/unistd.ts';

let fd: i32 = 0;
let request!: Embed<Ifreq>;

export function main(argc: u32, argv: Ptr<cstr>): i32 {
  const restarts = argc === 3 && strcmp(argv[1], '-r') === 0;
  if (argc !== 2 && !restarts) return usage('mii-tool [-r] interface');
  const name = argv[argc - 1];
  fd = socket(AF_INET, SOCK_DGRAM, 0);
  if (fd < 0) return complain('mii-tool', 'socket', fd);
  strlcpy(request.ifr_name, name, IFNAMSIZ);
  const error = ioctl(fd, SIOCGMIIPHY, addr(request));
  if (error < 0) return complain('mii-tool', name, error);
  return restarts ? restart(name) : show(name);
}

function show(name: cstr): i32 {
  const control = read(MII_BMCR), id1 = read(MII_PHYSID1), id2 = read(MII_PHYSID2);
  // A link that was lost in between is told of once.
  read(MII_BMSR);
  const status = read(MII_BMSR);
  printf('%s: PHY %04x:%04x at %u, %s, %s, partner %04x\n', name, id1, id2, data().phy_id as u32,
    (status & BMSR_LSTATUS) !== 0 ? 'link ok' : 'no link',
    (control & BMCR_ANENABLE) === 0 ? 'no autonegotiation'
      : (status & BMSR_ANEGCOMPLETE) !== 0 ? 'negotiated' : 'negotiating', read(MII_LPA));
  return 0;
}

function restart(name: cstr): i32 {
  const control = read(MII_BMCR);
  data().reg_num = MII_BMCR;
  data().val_in = (control | BMCR_ANENABLE | BMCR_ANRESTART) as u16;
  const error = ioctl(fd, SIOCSMIIREG, addr(request));
  return error < 0 ? complain('mii-tool', name, error) : 0;
}

/** The part of the request that is about the PHY; its number stays there. */
function data(): MiiIoctlData {
  return cast<MiiIoctlData>(ptr(request.ifr_ifru[0]));
}

/** A register; 0 if it cannot be read. */
function read(register: u32): u32 {
  data().reg_num = register as u16;
  return ioctl(fd, SIOCGMIIREG, addr(request)) < 0 ? 0 : data().val_out;
}
