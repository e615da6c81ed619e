import { assert } from '../../assert.ts';
import { Fn, type Global, type Local, type Value } from './function.ts';
import { moduleBytes, type Signature } from './module.ts';

type Body = (f: Fn, ...parameters: Local[]) => void;
interface Definition {
  readonly name: string;
  readonly signature: Signature;
  readonly body: Body;
  readonly exported: boolean;
}

/**
 * A module whose functions call each other by name. Definitions are collected first; bodies are run when the bytes are
 * asked for, when every name is known.
 */
export class ModuleBuilder {
  readonly #signatures: Signature[] = [];
  readonly #imports: { name: string; signature: number }[] = [];
  readonly #definitions: Definition[] = [];
  readonly #indices = new Map<string, number>();
  readonly #globals: string[] = [];

  import(name: string, parameters: number, results: 0 | 1): void {
    assert(this.#definitions.length === 0, 'imports come first');
    this.#indices.set(name, this.#imports.length);
    this.#imports.push({ name, signature: this.signature({ parameters, results }) });
  }

  define(name: string, results: 0 | 1, body: Body): void {
    this.#define(name, results, body, false);
  }

  export(name: string, results: 0 | 1, body: Body): void {
    this.#define(name, results, body, true);
  }

  /** The index of a signature, for indirect calls. */
  signature(wanted: Signature): number {
    const found = this.#signatures.findIndex((s) => s.parameters === wanted.parameters && s.results === wanted.results);
    return found >= 0 ? found : this.#signatures.push(wanted) - 1;
  }

  call(f: Fn, name: string, ...parameters: Value[]): Value {
    const index = this.#indices.get(name);
    assert(index !== undefined, `${name} is defined`);
    return f.call(index, ...parameters);
  }

  global(f: Fn, name: string): Global {
    const found = this.#globals.indexOf(name);
    return f.global(found >= 0 ? found : this.#globals.push(name) - 1);
  }

  bytes(memoryPages: number): Uint8Array<ArrayBuffer> {
    const functions = this.#definitions.map(({ name, signature, body, exported }) => {
      const fn = new Fn(signature.parameters);
      body(fn, ...fn.parameters);
      return { signature: this.signature(signature), fn, ...(exported ? { name } : {}) };
    });
    return moduleBytes({
      signatures: this.#signatures, imports: this.#imports, memoryPages, usesTable: true,
      globals: this.#globals.length, functions,
    });
  }

  #define(name: string, results: 0 | 1, body: Body, exported: boolean): void {
    assert(!this.#indices.has(name), `${name} is defined once`);
    this.#indices.set(name, this.#imports.length + this.#definitions.length);
    // The first parameter of a body is the function under construction.
    this.#definitions.push({ name, signature: { parameters: body.length - 1, results }, body, exported });
  }
}
