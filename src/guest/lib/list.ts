/** Doubly linked circular lists whose links lie inside what they link: Linux 2.4, include/linux/list.h. */

/** A link, and also the head of a list; an empty list's head points at itself. */
export class ListHead {
  next: ListHead;
  prev: ListHead;
}

/** @inline */
export function INIT_LIST_HEAD(list: ListHead): void {
  list.next = list;
  list.prev = list;
}

/** @inline */
function insert(entry: ListHead, prev: ListHead, next: ListHead): void {
  next.prev = entry;
  entry.next = next;
  entry.prev = prev;
  prev.next = entry;
}

/** Puts `entry` first in the list. */
export function list_add(entry: ListHead, head: ListHead): void {
  insert(entry, head, head.next);
}

/** Puts `entry` last in the list. */
export function list_add_tail(entry: ListHead, head: ListHead): void {
  insert(entry, head.prev, head);
}

/** Takes `entry` out; its own links dangle afterwards. */
export function list_del(entry: ListHead): void {
  const next = entry.next, prev = entry.prev;
  next.prev = prev;
  prev.next = next;
}

/** Takes `entry` out and makes it an empty list, so that list_empty(entry) tells. */
export function list_del_init(entry: ListHead): void {
  list_del(entry);
  INIT_LIST_HEAD(entry);
}

/** @inline */
export function list_empty(head: ListHead): bool {
  return head.next === head;
}

/** Moves all of `list` to the front of `head`; `list` itself is then to be initialised anew. */
export function list_splice(list: ListHead, head: ListHead): void {
  if (list_empty(list)) return;
  const first = list.next, last = list.prev, at = head.next;
  first.prev = head;
  head.next = first;
  last.next = at;
  at.prev = last;
}

/** The struct that contains the link `entry` at `offset`: `list_entry<Task>(link, offsetof<Task>('run_list'))`. */
export function list_entry<T>(entry: ListHead, offset: u32): T {
  return cast<T>(addr(entry) - offset);
}
