import { frameQueueWords } from '../peers/frame-queue.ts';
import { struct, word, words } from './struct.ts';

/**
 * The words of the world at the other end of a network cable. All are written and read with the lock of the network
 * controller held. A moment is as in devices.ts, and stands where it is aligned.
 */
const moment = (about: string) => words(2, 'device', about);

/** Bytes of frames on their way to the guest. */
const wireBytes = 64 * 1024;
/** The longest frame that can be held back for another to overtake it. */
export const heldBytesMost = 1536;

export const wireWords = struct({
  lineFree: moment('when the last frame for the guest will have left the far end'),
  heldUntil: moment('when the frame held back goes after all, Infinity when there is none'),
  random: words(4, 'device', 'state of the random numbers that faults are drawn from'),
  faults: words(4, 'device', 'loss, duplication, reordering, corruption: of 2^32 frames so many'),
  edge: word('device', 'how many edges of the schedule are past'),
  cut: word('device', '1 while the cable is out by schedule'),
  unplugged: word('device', '1 while the host holds the cable out'),
  silent: word('device', '1 while the far end says nothing, by schedule'),
  lost: word('device', 'frames lost by chance'),
  duplicated: word('device', 'frames doubled'),
  reordered: word('device', 'frames overtaken'),
  corrupted: word('device', 'frames with bits flipped'),
  dropped: word('device', 'frames for the guest that found the wire full'),
  toGuest: word('device', 'frames that reached the guest\'s end'),
  toPeer: word('device', 'frames that reached the far end'),
  heldLength: word('device', 'bytes of the frame held back'),
  held: words(heldBytesMost / 4, 'device', 'that frame'),
  queue: words(frameQueueWords(wireBytes), 'device', 'frames on their way to the guest'),
});

/** Streams that the far end keeps account of, sends, and files it sends, at once. */
export const peerLimits = { sinks: 8, sources: 4, transfers: 4 } as const;

/** One stream that comes in. */
export const sinkWords = struct({
  stream: word('device', 'its number'),
  used: word('device', '1 when there is one'),
  next: word('device', 'the sequence number that is to come next'),
  good: word('device', 'datagrams with the right content'),
  bad: word('device', 'datagrams with a wrong one'),
  missing: word('device', 'sequence numbers passed over'),
  late: word('device', 'sequence numbers that came after a higher one, or twice'),
  pad: word('device', 'nothing: keeps the size a multiple of 8'),
});

/** One stream that goes out. */
export const sourceWords = struct({
  due: moment('when the next datagram goes, Infinity when none does'),
  stream: word('device', 'its number'),
  ip: word('device', 'who asked: address'),
  port: word('device', 'port'),
  mac: words(2, 'device', 'and station'),
  next: word('device', 'the next sequence number'),
  end: word('device', 'the first that is not sent'),
  bytes: word('device', 'content of a datagram'),
  gapUs: word('device', 'microseconds from one to the next'),
  pad: word('device', 'nothing: keeps the size a multiple of 8'),
});

/** One file that goes out. */
export const transferWords = struct({
  due: moment('when the block is sent again, Infinity when there is none'),
  ip: word('device', 'who asked: address'),
  port: word('device', 'port'),
  mac: words(2, 'device', 'and station'),
  file: word('device', 'which of the files'),
  block: word('device', 'the block that is to be acknowledged, from 1'),
  tries: word('device', 'how often it was sent'),
  pad: word('device', 'nothing: keeps the size a multiple of 8'),
});

export const remoteHostWords = struct({
  identification: word('device', 'identification of the next IP datagram'),
  arps: word('device', 'ARP requests answered'),
  pings: word('device', 'echo requests answered'),
  echoes: word('device', 'datagrams echoed'),
  discarded: word('device', 'datagrams that came to the sink, of any kind'),
  unreachable: word('device', 'datagrams for ports that nobody has'),
  malformed: word('device', 'packets with a wrong checksum or length'),
  ignored: word('device', 'frames that are for others or of a kind not known'),
});
