import { expect, test } from 'vitest';
import { main } from '../../src/cli/program.ts';

// the command line, the sentence
const mistakes: [string, string][] = [
  ['frob', "unknown command 'frob'"],
  ['rum', "unknown command 'rum' (Did you mean run?)"],
  ['--frob', "unknown option '--frob'"],
  ['run --bios b', '--bios needs a kernel to start: name its image'],
  ['run a --kernel b', "'a' is one image too many: --kernel names what to boot"],
  ['run --kernel a --bios b', '--kernel brings its own firmware: name the kernel without --kernel'],
  ['run a b', "too many arguments for 'run'. Expected 1 argument but got 2."],
  ['run a --hart 2', "unknown option '--hart' (Did you mean --harts?)"],
  ['run a --seed', "option '--seed <n>' argument missing"],
  ['run a --harts 0', "--harts must be a whole number from 1 to 16, not '0'"],
  ['run a --harts 17', "--harts must be a whole number from 1 to 16, not '17'"],
  ['run a --harts two', "--harts must be a whole number from 1 to 16, not 'two'"],
  ['run a --harts 1.5', "--harts must be a whole number from 1 to 16, not '1.5'"],
  ['run a --memory 8M', "--memory must be from 16M to 1G, not '8M'"],
  ['run a --memory 2G', "--memory must be from 16M to 1G, not '2G'"],
  ['run a --memory 16777217', "--memory must be from 16M to 1G, not '16777217'"],
  ['run a --memory lots', "not a size: 'lots' (write 128M or 1G)"],
  ['run a --engine fast', "--engine must be parallel or lockstep, not 'fast'"],
  ['run a --seed -1', "--seed must be a whole number from 0 to 4294967295, not '-1'"],
  ['run a --quantum 0', "--quantum must be a whole number from 1 to 1000000000, not '0'"],
  ['run a --max-instructions x', "--max-instructions must be a whole number of at least 0, not 'x'"],
  ['run a --engine parallel --seed 1', '--seed needs --engine lockstep'],
  ['run a --engine parallel --quantum 10', '--quantum needs --engine lockstep'],
  ['run a --engine parallel --trace t', '--trace needs --engine lockstep'],
  ['run a --trace no/such/folder/t', 'cannot write trace no/such/folder/t: no such file or directory'],
];
test.each(mistakes)('nooks %s: one sentence and status 2', async (line, sentence) => {
  const lines: string[] = [];
  const status = await main(line.split(' '), (complaint) => { lines.push(complaint); });
  expect(lines).toEqual([`nooks: ${sentence}`]);
  expect(status).toBe(2);
});
