/** A kernel for one test: it runs what has been put in memory for it, a module or a user program. */
import { printk } from './console.ts';
import { registered } from './counters.ts';
import { ELF_MAGIC, ET_REL, ElfHeader } from './elf.ts';
import { loadModule } from './loader.ts';
import { runProgram } from './process.ts';
import { finish } from './start.ts';

/** Where the file is, and where a module goes. */
const FILE = 0x82000000;
const MODULE = 0x81000123;

export function main(): void {
  const file = cast<ElfHeader>(FILE as usize);
  if (file.magic !== ELF_MAGIC) {
    printk('hello, world\n');
    finish(0);
  }
  if (file.type === ET_REL) runModule();
  else runProgram(FILE);
}

function runModule(): void {
  const init = loadModule(FILE, MODULE);
  if (init === 0) finish(1);
  const result = cast<() => i32>(init)();
  const counter = registered;
  if (result !== 0 || !counter) finish(2);
  counter.ops.add(counter, 40);
  counter.ops.add(counter, 2);
  printk('%s is %u, %s\n', counter.name, counter.value, counter.ops.describe(counter));
  printk('total %x:%x\n', hi32(counter.total), lo32(counter.total));
  finish(0);
}
