import { expect, test } from 'vitest';
import { RegisterFile, type Size } from '../../../src/machine/devices/register-file.ts';
import { array, ro, rw, wo, type RegisterArray, type Registers } from '../../../src/platform/registers.ts';

const map = {
  DATA: rw(0, 'data'), STATUS: ro(4, 'status'), COMMAND: wo(4, 'command'),
  COUNT: array(rw(0x10, 'count'), { count: 3, stride: 8 }), FAR: rw(0x20_0000, 'far'),
} as const;

class Device implements Registers<typeof map> {
  #data = 0;
  #far = 0;
  readonly counts = [0, 0, 0];
  command = -1;
  get DATA() { return this.#data | 0; }
  set DATA(value: number) { this.#data = value; }
  get STATUS() { return -2; }
  set COMMAND(value: number) { this.command = value; }
  get FAR() { return this.#far; }
  set FAR(value: number) { this.#far = value; }
  readonly COUNT: RegisterArray = {
    get: (index) => this.counts[index]!, set: (index, value) => { this.counts[index] = value; },
  };
}

test('accesses reach the accessors; reads are unsigned and as wide as asked', () => {
  const device = new Device();
  const file = new RegisterFile(map, device);
  file.write(0, 4, -1);
  expect(([4, 2, 1] as Size[]).map((size) => file.read(0, size))).toEqual([0xffff_ffff, 0xffff, 0xff]);
  file.write(0, 2, 0x1_2345);
  expect(file.read(0, 4)).toBe(0x2345);
  expect(file.read(4, 4)).toBe(0xffff_fffe);
  file.write(4, 1, 0x1ff);
  expect(device.command).toBe(0xff);
  file.write(0x18, 4, 7);
  expect([device.counts, file.read(0x18, 4)]).toEqual([[0, 7, 0], 7]);
  file.write(0x20_0000, 4, 9);
  expect(file.read(0x20_0000, 4)).toBe(9);
});

test('what is no register reads as zero and ignores writes', () => {
  const device = new Device();
  const file = new RegisterFile(map, device);
  for (const offset of [1, 8, 0x14, 0x28, 0x1000, 0x20_0004]) {
    file.write(offset, 4, 5);
    expect(file.read(offset, 4)).toBe(0);
  }
  expect([device.DATA, device.counts]).toEqual([0, [0, 0, 0]]);
});

/** Offset, way, name. */
const names: [number, 'read' | 'write', string | undefined][] = [
  [0, 'read', 'DATA'], [4, 'read', 'STATUS'], [4, 'write', 'COMMAND'], [0x18, 'write', 'COUNT[1]'],
  [0x14, 'read', undefined], [0x28, 'read', undefined], [8, 'read', undefined],
];

test.each(names)('offset %i for a %s is called %s', (offset, way, name) => {
  expect(new RegisterFile(map, new Device()).name(offset, way)).toBe(name);
});

test('a map whose device lacks an accessor, or with two registers in one place, is our mistake', () => {
  expect(() => new RegisterFile({ GONE: rw(0, 'gone') }, {} as Registers<{ GONE: ReturnType<typeof rw> }>))
    .toThrow('no accessor for GONE');
  const twice = { A: ro(0, 'a'), B: ro(0, 'b') };
  const device = { get A() { return 1; }, get B() { return 2; } };
  expect(() => new RegisterFile(twice, device)).toThrow('B is where another register is');
});
