/**
 * ping host [count]: asks a host for echoes (RFC 792) and checks what comes back. Five requests a second, four unless
 * told otherwise. Status 0 if all were answered rightly, 1 if not, 2 for a mistake.
 */
import { EAGAIN } from '../../kernel/errno.ts';
import { ntohs, htons } from '../../kernel/net/byteorder.ts';
import { AF_INET, IPPROTO_ICMP, SockaddrIn, SOCK_RAW } from '../../kernel/net/in.ts';
import { complain, usage } from '../lib/error.ts';
import { address_text, parse_address } from '../lib/inet.ts';
import { parse_number } from '../lib/number.ts';
import { recvfrom, sendto, set_address, set_receive_timeout, socket } from '../lib/socket.ts';
import { printf } from '../lib/stdio.ts';
import { microseconds } from '../lib/time.ts';
import { getpid, msleep } from '../lib/unistd.ts';

const ICMP_ECHOREPLY = 0;
const ICMP_DEST_UNREACH = 3;
const ICMP_ECHO = 8;
const HEADER = 8;
/** Bytes after the header. */
const DATA = 56;
const INTERVAL_MS = 200;
const TIMEOUT_MS = 1000;

/** A message, numbers in network byte order. */
class Echo {
  type: u8;
  code: u8;
  checksum: u16;
  id: u16;
  sequence: u16;
  data: Arr<u8, 56>;
}

let message!: Embed<Echo>;
let answer!: Arr<u8, 256>;
let target!: Embed<SockaddrIn>;

export function main(argc: u32, argv: Ptr<cstr>): i32 {
  const ip = local<Arr<u32, 1>>(), count = local<Arr<u32, 1>>(), text = local<Arr<u8, 16>>();
  count[0] = 4;
  const counted = argc === 2 || (argc === 3 && parse_number(argv[2], ptr(count[0])));
  if (!counted || count[0] === 0 || count[0] > 0xffff || !parse_address(argv[1], ptr(ip[0]))) {
    return usage('ping address [count]');
  }
  const fd = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
  if (fd < 0) return complain('ping', 'socket', fd);
  set_address(target, ip[0], 0);
  set_receive_timeout(fd, TIMEOUT_MS);
  printf('PING %s: %u data bytes\n', address_text(ip[0], ptr(text[0])), DATA);
  let answered: u32 = 0;
  for (let sequence: u32 = 0; sequence < count[0]; sequence++) {
    if (sequence !== 0) msleep(INTERVAL_MS);
    if (ping_once(fd, sequence)) answered++;
  }
  const lost = count[0] - answered;
  printf('%u packets transmitted, %u packets received, %u%% packet loss\n', count[0], answered, lost * 100 / count[0]);
  return lost === 0 ? 0 : 1;
}

/** One request; whether the right answer came. */
function ping_once(fd: i32, sequence: u32): bool {
  message.type = ICMP_ECHO;
  message.code = 0;
  message.id = htons(getpid() as u32);
  message.sequence = htons(sequence);
  for (let at: u32 = 0; at < DATA; at++) message.data[at] = at + sequence;
  message.checksum = 0;
  message.checksum = checksum(addr(message), sizeof<Echo>());
  const start = microseconds(), sent = sendto(fd, addr(message), sizeof<Echo>(), 0, target);
  if (sent < 0) {
    complain('ping', 'sendto', sent);
    return false;
  }
  for (;;) {
    const got = recvfrom(fd, addr(answer), 256, 0, null);
    if (got === -EAGAIN) {
      printf('no answer: icmp_seq=%u\n', sequence);
      return false;
    }
    if (got < 0) {
      complain('ping', 'recvfrom', got);
      return false;
    }
    const verdict = look_at(got as u32, sequence, microseconds() - start);
    if (verdict !== 0) return verdict > 0;
  }
}

/** 1 for the answer to the request, -1 for an error about it, 0 for what is not for us. */
function look_at(length: u32, sequence: u32, time: u32): i32 {
  const skip = (answer[0] & 15) * 4, text = local<Arr<u8, 16>>();
  if (length < skip + HEADER) return 0;
  const echo = cast<Echo>(addr(answer) + skip), bytes = length - skip;
  const from = address_text(cast<Ptr<u32>>(addr(answer) + 12)[0], ptr(text[0]));
  if (echo.type === ICMP_DEST_UNREACH && is_quoted(bytes, addr(echo) + HEADER)) {
    printf('From %s: destination unreachable, code %u\n', from, echo.code);
    return -1;
  }
  if (echo.type !== ICMP_ECHOREPLY || echo.id !== message.id || ntohs(echo.sequence) !== sequence) return 0;
  if (bytes !== sizeof<Echo>() || checksum(addr(echo), bytes) !== 0 || !same_data(echo)) {
    printf('wrong data from %s: icmp_seq=%u\n', from, sequence);
    return -1;
  }
  printf('%u bytes from %s: icmp_seq=%u ttl=%u time=%u.%03u ms\n', bytes, from, sequence, answer[8], time / 1000,
    time % 1000);
  return 1;
}

/** Whether an error quotes a request of ours. */
function is_quoted(bytes: u32, packet: usize): bool {
  const skip = (cast<Ptr<u8>>(packet)[0] & 15) * 4;
  return bytes >= HEADER + skip + HEADER && cast<Echo>(packet + skip).id === message.id;
}

function same_data(echo: Echo): bool {
  for (let at: u32 = 0; at < DATA; at++) if (echo.data[at] !== message.data[at]) return false;
  return true;
}

/** RFC 1071; of an even number of bytes. */
function checksum(bytes: usize, length: u32): u16 {
  let sum: u32 = 0;
  for (let at: u32 = 0; at < length; at += 2) sum += cast<Ptr<u16>>(bytes + at)[0];
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum as u16;
}
