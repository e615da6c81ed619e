/** Memory from the heap: Kernighan and Ritchie, The C Programming Language, section 8.7, on brk. */
import { brk } from './unistd.ts';

/** Before each piece; `bytes` with this header. */
class Header {
  next: Header | null;
  bytes: u32;
}

/** Pieces are multiples of this, and so are their addresses. */
const UNIT = 8;
/** The heap grows by at least this. */
const GROWTH = 16384;

/** Free pieces in the order of their addresses. */
let free_list: Header | null;
let heap_end: usize;

/** `size` bytes, or 0 if there is no memory for them. */
export function malloc(size: u32): usize {
  const bytes = (size + sizeof<Header>() + UNIT - 1) & ~(UNIT - 1);
  if (bytes < size) return 0;
  for (;;) {
    const found = take(bytes);
    if (found !== null) return addr(found) + sizeof<Header>();
    if (!grow(bytes)) return 0;
  }
}

/** Gives back what malloc gave; 0 is nothing. */
export function free(address: usize): void {
  if (address === 0) return;
  const piece = cast<Header>(address - sizeof<Header>());
  let before: Header | null = null, after = free_list;
  while (after !== null && addr(after) < addr(piece)) {
    before = after;
    after = after.next;
  }
  piece.next = after;
  if (before === null) free_list = piece;
  else {
    before.next = piece;
    join(before);
  }
  join(piece);
  if (before !== null) join(before);
}

/** The first free piece that is large enough, the rest of it left free. */
function take(bytes: u32): Header | null {
  let before: Header | null = null;
  for (let piece = free_list; piece !== null; piece = piece.next) {
    if (piece.bytes >= bytes) {
      let rest = piece.next;
      if (piece.bytes - bytes >= 2 * UNIT) {
        const tail = cast<Header>(addr(piece) + bytes);
        tail.next = rest;
        tail.bytes = piece.bytes - bytes;
        piece.bytes = bytes;
        rest = tail;
      }
      if (before === null) free_list = rest;
      else before.next = rest;
      return piece;
    }
    before = piece;
  }
  return null;
}

/** Makes one of a piece and the next if they touch. */
function join(piece: Header): void {
  const next = piece.next;
  if (next === null || addr(piece) + piece.bytes !== addr(next)) return;
  piece.bytes += next.bytes;
  piece.next = next.next;
}

function grow(bytes: u32): bool {
  if (heap_end === 0) heap_end = (brk(0) + UNIT - 1) & ~(UNIT - 1);
  const more = bytes < GROWTH ? GROWTH : bytes;
  const end = heap_end + more;
  if (end < heap_end || brk(end) !== end) return false;
  const piece = cast<Header>(heap_end);
  piece.bytes = more;
  heap_end = end;
  free(addr(piece) + sizeof<Header>());
  return true;
}
