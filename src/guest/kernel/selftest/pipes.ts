/** Self-test of pipes: a stream from one thread to another, and whole records from all writers to all readers. */
import { Atomic, atomic_add, atomic_inc, atomic_read, atomic_set } from '../locking/atomic.ts';
import { num_online_cpus } from '../arch/cpu.ts';
import { File } from '../fs/fs.ts';
import { filp_close } from '../fs/open.ts';
import { create_pipe_files } from '../fs/pipe.ts';
import { get_file } from '../fs/file_table.ts';
import { kernel_read, kernel_write } from '../fs/read_write.ts';
import { kfree, kmalloc } from '../mm/kmalloc.ts';
import { GFP_KERNEL } from '../mm/page_alloc.ts';
import { expect, run_crew } from './crew.ts';
import { random } from './fs.ts';

const STREAM_BYTES = 60000;
const LARGEST = 6000;
const RECORDS = 64;
/** Bytes of a record: four words, all made from the first. */
const RECORD = 16;

let readers!: Arr<File, 8>;
let writers!: Arr<File, 8>;
let records_read!: Embed<Atomic>;
let sum_written!: Embed<Atomic>;
let sum_read!: Embed<Atomic>;

/** @sleeps */
export function test_pipes(): i32 {
  return test_streams() + test_records();
}

function open_pipe(n: u32): i32 {
  const files = local<Arr<File, 2>>();
  const error = create_pipe_files(ptr(files[0]), 0);
  if (error !== 0) return expect(false, 'no pipe', error as u32);
  readers[n] = files[0];
  writers[n] = files[1];
  return 0;
}

/** Every two threads have a pipe. */
function test_streams(): i32 {
  const pairs = num_online_cpus();
  let errors: i32 = 0;
  for (let pair: u32 = 0; pair < pairs && errors === 0; pair++) errors += open_pipe(pair);
  return errors !== 0 ? errors : run_crew(2, stream_work);
}

function stream_work(index: usize): i32 {
  const buffer = kmalloc(LARGEST, GFP_KERNEL), pair = index >>> 1, writes = (index & 1) === 1;
  if (!buffer) return expect(false, 'no memory', index as u32);
  const seed = index as u32;
  const errors = writes ? write_stream(buffer, writers[pair], seed) : read_stream(buffer, readers[pair], seed);
  filp_close(writes ? writers[pair] : readers[pair]);
  kfree(buffer);
  return errors;
}

/** Byte number n of a stream. @inline */
function stream_byte(n: u32): u32 {
  return (n ^ (n >>> 7)) & 0xff;
}

function write_stream(buffer: usize, file: File, seed: u32): i32 {
  const state = local<Arr<u32, 1>>();
  state[0] = seed + 11;
  for (let done: u32 = 0; done < STREAM_BYTES;) {
    const wanted = random(ptr(state[0]), LARGEST) + 1;
    const bytes = wanted < STREAM_BYTES - done ? wanted : STREAM_BYTES - done;
    for (let i: u32 = 0; i < bytes; i++) writeb(buffer + i, stream_byte(done + i));
    const written = kernel_write(file, 0n, buffer, bytes);
    if (written !== (bytes as i32)) return expect(false, 'a pipe took fewer bytes', written as u32);
    done += bytes;
  }
  return 0;
}

function read_stream(buffer: usize, file: File, seed: u32): i32 {
  const state = local<Arr<u32, 1>>();
  let done: u32 = 0;
  state[0] = seed + 11;
  for (;;) {
    const read = kernel_read(file, 0n, buffer, random(ptr(state[0]), LARGEST) + 1);
    if (read === 0) return expect(done === STREAM_BYTES, 'a pipe ended early', done);
    if (read < 0) return expect(false, 'a pipe gave an error', read as u32);
    for (let i: u32 = 0; i < (read as u32); i++, done++) {
      if (readb(buffer + i) !== stream_byte(done)) return expect(false, 'a pipe gave another byte', done);
    }
  }
}

/** All threads share one pipe; half of them write. */
function test_records(): i32 {
  if (open_pipe(0) !== 0) return 1;
  const pairs = num_online_cpus();
  for (let pair: u32 = 1; pair < pairs; pair++) {
    get_file(readers[0]);
    get_file(writers[0]);
  }
  atomic_set(records_read, 0);
  atomic_set(sum_written, 0);
  atomic_set(sum_read, 0);
  const errors = run_crew(2, record_work);
  const records = atomic_read(records_read) as u32, sum = atomic_read(sum_read);
  return errors + expect(records === pairs * RECORDS, 'records were lost or doubled', records)
    + expect(atomic_read(sum_written) === sum, 'other records were read', sum as u32);
}

function record_work(index: usize): i32 {
  const record = local<Arr<u32, 4>>();
  let errors: i32 = 0;
  if (index & 1) {
    for (let n: u32 = 0; n < RECORDS && errors === 0; n++) {
      const key = (index << 16) | n;
      for (let i: u32 = 0; i < 4; i++) record[i] = key * (i + 1);
      atomic_add(key as i32, sum_written);
      const written = kernel_write(writers[0], 0n, addr(record), RECORD);
      errors += expect(written === RECORD, 'a record was not written', written as u32);
    }
    filp_close(writers[0]);
    return errors;
  }
  for (;;) {
    const read = kernel_read(readers[0], 0n, addr(record), RECORD);
    if (read === 0) break;
    let whole = read === RECORD;
    for (let i: u32 = 1; i < 4; i++) whole = whole && record[i] === record[0] * (i + 1);
    errors += expect(whole, 'a record came in pieces', read as u32);
    atomic_inc(records_read);
    atomic_add(record[0] as i32, sum_read);
  }
  filp_close(readers[0]);
  return errors;
}
