import type { Fn, Value } from '../wasm/function.ts';

/** The part of semantics.ts's machine that is the same however operands are found: arithmetic in WebAssembly. */
export abstract class Arithmetic {
  protected readonly f: Fn;

  constructor(f: Fn) {
    this.f = f;
  }

  constant(value: number): Value { return this.f.constant(value); }
  add(a: Value, b: Value): Value { return this.f.add(a, b); }
  sub(a: Value, b: Value): Value { return this.f.sub(a, b); }
  and(a: Value, b: Value): Value { return this.f.and(a, b); }
  or(a: Value, b: Value): Value { return this.f.or(a, b); }
  xor(a: Value, b: Value): Value { return this.f.xor(a, b); }
  shiftLeft(a: Value, by: Value): Value { return this.f.shl(a, by); }
  shiftRight(a: Value, by: Value): Value { return this.f.shr(a, by); }
  shiftRightSigned(a: Value, by: Value): Value { return this.f.sar(a, by); }
  equal(a: Value, b: Value): Value { return this.f.eq(a, b); }
  notEqual(a: Value, b: Value): Value { return this.f.ne(a, b); }
  less(a: Value, b: Value): Value { return this.f.lt(a, b); }
  lessUnsigned(a: Value, b: Value): Value { return this.f.ltu(a, b); }
  notLess(a: Value, b: Value): Value { return this.f.ge(a, b); }
  notLessUnsigned(a: Value, b: Value): Value { return this.f.geu(a, b); }
  multiply(a: Value, b: Value): Value { return this.f.mul(a, b); }
  multiplyHigh(signs: 'ss' | 'su' | 'uu', a: Value, b: Value): Value { return this.f.mulh(signs, a, b); }
  divide(a: Value, b: Value): Value { return this.f.div(a, b); }
  divideUnsigned(a: Value, b: Value): Value { return this.f.divu(a, b); }
  remainder(a: Value, b: Value): Value { return this.f.rem(a, b); }
  remainderUnsigned(a: Value, b: Value): Value { return this.f.remu(a, b); }
  choose(condition: Value, then: Value, otherwise: Value): Value { return this.f.choose(condition, then, otherwise); }
}
