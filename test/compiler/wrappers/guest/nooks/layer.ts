/** The isolation layer as wrappers see it, for running them on the host: test/compiler/wrappers/isolation.ts. */
export class Domain {
  number: u32;
}

export class Target {
  domain: Domain;
  entry: usize;
  wrapper: u32;
}

export class Wrapper {
  name: cstr;
  parameters: cstr;
  words: u32;
  entry: usize;
}

export class NooksObject {
  kernel: usize;
}

export const GFP_ATOMIC = 0;
export const OBJECT_MEMORY = 1;
export const OBJECT_PACKET = 2;
export const OBJECT_NET_DEVICE = 3;

export declare function nooks_kernel_call(body: usize, count: u32, ...words: VarArg[]): u64;
export declare function nooks_driver_call(target: Target, count: u32, ...words: VarArg[]): u64;
export declare function nooks_defer_kernel_call(body: usize, count: u32, ...words: VarArg[]): u64;
export declare function nooks_caller(): Domain;
export declare function target_hold(target: Target): Domain | null;
export declare function domain_put(domain: Domain): void;
export declare function nooks_dead_target(target: Target): u32;
export declare function nooks_interpose(domain: Domain, wrapper: u32, entry: usize): usize;
export declare function in_atomic(): bool;
export declare function nooks_bad_parameter(wrapper: cstr, parameter: cstr): u32;
export declare function nooks_string_valid(domain: Domain, text: usize): bool;
export declare function nooks_buffer_valid(domain: Domain, address: usize, size: u32, written: bool): bool;
export declare function adopt(domain: Domain, type: u32, extension: usize, size: u32): usize;
export declare function object_add(
  domain: Domain, type: u32, kernel: usize, extension: usize, size: u32, data: usize,
): bool;
export declare function object_find(domain: Domain, type: u32, extension: usize): usize;
export declare function object_take(domain: Domain, type: u32, extension: usize): NooksObject | null;
export declare function object_free(object: NooksObject): void;
export declare function heap_alloc(domain: Domain, size: u32, gfp: u32): usize;
export declare function heap_free(domain: Domain, address: usize, size: u32): void;
