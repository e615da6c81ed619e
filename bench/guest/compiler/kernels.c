/* What guest code does all day, in small: the same as kernels.ts, statement by statement. */
typedef unsigned int u32;
typedef int i32;
typedef unsigned short u16;
typedef unsigned char u8;
typedef unsigned long long u64;

struct node { struct node *next; u32 key; u16 weight; u8 flags, touched; };
struct entry { u32 key, value, used; };
struct slot { u32 address; u16 length; u8 flags; volatile u8 status; };

#define CELLS 1024
#define NODES 256
#define BUCKETS 512
#define RING 64
#define noinline __attribute__((noinline))

static u32 words[CELLS], copyOf[CELLS], table[256], stack[32];
static u8 text[4096], code[64];
static struct node nodes[NODES];
static struct entry buckets[BUCKETS];
static struct slot ring[RING];

static void fill(void) {
  u32 x = 12345;
  for (u32 i = 0; i < CELLS; i++) {
    x = x * 1103515245 + 12345;
    words[i] = x >> 3;
  }
}

noinline u32 crc_bits(u32 rounds) {
  u32 crc = 0xffffffff;
  for (u32 i = 0; i < rounds; i++) {
    crc ^= i & 0xff;
    for (int bit = 0; bit < 8; bit++) {
      if (crc & 1) crc = crc >> 1 ^ 0xedb88320;
      else crc >>= 1;
    }
  }
  return ~crc;
}

noinline u32 crc_table(u32 rounds) {
  for (u32 i = 0; i < 256; i++) {
    u32 entry = i;
    for (int bit = 0; bit < 8; bit++) entry = entry & 1 ? entry >> 1 ^ 0xedb88320 : entry >> 1;
    table[i] = entry;
  }
  u32 crc = 0xffffffff;
  for (u32 i = 0; i < rounds; i++) crc = table[(crc ^ i) & 0xff] ^ crc >> 8;
  return ~crc;
}

static noinline void copyWords(u32 *to, const u32 *from, u32 count) {
  for (u32 i = 0; i < count; i++) to[i] = from[i];
}

u32 copy(u32 rounds) {
  fill();
  for (u32 i = 0; i < rounds; i++) copyWords(copyOf, words, CELLS);
  return copyOf[CELLS - 1] + copyOf[7];
}

static void sort(u32 *cells, i32 low, i32 high) {
  if (low >= high) return;
  u32 pivot = cells[(low + high) >> 1];
  i32 i = low, j = high;
  while (i <= j) {
    while (cells[i] < pivot) i++;
    while (cells[j] > pivot) j--;
    if (i <= j) {
      u32 swap = cells[i];
      cells[i] = cells[j];
      cells[j] = swap;
      i++;
      j--;
    }
  }
  sort(cells, low, j);
  sort(cells, i, high);
}

u32 quicksort(u32 rounds) {
  u32 sum = 0;
  for (u32 i = 0; i < rounds; i++) {
    fill();
    sort(words, 0, CELLS - 1);
    sum += words[i & 1023];
  }
  return sum;
}

static i32 compareWords(u32 a, u32 b) {
  return a < b ? -1 : a > b ? 1 : 0;
}

i32 (*order)(u32, u32) = compareWords;

static noinline i32 find(const u32 *cells, u32 count, u32 key, i32 (*compare)(u32, u32)) {
  u32 low = 0, high = count;
  while (low < high) {
    u32 middle = (low + high) >> 1;
    i32 result = compare(cells[middle], key);
    if (result == 0) return middle;
    if (result < 0) low = middle + 1;
    else high = middle;
  }
  return -1;
}

u32 search(u32 rounds) {
  for (u32 i = 0; i < CELLS; i++) words[i] = i * 3;
  u32 found = 0;
  for (u32 i = 0; i < rounds; i++) if (find(words, CELLS, i * 7 & 4095, order) >= 0) found++;
  return found;
}

static noinline u32 walk(struct node *head) {
  u32 sum = 0;
  for (struct node *node = head; node; node = node->next) {
    if (node->flags & 1) sum += node->key;
    sum += node->weight;
    node->touched++;
  }
  return sum;
}

u32 lists(u32 rounds) {
  struct node *head = 0;
  for (u32 i = 0; i < NODES; i++) {
    struct node *node = &nodes[i];
    node->key = i * 17;
    node->weight = i;
    node->flags = i >> 1;
    node->touched = 0;
    node->next = head;
    head = node;
  }
  u32 sum = 0;
  for (u32 i = 0; i < rounds; i++) sum += walk(head);
  return sum;
}

