import type { DebugType, FrameRow, FunctionInfo, ObjectModule, Variable } from '../../../src/compiler/object.ts';
import { assembled } from '../../support/module.ts';

/** What a compiler would make of a file, by hand: frames, locals in several places, all kinds of type. */
export const file = 'test/compiler/guest/debug.ts';

const text = `
  .section .init,"ax"
  .globl _start
  .type _start,@function
_start:
  la sp, stack_top
  li a0, 5
  call outer
1: j 1b
  .size _start, .-_start

  .text
  .globl outer
  .type outer,@function
outer:                  # line 12
  addi sp, sp, -32
  sw ra, 28(sp)
  sw s0, 24(sp)
  mv s0, a0             # line 13
  la a0, tasks          # line 14
  addi a1, s0, 1
  sw a1, 8(sp)
  call inner
  add a0, a0, s0        # line 15
  lw s0, 24(sp)
  lw ra, 28(sp)
  addi sp, sp, 32
  ret
  .size outer, .-outer

  .type inner,@function
inner:                  # line 20
  lw a2, 4(a0)          # line 21
  add a0, a2, a1        # line 22
  ret
  .size inner, .-inner

  .data
  .globl tasks
  .type tasks,@object
tasks:
  .word tasks, 42, 2, name, outer
  .byte 1, 2, 3, 0
  .word 0x89abcdef, 0x01234567
  .size tasks, .-tasks
  .rodata
name: .asciz "idle"
  .bss
  .balign 16
  .space 1024
stack_top:
`;

const u32: DebugType = { kind: 'int', name: 'u32', size: 4, signed: false };
const i32: DebugType = { kind: 'int', name: 'i32', size: 4, signed: true };
const u64: DebugType = { kind: 'int', name: 'u64', size: 8, signed: false };
const u8: DebugType = { kind: 'int', name: 'u8', size: 1, signed: false };
const task: DebugType = { kind: 'struct', name: 'Task' };
const taskPointer: DebugType = { kind: 'pointer', to: task };
const state: DebugType = { kind: 'enum', name: 'State', members: { Running: 0, Ready: 1, Waiting: 2 } };

const row = (offset: number, line: number) => ({ section: '.text', offset, file, line, column: 3 });
const register = (from: number, to: number, number: number) =>
  ({ from, to, location: { kind: 'register', register: number } }) as const;
const frame = (offset: number, cfaOffset: number, saved: readonly (readonly [number, number])[]): FrameRow =>
  ({ offset, cfaOffset, saved: new Map(saved) });
const variable = (name: string, type: DebugType, parameter: boolean, ranges: Variable['ranges']): Variable =>
  ({ name, type, parameter, ranges });

const [ra, s0, a0, a1, a2] = [1, 8, 10, 11, 12];
const outer: FunctionInfo = {
  name: 'outer', section: '.text', offset: 0, size: 60, file, line: 12, result: u32,
  variables: [
    variable('count', u32, true, [register(0, 16, a0), register(16, 48, s0)]),
    variable('next', i32, false, [{ from: 32, to: 60, location: { kind: 'frame', cfaOffset: -24 } }]),
    variable('limit', u32, false, [{ from: 0, to: 60, location: { kind: 'constant', value: 77 } }]),
    variable('wide', u64, false, [{ from: 24, to: 48, location: { kind: 'registers', low: s0, high: s0 } }]),
  ],
  frame: [
    frame(4, 32, []), frame(8, 32, [[ra, -4]]), frame(12, 32, [[ra, -4], [s0, -8]]), frame(48, 32, [[ra, -4]]),
    frame(52, 32, []), frame(56, 0, []),
  ],
};
const inner: FunctionInfo = {
  name: 'inner', section: '.text', offset: 60, size: 12, file, line: 20,
  variables: [
    variable('task', taskPointer, true, [register(0, 8, a0)]), variable('add', u32, true, [register(0, 12, a1)]),
    variable('id', u32, false, [register(4, 12, a2)]),
  ],
  frame: [],
};

export const sample: ObjectModule = assembled('debug', text, {
  lines: [
    row(0, 12), row(12, 13), row(16, 14), row(40, 15), row(60, 20), row(60, 21), row(64, 22),
    { section: '.init', offset: 0, file, line: 2, column: 1 },
    { section: '.init', offset: 12, file, line: 3, column: 1 },
  ],
  functions: [
    { name: '_start', section: '.init', offset: 0, size: 24, file, line: 1, variables: [], frame: [] }, outer, inner,
  ],
  structs: [{
    name: 'Task', size: 32, align: 8,
    fields: [
      { name: 'next', offset: 0, size: 4, type: taskPointer }, { name: 'id', offset: 4, size: 4, type: u32 },
      { name: 'state', offset: 8, size: 4, type: state }, { name: 'name', offset: 12, size: 4, type: { kind: 'cstr' } },
      { name: 'run', offset: 16, size: 4, type: { kind: 'function' } },
      { name: 'flags', offset: 20, size: 3, type: { kind: 'array', of: u8, count: 3 } },
      { name: 'live', offset: 23, size: 1, type: { kind: 'bool' } }, { name: 'ticks', offset: 24, size: 8, type: u64 },
    ],
  }],
  globals: [variable('tasks', task, false, [{ from: 0, to: 0, location: { kind: 'address', symbol: 'tasks' } }])],
});
