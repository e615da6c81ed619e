/** What each program and each feature of the shell prints: one table, for our machine and for QEMU. */
import type { CpioEntry } from '../../../src/host/cpio.ts';

/** Commands, each one line of a script, and what they print: exactly, or a pattern where the letters are not known. */
export const story: readonly (readonly [command: string, printed: string | RegExp])[] = [
  ['echo hello world', 'hello world\n'],
  ['echo -n no newline; echo', 'no newline\n'],
  ["echo 'a  b' \"c $HOME\" \\# # comment", 'a  b c /root #\n'],
  ['NAME=value; echo $NAME ${NAME}s', 'value values\n'],
  ['false; echo $?', '1\n'],
  ['true; echo $?', '0\n'],
  ['false || echo or', 'or\n'],
  ['true && echo and', 'and\n'],
  ['false && echo not || echo but', 'but\n'],
  ['nosuch; echo $?', 'sh: nosuch: not found\n127\n'],
  ['/etc/rc; echo $?', 'sh: /etc/rc: Permission denied\n126\n'],
  ['echo "open', 'sh: unterminated quote\n'],
  ['| x', 'sh: syntax error\n'],
  ['sh -c "exit 7"; echo $?', '7\n'],
  ['sh -c "echo $0 inner"', '/etc/rc inner\n'],
  ['sh /test/script one two', 'one two 2 /test/script\n'],
  ['/test/script three', 'three 1 /test/script\n'],
  ['echo one two | cat | wc', '      1       2       8\n'],
  ['cat /test/script /test/script | wc', '      4      18      88\n'],
  ['echo text > /tmp/a; cat /tmp/a', 'text\n'],
  ['echo more >> /tmp/a; cat < /tmp/a', 'text\nmore\n'],
  ['echo less > /tmp/a; wc /tmp/a', '      1       1       5 /tmp/a\n'],
  ['cat /nosuch 2> /tmp/e; echo $?; cat /tmp/e', '1\ncat: /nosuch: No such file or directory\n'],
  ['echo x > /nosuch/y; echo $?', 'sh: /nosuch/y: No such file or directory\n1\n'],
  ['mkdir /tmp/d /tmp/d/e; ls /tmp', 'a\nd\ne\n'],
  ['mkdir /tmp/d; echo $?', 'mkdir: /tmp/d: File exists\n1\n'],
  ['mv /tmp/a /tmp/d/b; ls /tmp/d', 'b\ne\n'],
  ['ls -l /tmp/d', '-rw-r--r--        5 b\ndrwxr-xr-x        0 e\n'],
  ['rmdir /tmp/d', 'rmdir: /tmp/d: Directory not empty\n'],
  ['rm /tmp/d; rm /tmp/nosuch', 'rm: /tmp/d: Is a directory\nrm: /tmp/nosuch: No such file or directory\n'],
  ['rm /tmp/d/b; rmdir /tmp/d/e /tmp/d; ls /tmp', 'e\n'],
  ['ls /nosuch; echo $?', 'ls: /nosuch: No such file or directory\n1\n'],
  ['ls /test/script', '/test/script\n'],
  ['ls -l /dev/null', /^crw-r.-r.-   1,   3 \/dev\/null\n$/],
  ['cd /etc; pwd; ls rc', '/etc\nrc\n'],
  ['cd /nosuch; pwd', 'cd: /nosuch: No such file or directory\n/etc\n'],
  ['cd; pwd', '/root\n'],
  ['sleep 0.02; echo slept', 'slept\n'],
  ['sleep x; echo $?', 'usage: sleep seconds\n2\n'],
  ['sleep 100 & kill $!; echo started; wait $!; echo $?', 'started\n143\n'],
  ['true && sleep 0.01 & echo first; wait; echo last', 'first\nlast\n'],
  ['kill 9999; kill -NOSUCH 1', 'kill: 9999: No such process\nusage: kill [-signal] pid...\n'],
  ['uname', 'Linux\n'],
  ['uname -a', /^Linux nooks 2\.4\.18-nooks #1( SMP)? riscv32\n$/],
  ['free', /^ {11}total +used +free\nMem: {4,}\d+ +\d+ +\d+\n$/],
  ['uptime', /^up 0:00:\d\d, \d+ tasks\n$/],
  ['ps', /^ {2}PID {2}PPID S CPU {2}TICKS NAME\n {4}1 {5}0 S {3}\d +\d+ init\n(.*\n)* +\d+ +\d+ R +\d+ +\d+ ps\n$/],
  ['insmod nosuch', 'insmod: nosuch: No such file or directory\n'],
  ['nooksagent', 'nooksagent: only the kernel can start me\n'],
  ['insmod /test/script; echo $?',
    'script: not a RISC-V relocatable object\ninsmod: /test/script: Exec format error\n1\n'],
  ['rmmod nosuch', 'rmmod: nosuch: No such file or directory\n'],
  ['/test/badptr', /^badptr: \d{3} bad pointers in \d\d places, 0 not refused\n$/],
  ...(['short', 'class', 'machine', 'relocatable', 'entry', 'overlap', 'kernel', 'low', 'larger', 'text'] as const)
    .map((name) => [`/bad/${name}; echo $?`, `sh: /bad/${name}: Exec format error\n126\n`] as const),
  ...([
    ['null', 'bad load at 00000000', 'Segmentation fault', 139],
    ['read', 'bad load at 40000000', 'Segmentation fault', 139],
    ['write', 'bad store at 00010000', 'Segmentation fault', 139],
    ['jump', 'bad jump at 40000000', 'Segmentation fault', 139],
    ['data', 'bad jump at 000[0-9a-f]{5}', 'Segmentation fault', 139],
    ['kernel', 'bad load at 80000000', 'Segmentation fault', 139],
    ['illegal', 'illegal instruction at 0000000[0-9a-f]', 'Illegal instruction', 132],
    ['privileged', 'illegal instruction at [0-9a-f]{8}', 'Illegal instruction', 132],
    ['break', 'breakpoint at [0-9a-f]{8}', 'Trace/breakpoint trap', 133],
    ['stack', 'bad store at 7ff[0-9a-f]{5}', 'Segmentation fault', 139],
  ] as const).map(([kind, line, words, status]) => [
    `/test/fault ${kind}; echo $?`,
    new RegExp(`^fault\\[\\d+\\]: ${line}, pc [0-9a-f]{8}, ra [0-9a-f]{8}\\n${words}\\n${status}\\n$`),
  ] as const),
];

/** The line before each command's output, which the command cannot print itself. */
const mark = (index: number) => `@@@ ${index}`;

/** The story as a script for /etc/rc, which turns the machine off at its end. */
export const script = [...story.flatMap(([command], index) => [`echo '${mark(index)}'`, command]), 'poweroff', '']
  .join('\n');

/** What each command has printed, of what the console shows. */
export function outputs(console: string): (string | undefined)[] {
  const text = console.replaceAll('\r', '').replace(/Power down\.\n[^]*$/, '@@@ end\n');
  return story.map((_, index) => new RegExp(`^${mark(index)}\\n([^]*?)^@@@ `, 'm').exec(text)?.[1]);
}

/** Files that the story needs: scripts, and programs that are none. */
export function storyFiles(program: Uint8Array): CpioEntry[] {
  const executable = 0o100755;
  const spoilt = (change: (view: DataView) => void): Uint8Array => {
    const bytes = new Uint8Array(program);
    change(new DataView(bytes.buffer));
    return bytes;
  };
  // Offsets of Elf32_Ehdr and, from e_phoff on, Elf32_Phdr: System V gABI.
  const segment = (view: DataView, index: number) => view.getUint32(28, true) + 32 * index;
  const bad: Readonly<Record<string, Uint8Array>> = {
    short: program.slice(0, 40),
    class: spoilt((view) => view.setUint8(4, 2)),
    machine: spoilt((view) => view.setUint16(18, 3, true)),
    relocatable: spoilt((view) => view.setUint16(16, 1, true)),
    entry: spoilt((view) => view.setUint32(24, 0x4000_0000, true)),
    overlap: spoilt((view) => view.setUint32(segment(view, 1) + 8, view.getUint32(segment(view, 0) + 8, true), true)),
    kernel: spoilt((view) => view.setUint32(segment(view, 0) + 8, 0x8000_0000, true)),
    low: spoilt((view) => view.setUint32(segment(view, 0) + 8, 0, true)),
    larger: spoilt((view) => view.setUint32(segment(view, 0) + 16, 0x10_0000, true)),
    text: Buffer.from('echo not a program\n'),
  };
  return [
    { path: 'bad', mode: 0o040755 },
    ...Object.entries(bad).map(([name, contents]) => ({ path: `bad/${name}`, mode: executable, contents })),
    { path: 'test/script', mode: executable, contents: Buffer.from('#!/bin/sh\necho $1 $2 $# $0  # its arguments\n') },
    { path: 'etc/rc', mode: 0o100644, contents: Buffer.from(script) },
  ];
}