static noinline u32 checksum(const u8 *bytes, u32 length) {
  u32 sum = 0;
  const u16 *halves = (const u16 *)bytes;
  u32 count = length >> 1;
  for (u32 i = 0; i < count; i++) sum += halves[i];
  if (length & 1) sum += bytes[length - 1];
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  return ~sum & 0xffff;
}

u32 checksums(u32 rounds) {
  for (u32 i = 0; i < 4096; i++) text[i] = i * 7;
  u32 sum = 0;
  for (u32 i = 0; i < rounds; i++) sum += checksum(text, 1400 + (i & 63));
  return sum;
}

u32 mix64(u32 rounds) {
  u64 state = 0x9e3779b97f4a7c15ull, sum = 0;
  for (u32 i = 0; i < rounds; i++) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    sum += state * 0x2545f4914f6cdd1dull;
    if (sum > state) sum -= i;
  }
  return (u32)sum ^ (u32)(sum >> 32);
}

static u32 putNumber(u8 *to, u32 at, u32 value, u32 base) {
  u8 digits[12];
  int count = 0;
  u32 rest = value;
  do {
    u32 digit = rest % base;
    digits[count++] = digit < 10 ? digit + 48 : digit + 87;
    rest /= base;
  } while (rest);
  u32 end = at;
  while (count > 0) to[end++] = digits[--count];
  return end;
}

static noinline u32 format(u8 *to, const u8 *template, u32 a, u32 b, const u8 *c) {
  u32 at = 0;
  for (int i = 0; template[i] != 0; i++) {
    u32 byte = template[i];
    if (byte != 37) {
      to[at++] = byte;
      continue;
    }
    switch (template[++i]) {
      case 100: at = putNumber(to, at, a, 10); break;
      case 120: at = putNumber(to, at, b, 16); break;
      case 115: for (int k = 0; c[k] != 0; k++) to[at++] = c[k]; break;
      default: to[at++] = 63;
    }
  }
  return at;
}

u32 formats(u32 rounds) {
  u32 sum = 0;
  for (u32 i = 0; i < rounds; i++) {
    sum += format(text, (const u8 *)"device %s: irq %d at %x, %%\n", i * 97, i * 0x10001, (const u8 *)"eth0");
    sum += text[i & 15];
  }
  return sum;
}

static noinline u32 interpret(const u8 *program, u32 input) {
  u32 at = 0, top = 0, accumulator = input;
  for (;;) {
    u32 operation = program[at++];
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

u32 bytecode(u32 rounds) {
  const u8 *program = (const u8 *)"\x03\x01\x05\x02\x03\x06\x03\x05\x07\x05\x04\x03\x01\x09\x04\x05\x05\x02\x07\x07";
  for (int i = 0; i < 20; i++) code[i] = program[i];
  u32 sum = 0;
  for (u32 i = 0; i < rounds; i++) sum = sum * 3 + interpret(code, i);
  return sum;
}

static noinline struct entry *lookup(u32 key) {
  u32 index = key * 2654435761u >> 23;
  for (int probes = 0; probes < BUCKETS; probes++) {
    struct entry *entry = &buckets[index];
    if (!entry->used) return entry;
    if (entry->key == key) return entry;
    index = (index + 1) % BUCKETS;
  }
  return 0;
}

u32 hashing(u32 rounds) {
  for (u32 i = 0; i < BUCKETS; i++) buckets[i].used = 0;
  u32 sum = 0;
  for (u32 i = 0; i < rounds; i++) {
    struct entry *entry = lookup(i * 37 % 300);
    if (!entry) return 0;
    if (!entry->used) {
      entry->used = 1;
      entry->key = i * 37 % 300;
      entry->value = 0;
    }
    entry->value += i;
    sum ^= entry->value;
  }
  return sum;
}

static noinline u32 transmit(u32 head, u32 address, u32 length) {
  struct slot *slot = &ring[head];
  if (slot->status) return head;
  slot->address = address;
  slot->length = length;
  slot->flags = length > 1000 ? 3 : 1;
  slot->status = 1;
  return (head + 1) % RING;
}

static noinline u32 reap(u32 tail, u32 limit) {
  u32 at = tail;
  for (u32 done = 0; done < limit && ring[at].status & 1; done++) {
    ring[at].status = 0;
    ring[at].flags &= 0xfe;
    at = (at + 1) % RING;
  }
  return at;
}

u32 rings(u32 rounds) {
  u32 head = 0, tail = 0, sum = 0;
  for (u32 i = 0; i < RING; i++) ring[i].status = 0;
  for (u32 i = 0; i < rounds; i++) {
    head = transmit(head, i << 11, i & 2047);
    if ((i & 7) == 7) tail = reap(tail, 16);
    sum += ring[tail].length + head;
  }
  return sum;
}
