/** What guest code does all day, in small: the same as kernels.c, statement by statement. */

class Node { next: Node | null; key: u32; weight: u16; flags: u8; touched: u8 }
class Entry { key: u32; value: u32; used: u32 }
class Slot { address: u32; length: u16; flags: u8; status: Volatile<u8> }

const CELLS = 1024;
const NODES = 256;
const BUCKETS = 512;
const RING = 64;

let words!: Arr<u32, typeof CELLS>;
let copyOf!: Arr<u32, typeof CELLS>;
let table!: Arr<u32, 256>;
let text!: Arr<u8, 4096>;
let nodes!: Arr<Embed<Node>, typeof NODES>;
let buckets!: Arr<Embed<Entry>, typeof BUCKETS>;
let ring!: Arr<Embed<Slot>, typeof RING>;
let code!: Arr<u8, 64>;
let stack!: Arr<u32, 32>;

function fill(): void {
  let x: u32 = 12345;
  for (let i: u32 = 0; i < CELLS; i++) {
    x = x * 1103515245 + 12345;
    words[i] = x >> 3;
  }
}

/** @noinline */
export function crc_bits(rounds: u32): u32 {
  let crc: u32 = 0xffffffff;
  for (let i: u32 = 0; i < rounds; i++) {
    crc ^= i & 0xff;
    for (let bit = 0; bit < 8; bit++) {
      if (crc & 1) crc = crc >> 1 ^ 0xedb88320;
      else crc >>= 1;
    }
  }
  return ~crc;
}

/** @noinline */
export function crc_table(rounds: u32): u32 {
  for (let i: u32 = 0; i < 256; i++) {
    let entry = i;
    for (let bit = 0; bit < 8; bit++) entry = entry & 1 ? entry >> 1 ^ 0xedb88320 : entry >> 1;
    table[i] = entry;
  }
  let crc: u32 = 0xffffffff;
  for (let i: u32 = 0; i < rounds; i++) crc = table[(crc ^ i) & 0xff] ^ crc >> 8;
  return ~crc;
}

/** @noinline */
function copyWords(to: Ptr<u32>, from: Ptr<u32>, count: u32): void {
  for (let i: u32 = 0; i < count; i++) to[i] = from[i];
}

export function copy(rounds: u32): u32 {
  fill();
  for (let i: u32 = 0; i < rounds; i++) copyWords(copyOf, words, CELLS);
  return copyOf[CELLS - 1] + copyOf[7];
}

function sort(cells: Ptr<u32>, low: i32, high: i32): void {
  if (low >= high) return;
  const pivot = cells[low + high >> 1];
  let i = low, j = high;
  while (i <= j) {
    while (cells[i] < pivot) i++;
    while (cells[j] > pivot) j--;
    if (i <= j) {
      const swap = cells[i];
      cells[i] = cells[j];
      cells[j] = swap;
      i++;
      j--;
    }
  }
  sort(cells, low, j);
  sort(cells, i, high);
}

export function quicksort(rounds: u32): u32 {
  let sum: u32 = 0;
  for (let i: u32 = 0; i < rounds; i++) {
    fill();
    sort(words, 0, CELLS - 1);
    sum += words[i & 1023];
  }
  return sum;
}

function compareWords(a: u32, b: u32): i32 {
  return a < b ? -1 : a > b ? 1 : 0;
}

let order: (a: u32, b: u32) => i32 = compareWords;

/** @noinline */
function find(cells: Ptr<u32>, count: u32, key: u32, compare: (a: u32, b: u32) => i32): i32 {
  let low: u32 = 0, high = count;
  while (low < high) {
    const middle = low + high >> 1;
    const result = compare(cells[middle], key);
    if (result === 0) return middle as i32;
    if (result < 0) low = middle + 1;
    else high = middle;
  }
  return -1;
}

export function search(rounds: u32): u32 {
  for (let i: u32 = 0; i < CELLS; i++) words[i] = i * 3;
  let found: u32 = 0;
  for (let i: u32 = 0; i < rounds; i++) if (find(words, CELLS, i * 7 & 4095, order) >= 0) found++;
  return found;
}

/** @noinline */
function walk(head: Node | null): u32 {
  let sum: u32 = 0;
  for (let node = head; node !== null; node = node.next) {
    if (node.flags & 1) sum += node.key;
    sum += node.weight;
    node.touched++;
  }
  return sum;
}

export function lists(rounds: u32): u32 {
  let head: Node | null = null;
  for (let i: u32 = 0; i < NODES; i++) {
    const node = nodes[i];
    node.key = i * 17;
    node.weight = i;
    node.flags = i >> 1;
    node.touched = 0;
    node.next = head;
    head = node;
  }
  let sum: u32 = 0;
  for (let i: u32 = 0; i < rounds; i++) sum += walk(head);
  return sum;
}

/** @noinline */
function checksum(bytes: Ptr<u8>, length: u32): u32 {
  let sum: u32 = 0;
  const halves = cast<Ptr<u16>>(bytes);
  const count = length >> 1;
  for (let i: u32 = 0; i < count; i++) sum += halves[i];
  if (length & 1) sum += bytes[length - 1];
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  return ~sum & 0xffff;
}

