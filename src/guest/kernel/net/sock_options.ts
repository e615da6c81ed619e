/** Options that all sockets have: Linux 2.4, net/core/sock.c (sock_setsockopt, sock_getsockopt). */
import { HZ } from '../arch/time.ts';
import { copy_from_user, copy_to_user, get_user, put_user } from '../arch/uaccess.ts';
import { EDOM, EFAULT, EINVAL, ENOPROTOOPT } from '../errno.ts';
import { MAX_SCHEDULE_TIMEOUT } from '../sched/sched.ts';
import { SO_BROADCAST, SO_ERROR, SO_RCVBUF, SO_RCVTIMEO, SO_REUSEADDR, SO_SNDBUF, SO_SNDTIMEO, SO_TYPE } from './in.ts';
import { lock_sock, release_sock, type Sock, sock_error, sysctl_rmem_max, sysctl_wmem_max } from './sock.ts';

/** The least that a buffer may be set to: SOCK_MIN_SNDBUF, SOCK_MIN_RCVBUF. */
const SOCK_MIN_BUF = 2048;

const USEC_PER_SEC = 1000000;
const USEC_PER_JIFFY = USEC_PER_SEC / HZ;

/** struct timeval. */
class Timeval {
  tv_sec: u32;
  tv_usec: u32;
}

/** 0 or a negated error. @sleeps */
export function sock_setsockopt(sk: Sock, optname: u32, optval: usize, optlen: u32): i32 {
  if (optlen < 4) return -EINVAL;
  const value = local<Arr<u32, 1>>();
  if (get_user(ptr(value[0]), optval) !== 0) return -EFAULT;
  let error: i32 = 0;
  lock_sock(sk);
  switch (optname) {
    case SO_REUSEADDR: sk.reuse = value[0] !== 0; break;
    case SO_BROADCAST: sk.broadcast = value[0] !== 0; break;
    // Twice what is asked for, because packets' overhead counts too.
    case SO_SNDBUF: sk.sndbuf = buffer_size(value[0], sysctl_wmem_max); break;
    case SO_RCVBUF: sk.rcvbuf = buffer_size(value[0], sysctl_rmem_max); break;
    case SO_RCVTIMEO: error = sock_set_timeout(ptr(sk.rcvtimeo), optval, optlen); break;
    case SO_SNDTIMEO: error = sock_set_timeout(ptr(sk.sndtimeo), optval, optlen); break;
    default: error = -ENOPROTOOPT;
  }
  release_sock(sk);
  return error;
}

function buffer_size(asked: u32, most: u32): u32 {
  const size = asked > most ? most : asked;
  return size * 2 < SOCK_MIN_BUF ? SOCK_MIN_BUF : size * 2;
}

function sock_set_timeout(timeout: Ptr<i32>, optval: usize, optlen: u32): i32 {
  const time = local<Timeval>();
  if (optlen < sizeof<Timeval>()) return -EINVAL;
  if (copy_from_user(addr(time), optval, sizeof<Timeval>()) !== 0) return -EFAULT;
  if (time.tv_usec >= USEC_PER_SEC) return -EDOM;
  const most = MAX_SCHEDULE_TIMEOUT / HZ - 1;
  if ((time.tv_sec | time.tv_usec) === 0 || time.tv_sec >= most) timeout[0] = MAX_SCHEDULE_TIMEOUT;
  else timeout[0] = (time.tv_sec * HZ + (time.tv_usec + USEC_PER_JIFFY - 1) / USEC_PER_JIFFY) as i32;
  return 0;
}

/** `optlen` is the user address of the length, which becomes that of what is given. @sleeps */
export function sock_getsockopt(sk: Sock, optname: u32, optval: usize, optlen: usize): i32 {
  switch (optname) {
    case SO_REUSEADDR: return put_option(sk.reuse ? 1 : 0, optval, optlen);
    case SO_BROADCAST: return put_option(sk.broadcast ? 1 : 0, optval, optlen);
    case SO_SNDBUF: return put_option(sk.sndbuf, optval, optlen);
    case SO_RCVBUF: return put_option(sk.rcvbuf, optval, optlen);
    case SO_TYPE: return put_option(sk.type, optval, optlen);
    case SO_ERROR: return put_option((-sock_error(sk)) as u32, optval, optlen);
    case SO_RCVTIMEO: return put_timeout(sk.rcvtimeo, optval, optlen);
    case SO_SNDTIMEO: return put_timeout(sk.sndtimeo, optval, optlen);
    default: return -ENOPROTOOPT;
  }
}

function put_timeout(timeout: i32, optval: usize, optlen: usize): i32 {
  const time = local<Timeval>(), none = timeout === MAX_SCHEDULE_TIMEOUT;
  time.tv_sec = none ? 0 : (timeout as u32) / HZ;
  time.tv_usec = none ? 0 : ((timeout as u32) % HZ) * USEC_PER_JIFFY;
  return put_option_bytes(addr(time), sizeof<Timeval>(), optval, optlen);
}

/** Gives the user a word: 0 or a negated error. @sleeps */
export function put_option(value: u32, optval: usize, optlen: usize): i32 {
  const word = local<Arr<u32, 1>>();
  word[0] = value;
  return put_option_bytes(addr(word), 4, optval, optlen);
}

function put_option_bytes(from: usize, size: u32, optval: usize, optlen: usize): i32 {
  const length = local<Arr<u32, 1>>();
  if (get_user(ptr(length[0]), optlen) !== 0) return -EFAULT;
  if ((length[0] as i32) < 0) return -EINVAL;
  const given = length[0] < size ? length[0] : size;
  if (copy_to_user(optval, from, given) !== 0) return -EFAULT;
  return put_user(given, optlen);
}
