import { Bytes } from './bytes.ts';
import type { Fn } from './function.ts';
import { op, type } from './opcodes.ts';

/** Parameters and results, all i32. */
export interface Signature { readonly parameters: number; readonly results: 0 | 1 }

export interface ModuleDescription {
  readonly signatures: readonly Signature[];
  /** Imported functions of module `env`, numbered from 0 in this order. */
  readonly imports: readonly { readonly name: string; readonly signature: number }[];
  /** Pages of the imported shared memory `env.memory`, which never grows. */
  readonly memoryPages: number;
  /** Whether the module imports the table `env.table`. */
  readonly usesTable: boolean;
  /** Mutable i32 globals, zero at first. */
  readonly globals: number;
  readonly functions: readonly { readonly signature: number; readonly fn: Fn; readonly name?: string }[];
}

/** The binary of a module (Core Specification 2.0, section 5.5). Functions with a name are exported. */
export function moduleBytes(description: ModuleDescription): Uint8Array<ArrayBuffer> {
  const { signatures, imports, memoryPages, usesTable, globals, functions } = description;
  const out = new Bytes(4096).append(Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00));
  const section = (id: number, count: number, fill: (body: Bytes) => void) => {
    if (count === 0) return;
    const body = new Bytes().unsigned(count);
    fill(body);
    out.byte(id).unsigned(body.length).append(body.view());
  };
  section(1, signatures.length, (body) => {
    for (const { parameters, results } of signatures) {
      body.byte(0x60).unsigned(parameters);
      for (let i = 0; i < parameters; i++) body.byte(type.i32);
      body.unsigned(results);
      if (results) body.byte(type.i32);
    }
  });
  section(2, imports.length + 1 + (usesTable ? 1 : 0), (body) => {
    for (const { name, signature } of imports) body.text('env').text(name).byte(0x00).unsigned(signature);
    body.text('env').text('memory').byte(0x02).byte(0x03).unsigned(memoryPages).unsigned(memoryPages);
    if (usesTable) body.text('env').text('table').byte(0x01).byte(type.funcref).byte(0x00).unsigned(0);
  });
  section(3, functions.length, (body) => functions.forEach(({ signature }) => body.unsigned(signature)));
  section(6, globals, (body) => {
    for (let i = 0; i < globals; i++) body.byte(type.i32).byte(0x01).byte(op.i32_const).byte(0).byte(op.end);
  });
  const exported = functions.flatMap(({ name }, index) => (name === undefined ? [] : [{ name, index }]));
  section(7, exported.length, (body) => {
    for (const { name, index } of exported) body.text(name).byte(0x00).unsigned(imports.length + index);
  });
  section(10, functions.length, (body) => {
    for (const { fn } of functions) {
      const locals = new Bytes(8);
      if (fn.localCount > 0) locals.unsigned(1).unsigned(fn.localCount).byte(type.i32);
      else locals.unsigned(0);
      body.unsigned(locals.length + fn.code.length + 1).append(locals.view()).append(fn.code.view()).byte(op.end);
    }
  });
  return out.view();
}