export function checksums(rounds: u32): u32 {
  for (let i: u32 = 0; i < 4096; i++) text[i] = i * 7;
  let sum: u32 = 0;
  for (let i: u32 = 0; i < rounds; i++) sum += checksum(text, 1400 + (i & 63));
  return sum;
}

export function mix64(rounds: u32): u32 {
  let state: u64 = 0x9e3779b97f4a7c15n;
  let sum: u64 = 0n;
  for (let i: u32 = 0; i < rounds; i++) {
    state ^= state << 13n;
    state ^= state >> 7n;
    state ^= state << 17n;
    sum += state * 0x2545f4914f6cdd1dn;
    if (sum > state) sum -= u64of(i);
  }
  return lo32(sum) ^ hi32(sum);
}

function putNumber(to: Ptr<u8>, at: u32, value: u32, base: u32): u32 {
  const digits = local<Arr<u8, 12>>();
  let count = 0, rest = value;
  do {
    const digit = rest % base;
    digits[count++] = digit < 10 ? digit + 48 : digit + 87;
    rest /= base;
  } while (rest);
  let end = at;
  while (count > 0) to[end++] = digits[--count];
  return end;
}

/** @noinline */
function format(to: Ptr<u8>, template: cstr, a: u32, b: u32, c: cstr): u32 {
  let at: u32 = 0;
  for (let i = 0; template[i] !== 0; i++) {
    const byte = template[i];
    if (byte !== 37) {
      to[at++] = byte;
      continue;
    }
    switch (template[++i]) {
      case 100: at = putNumber(to, at, a, 10); break;
      case 120: at = putNumber(to, at, b, 16); break;
      case 115: for (let k = 0; c[k] !== 0; k++) to[at++] = c[k]; break;
      default: to[at++] = 63;
    }
  }
  return at;
}

export function formats(rounds: u32): u32 {
  let sum: u32 = 0;
  for (let i: u32 = 0; i < rounds; i++) {
    sum += format(text, 'device %s: irq %d at %x, %%\n', i * 97, i * 0x10001, 'eth0');
    sum += text[i & 15];
  }
  return sum;
}

/** @noinline */
function interpret(program: Ptr<u8>, input: u32): u32 {
  let at: u32 = 0, top: u32 = 0, accumulator = input;
  for (;;) {
    const operation = program[at++];
    switch (operation) {
      case 0: return accumulator;
      case 1: accumulator += program[at++]; break;
      case 2: accumulator *= program[at++]; break;
      case 3: stack[top++] = accumulator; break;
      case 4: accumulator ^= stack[--top]; break;
      case 5: accumulator >>= 1; break;
      case 6: if (accumulator & 1) at += program[at]; else at++; break;
      case 7: accumulator -= 3; break;
      default: return 0;
    }
  }
}

export function bytecode(rounds: u32): u32 {
  const program: cstr = '\x03\x01\x05\x02\x03\x06\x03\x05\x07\x05\x04\x03\x01\x09\x04\x05\x05\x02\x07\x07';
  for (let i = 0; i < 20; i++) code[i] = program[i];
  let sum: u32 = 0;
  for (let i: u32 = 0; i < rounds; i++) sum = sum * 3 + interpret(code, i);
  return sum;
}

/** @noinline */
function lookup(key: u32): Entry | null {
  let index = key * 2654435761 >> 23;
  for (let probes = 0; probes < BUCKETS; probes++) {
    const entry = buckets[index];
    if (!entry.used) return entry;
    if (entry.key === key) return entry;
    index = (index + 1) % BUCKETS;
  }
  return null;
}

export function hashing(rounds: u32): u32 {
  for (let i: u32 = 0; i < BUCKETS; i++) buckets[i].used = 0;
  let sum: u32 = 0;
  for (let i: u32 = 0; i < rounds; i++) {
    const entry = lookup(i * 37 % 300);
    if (entry === null) return 0;
    if (!entry.used) {
      entry.used = 1;
      entry.key = i * 37 % 300;
      entry.value = 0;
    }
    entry.value += i;
    sum ^= entry.value;
  }
  return sum;
}

/** @noinline */
function transmit(head: u32, address: u32, length: u32): u32 {
  const slot = ring[head];
  if (slot.status) return head;
  slot.address = address;
  slot.length = length;
  slot.flags = length > 1000 ? 3 : 1;
  slot.status = 1;
  return (head + 1) % RING;
}

/** @noinline */
function reap(tail: u32, limit: u32): u32 {
  let at = tail;
  for (let done: u32 = 0; done < limit && ring[at].status & 1; done++) {
    ring[at].status = 0;
    ring[at].flags &= 0xfe;
    at = (at + 1) % RING;
  }
  return at;
}

export function rings(rounds: u32): u32 {
  let head: u32 = 0, tail: u32 = 0, sum: u32 = 0;
  for (let i: u32 = 0; i < RING; i++) ring[i].status = 0;
  for (let i: u32 = 0; i < rounds; i++) {
    head = transmit(head, i << 11, i & 2047);
    if ((i & 7) === 7) tail = reap(tail, 16);
    sum += ring[tail].length + head;
  }
  return sum;
}
