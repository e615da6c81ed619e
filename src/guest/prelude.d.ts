/**
 * The guest's prelude: what `tsc` knows instead of lib.d.ts when it checks guest sources, and what every guest file may
 * use without importing it. The compiler knows these names itself and does not read this file.
 *
 * The flavours make tsc refuse what the compiler would refuse too: an address for an integer, 32 bits for 64.
 * Arithmetic yields plain number, which fits every 32-bit type.
 */
type Flavor<T, F> = T & { readonly __flavor?: F };

// Integers. A narrow one is promoted to 32 bits when read, truncated when stored.
declare type u8 = Flavor<number, 'int'>;
declare type u16 = Flavor<number, 'int'>;
declare type u32 = Flavor<number, 'int'>;
declare type i8 = Flavor<number, 'int'>;
declare type i16 = Flavor<number, 'int'>;
declare type i32 = Flavor<number, 'int'>;
declare type u64 = Flavor<bigint, 'wide'>;
declare type i64 = Flavor<bigint, 'wide'>;
/** An address as an integer. */
declare type usize = Flavor<number, 'address'>;
declare type bool = boolean;
/** The address of bytes ended by a zero: C's `const char *`. Indexing yields a byte. */
declare type cstr = Flavor<string, 'cstr'>;

// Memory. A class is a struct; a value of class type is its address.
/** A cell whose loads are kept even when their value is not used. */
declare type Volatile<T> = T;
/** A struct by value, inside a struct, an array or a global. */
declare type Embed<T> = T;
/** N elements by value. */
declare interface Arr<T, N extends number> { [index: number]: T; readonly __count?: N }
/** The address of the first of some elements. */
declare interface Ptr<T> { [index: number]: T; readonly __element?: T }
/** Further arguments, as C's `...`: `function printk(format: cstr, ...args: VarArg[]): void`. */
declare type VarArg = unknown;

declare function sizeof<T>(): u32;
declare function offsetof<T>(field: keyof T): u32;
/** Takes an address (or usize) for an address of something else (or usize). */
declare function cast<T>(address: unknown): T;
/** The address that an address value holds, or the address of an integer in memory. */
declare function addr(what: unknown): usize;
/** A typed address of a field, element or global. */
declare function ptr<T>(cell: T): Ptr<T>;
/** Storage in this function's frame; its first contents are unspecified. */
declare function local<T>(): T;
/** The cells of further arguments: 32 bits each, 64-bit values in two cells at an address that is a multiple of 8. */
declare function cells(rest: VarArg[]): Ptr<u32>;
/** The code of one ASCII character. */
declare function char(character: string): u32;
/** The low and the high half of 64 bits. */
declare function lo32(value: u64 | i64): u32;
declare function hi32(value: u64 | i64): u32;
/** A 32-bit integer widened: with zeros, or with its sign when it is an i32. */
declare function u64of(value: number): u64;
declare function i64of(value: number): i64;
/** 64 bits from two halves. */
declare function wide(high: u32, low: u32): u64;
/** The body of a naked function, in assembly; `${}` takes constants, functions and globals. */
declare function asm(text: TemplateStringsArray, ...mentions: readonly unknown[]): never;
/** Control never comes here. */
declare function unreachable(): never;

// Device registers: one access each, of 8, 16 and 32 bits.
declare function readb(address: usize): u32;
declare function readw(address: usize): u32;
declare function readl(address: usize): u32;
declare function writeb(address: usize, value: u32): void;
declare function writew(address: usize, value: u32): void;
declare function writel(address: usize, value: u32): void;

// Fences: of memory and devices, and of memory among harts only.
declare function mb(): void;
declare function rmb(): void;
declare function wmb(): void;
declare function smp_mb(): void;
declare function smp_rmb(): void;
declare function smp_wmb(): void;
declare function fence_i(): void;
declare function sfence_vma(address?: usize, asid?: u32): void;

declare function wfi(): void;
declare function ebreak(): void;
/** `a7`, then `a0` to `a6`; yields `a0`. */
declare function ecall(
  a7: u32, a0?: number, a1?: number, a2?: number, a3?: number, a4?: number, a5?: number, a6?: number,
): u32;
declare function read_sp(): usize;
declare function read_tp(): usize;
declare function read_gp(): usize;
declare function write_tp(value: usize): void;
declare function write_gp(value: usize): void;
/** The high word of the 64-bit product. */
declare function mulhu(a: u32, b: u32): u32;
declare function mulh(a: i32, b: i32): i32;

// Atomics on 32-bit words: the old word; `sc` yields 0 when it stored.
declare function amoswap(address: usize, value: u32): u32;
declare function amoswap_aq(address: usize, value: u32): u32;
declare function amoswap_rl(address: usize, value: u32): u32;
declare function amoswap_aqrl(address: usize, value: u32): u32;
declare function amoadd(address: usize, value: u32): u32;
declare function amoadd_aq(address: usize, value: u32): u32;
declare function amoadd_rl(address: usize, value: u32): u32;
declare function amoadd_aqrl(address: usize, value: u32): u32;
declare function amoxor(address: usize, value: u32): u32;
declare function amoxor_aq(address: usize, value: u32): u32;
declare function amoxor_rl(address: usize, value: u32): u32;
declare function amoxor_aqrl(address: usize, value: u32): u32;
declare function amoand(address: usize, value: u32): u32;
declare function amoand_aq(address: usize, value: u32): u32;
declare function amoand_rl(address: usize, value: u32): u32;
declare function amoand_aqrl(address: usize, value: u32): u32;
declare function amoor(address: usize, value: u32): u32;
declare function amoor_aq(address: usize, value: u32): u32;
declare function amoor_rl(address: usize, value: u32): u32;
declare function amoor_aqrl(address: usize, value: u32): u32;
declare function amomin(address: usize, value: i32): i32;
declare function amomin_aq(address: usize, value: i32): i32;
declare function amomin_rl(address: usize, value: i32): i32;
declare function amomin_aqrl(address: usize, value: i32): i32;
declare function amomax(address: usize, value: i32): i32;
declare function amomax_aq(address: usize, value: i32): i32;
declare function amomax_rl(address: usize, value: i32): i32;
declare function amomax_aqrl(address: usize, value: i32): i32;
declare function amominu(address: usize, value: u32): u32;
declare function amominu_aq(address: usize, value: u32): u32;
declare function amominu_rl(address: usize, value: u32): u32;
declare function amominu_aqrl(address: usize, value: u32): u32;
declare function amomaxu(address: usize, value: u32): u32;
declare function amomaxu_aq(address: usize, value: u32): u32;
declare function amomaxu_rl(address: usize, value: u32): u32;
declare function amomaxu_aqrl(address: usize, value: u32): u32;
declare function lr(address: usize): u32;
declare function lr_aq(address: usize): u32;
declare function lr_rl(address: usize): u32;
declare function lr_aqrl(address: usize): u32;
declare function sc(address: usize, value: u32): u32;
declare function sc_aq(address: usize, value: u32): u32;
declare function sc_rl(address: usize, value: u32): u32;
declare function sc_aqrl(address: usize, value: u32): u32;

// Control and status registers: csrr reads, csrw writes, csrs and csrc set and clear bits;
// csrrw, csrrs and csrrc yield the old value.
declare function csrr_sstatus(): u32;
declare function csrw_sstatus(value: u32): void;
declare function csrs_sstatus(value: u32): void;
declare function csrc_sstatus(value: u32): void;
declare function csrrw_sstatus(value: u32): u32;
declare function csrrs_sstatus(value: u32): u32;
declare function csrrc_sstatus(value: u32): u32;
declare function csrr_sie(): u32;
declare function csrw_sie(value: u32): void;
declare function csrs_sie(value: u32): void;
declare function csrc_sie(value: u32): void;
declare function csrrw_sie(value: u32): u32;
declare function csrrs_sie(value: u32): u32;
declare function csrrc_sie(value: u32): u32;
declare function csrr_stvec(): u32;
declare function csrw_stvec(value: u32): void;
declare function csrs_stvec(value: u32): void;
declare function csrc_stvec(value: u32): void;
declare function csrrw_stvec(value: u32): u32;
declare function csrrs_stvec(value: u32): u32;
declare function csrrc_stvec(value: u32): u32;
declare function csrr_scounteren(): u32;
declare function csrw_scounteren(value: u32): void;
declare function csrs_scounteren(value: u32): void;
declare function csrc_scounteren(value: u32): void;
declare function csrrw_scounteren(value: u32): u32;
declare function csrrs_scounteren(value: u32): u32;
declare function csrrc_scounteren(value: u32): u32;
declare function csrr_senvcfg(): u32;
declare function csrw_senvcfg(value: u32): void;
declare function csrs_senvcfg(value: u32): void;
declare function csrc_senvcfg(value: u32): void;
declare function csrrw_senvcfg(value: u32): u32;
declare function csrrs_senvcfg(value: u32): u32;
declare function csrrc_senvcfg(value: u32): u32;
declare function csrr_sscratch(): u32;
declare function csrw_sscratch(value: u32): void;
declare function csrs_sscratch(value: u32): void;
declare function csrc_sscratch(value: u32): void;
declare function csrrw_sscratch(value: u32): u32;
declare function csrrs_sscratch(value: u32): u32;
declare function csrrc_sscratch(value: u32): u32;
declare function csrr_sepc(): u32;
declare function csrw_sepc(value: u32): void;
declare function csrs_sepc(value: u32): void;
declare function csrc_sepc(value: u32): void;
declare function csrrw_sepc(value: u32): u32;
declare function csrrs_sepc(value: u32): u32;
declare function csrrc_sepc(value: u32): u32;
declare function csrr_scause(): u32;
declare function csrw_scause(value: u32): void;
declare function csrs_scause(value: u32): void;
declare function csrc_scause(value: u32): void;
declare function csrrw_scause(value: u32): u32;
declare function csrrs_scause(value: u32): u32;
declare function csrrc_scause(value: u32): u32;
declare function csrr_stval(): u32;
declare function csrw_stval(value: u32): void;
declare function csrs_stval(value: u32): void;
declare function csrc_stval(value: u32): void;
declare function csrrw_stval(value: u32): u32;
declare function csrrs_stval(value: u32): u32;
declare function csrrc_stval(value: u32): u32;
declare function csrr_sip(): u32;
declare function csrw_sip(value: u32): void;
declare function csrs_sip(value: u32): void;
declare function csrc_sip(value: u32): void;
declare function csrrw_sip(value: u32): u32;
declare function csrrs_sip(value: u32): u32;
declare function csrrc_sip(value: u32): u32;
declare function csrr_satp(): u32;
declare function csrw_satp(value: u32): void;
declare function csrs_satp(value: u32): void;
declare function csrc_satp(value: u32): void;
declare function csrrw_satp(value: u32): u32;
declare function csrrs_satp(value: u32): u32;
declare function csrrc_satp(value: u32): u32;
declare function csrr_mstatus(): u32;
declare function csrw_mstatus(value: u32): void;
declare function csrs_mstatus(value: u32): void;
declare function csrc_mstatus(value: u32): void;
declare function csrrw_mstatus(value: u32): u32;
declare function csrrs_mstatus(value: u32): u32;
declare function csrrc_mstatus(value: u32): u32;
declare function csrr_misa(): u32;
declare function csrw_misa(value: u32): void;
declare function csrs_misa(value: u32): void;
declare function csrc_misa(value: u32): void;
declare function csrrw_misa(value: u32): u32;
declare function csrrs_misa(value: u32): u32;
declare function csrrc_misa(value: u32): u32;
declare function csrr_medeleg(): u32;
declare function csrw_medeleg(value: u32): void;
declare function csrs_medeleg(value: u32): void;
declare function csrc_medeleg(value: u32): void;
declare function csrrw_medeleg(value: u32): u32;
declare function csrrs_medeleg(value: u32): u32;
declare function csrrc_medeleg(value: u32): u32;
declare function csrr_mideleg(): u32;
declare function csrw_mideleg(value: u32): void;
declare function csrs_mideleg(value: u32): void;
declare function csrc_mideleg(value: u32): void;
declare function csrrw_mideleg(value: u32): u32;
declare function csrrs_mideleg(value: u32): u32;
declare function csrrc_mideleg(value: u32): u32;
declare function csrr_mie(): u32;
declare function csrw_mie(value: u32): void;
declare function csrs_mie(value: u32): void;
declare function csrc_mie(value: u32): void;
declare function csrrw_mie(value: u32): u32;
declare function csrrs_mie(value: u32): u32;
declare function csrrc_mie(value: u32): u32;
declare function csrr_mtvec(): u32;
declare function csrw_mtvec(value: u32): void;
declare function csrs_mtvec(value: u32): void;
declare function csrc_mtvec(value: u32): void;
declare function csrrw_mtvec(value: u32): u32;
declare function csrrs_mtvec(value: u32): u32;
declare function csrrc_mtvec(value: u32): u32;
declare function csrr_mcounteren(): u32;
declare function csrw_mcounteren(value: u32): void;
declare function csrs_mcounteren(value: u32): void;
declare function csrc_mcounteren(value: u32): void;
declare function csrrw_mcounteren(value: u32): u32;
declare function csrrs_mcounteren(value: u32): u32;
declare function csrrc_mcounteren(value: u32): u32;
declare function csrr_mstatush(): u32;
declare function csrw_mstatush(value: u32): void;
declare function csrs_mstatush(value: u32): void;
declare function csrc_mstatush(value: u32): void;
declare function csrrw_mstatush(value: u32): u32;
declare function csrrs_mstatush(value: u32): u32;
declare function csrrc_mstatush(value: u32): u32;
declare function csrr_mscratch(): u32;
declare function csrw_mscratch(value: u32): void;
declare function csrs_mscratch(value: u32): void;
declare function csrc_mscratch(value: u32): void;
declare function csrrw_mscratch(value: u32): u32;
declare function csrrs_mscratch(value: u32): u32;
declare function csrrc_mscratch(value: u32): u32;
declare function csrr_mepc(): u32;
declare function csrw_mepc(value: u32): void;
declare function csrs_mepc(value: u32): void;
declare function csrc_mepc(value: u32): void;
declare function csrrw_mepc(value: u32): u32;
declare function csrrs_mepc(value: u32): u32;
declare function csrrc_mepc(value: u32): u32;
declare function csrr_mcause(): u32;
declare function csrw_mcause(value: u32): void;
declare function csrs_mcause(value: u32): void;
declare function csrc_mcause(value: u32): void;
declare function csrrw_mcause(value: u32): u32;
declare function csrrs_mcause(value: u32): u32;
declare function csrrc_mcause(value: u32): u32;
declare function csrr_mtval(): u32;
declare function csrw_mtval(value: u32): void;
declare function csrs_mtval(value: u32): void;
declare function csrc_mtval(value: u32): void;
declare function csrrw_mtval(value: u32): u32;
declare function csrrs_mtval(value: u32): u32;
declare function csrrc_mtval(value: u32): u32;
declare function csrr_mip(): u32;
declare function csrw_mip(value: u32): void;
declare function csrs_mip(value: u32): void;
declare function csrc_mip(value: u32): void;
declare function csrrw_mip(value: u32): u32;
declare function csrrs_mip(value: u32): u32;
declare function csrrc_mip(value: u32): u32;
declare function csrr_menvcfg(): u32;
declare function csrw_menvcfg(value: u32): void;
declare function csrs_menvcfg(value: u32): void;
declare function csrc_menvcfg(value: u32): void;
declare function csrrw_menvcfg(value: u32): u32;
declare function csrrs_menvcfg(value: u32): u32;
declare function csrrc_menvcfg(value: u32): u32;
declare function csrr_menvcfgh(): u32;
declare function csrw_menvcfgh(value: u32): void;
declare function csrs_menvcfgh(value: u32): void;
declare function csrc_menvcfgh(value: u32): void;
declare function csrrw_menvcfgh(value: u32): u32;
declare function csrrs_menvcfgh(value: u32): u32;
declare function csrrc_menvcfgh(value: u32): u32;
declare function csrr_mcountinhibit(): u32;
declare function csrw_mcountinhibit(value: u32): void;
declare function csrs_mcountinhibit(value: u32): void;
declare function csrc_mcountinhibit(value: u32): void;
declare function csrrw_mcountinhibit(value: u32): u32;
declare function csrrs_mcountinhibit(value: u32): u32;
declare function csrrc_mcountinhibit(value: u32): u32;
declare function csrr_pmpcfg0(): u32;
declare function csrw_pmpcfg0(value: u32): void;
declare function csrs_pmpcfg0(value: u32): void;
declare function csrc_pmpcfg0(value: u32): void;
declare function csrrw_pmpcfg0(value: u32): u32;
declare function csrrs_pmpcfg0(value: u32): u32;
declare function csrrc_pmpcfg0(value: u32): u32;
declare function csrr_pmpcfg1(): u32;
declare function csrw_pmpcfg1(value: u32): void;
declare function csrs_pmpcfg1(value: u32): void;
declare function csrc_pmpcfg1(value: u32): void;
declare function csrrw_pmpcfg1(value: u32): u32;
declare function csrrs_pmpcfg1(value: u32): u32;
declare function csrrc_pmpcfg1(value: u32): u32;
declare function csrr_pmpcfg2(): u32;
declare function csrw_pmpcfg2(value: u32): void;
declare function csrs_pmpcfg2(value: u32): void;
declare function csrc_pmpcfg2(value: u32): void;
declare function csrrw_pmpcfg2(value: u32): u32;
declare function csrrs_pmpcfg2(value: u32): u32;
declare function csrrc_pmpcfg2(value: u32): u32;
declare function csrr_pmpcfg3(): u32;
declare function csrw_pmpcfg3(value: u32): void;
declare function csrs_pmpcfg3(value: u32): void;
declare function csrc_pmpcfg3(value: u32): void;
declare function csrrw_pmpcfg3(value: u32): u32;
declare function csrrs_pmpcfg3(value: u32): u32;
declare function csrrc_pmpcfg3(value: u32): u32;
declare function csrr_pmpaddr0(): u32;
declare function csrw_pmpaddr0(value: u32): void;
declare function csrs_pmpaddr0(value: u32): void;
declare function csrc_pmpaddr0(value: u32): void;
declare function csrrw_pmpaddr0(value: u32): u32;
declare function csrrs_pmpaddr0(value: u32): u32;
declare function csrrc_pmpaddr0(value: u32): u32;
declare function csrr_pmpaddr1(): u32;
declare function csrw_pmpaddr1(value: u32): void;
declare function csrs_pmpaddr1(value: u32): void;
declare function csrc_pmpaddr1(value: u32): void;
declare function csrrw_pmpaddr1(value: u32): u32;
declare function csrrs_pmpaddr1(value: u32): u32;
declare function csrrc_pmpaddr1(value: u32): u32;
declare function csrr_pmpaddr2(): u32;
declare function csrw_pmpaddr2(value: u32): void;
declare function csrs_pmpaddr2(value: u32): void;
declare function csrc_pmpaddr2(value: u32): void;
declare function csrrw_pmpaddr2(value: u32): u32;
declare function csrrs_pmpaddr2(value: u32): u32;
declare function csrrc_pmpaddr2(value: u32): u32;
declare function csrr_pmpaddr3(): u32;
declare function csrw_pmpaddr3(value: u32): void;
declare function csrs_pmpaddr3(value: u32): void;
declare function csrc_pmpaddr3(value: u32): void;
declare function csrrw_pmpaddr3(value: u32): u32;
declare function csrrs_pmpaddr3(value: u32): u32;
declare function csrrc_pmpaddr3(value: u32): u32;
declare function csrr_pmpaddr4(): u32;
declare function csrw_pmpaddr4(value: u32): void;
declare function csrs_pmpaddr4(value: u32): void;
declare function csrc_pmpaddr4(value: u32): void;
declare function csrrw_pmpaddr4(value: u32): u32;
declare function csrrs_pmpaddr4(value: u32): u32;
declare function csrrc_pmpaddr4(value: u32): u32;
declare function csrr_pmpaddr5(): u32;
declare function csrw_pmpaddr5(value: u32): void;
declare function csrs_pmpaddr5(value: u32): void;
declare function csrc_pmpaddr5(value: u32): void;
declare function csrrw_pmpaddr5(value: u32): u32;
declare function csrrs_pmpaddr5(value: u32): u32;
declare function csrrc_pmpaddr5(value: u32): u32;
declare function csrr_pmpaddr6(): u32;
declare function csrw_pmpaddr6(value: u32): void;
declare function csrs_pmpaddr6(value: u32): void;
declare function csrc_pmpaddr6(value: u32): void;
declare function csrrw_pmpaddr6(value: u32): u32;
declare function csrrs_pmpaddr6(value: u32): u32;
declare function csrrc_pmpaddr6(value: u32): u32;
declare function csrr_pmpaddr7(): u32;
declare function csrw_pmpaddr7(value: u32): void;
declare function csrs_pmpaddr7(value: u32): void;
declare function csrc_pmpaddr7(value: u32): void;
declare function csrrw_pmpaddr7(value: u32): u32;
declare function csrrs_pmpaddr7(value: u32): u32;
declare function csrrc_pmpaddr7(value: u32): u32;
declare function csrr_pmpaddr8(): u32;
declare function csrw_pmpaddr8(value: u32): void;
declare function csrs_pmpaddr8(value: u32): void;
declare function csrc_pmpaddr8(value: u32): void;
declare function csrrw_pmpaddr8(value: u32): u32;
declare function csrrs_pmpaddr8(value: u32): u32;
declare function csrrc_pmpaddr8(value: u32): u32;
declare function csrr_pmpaddr9(): u32;
declare function csrw_pmpaddr9(value: u32): void;
declare function csrs_pmpaddr9(value: u32): void;
declare function csrc_pmpaddr9(value: u32): void;
declare function csrrw_pmpaddr9(value: u32): u32;
declare function csrrs_pmpaddr9(value: u32): u32;
declare function csrrc_pmpaddr9(value: u32): u32;
declare function csrr_pmpaddr10(): u32;
declare function csrw_pmpaddr10(value: u32): void;
declare function csrs_pmpaddr10(value: u32): void;
declare function csrc_pmpaddr10(value: u32): void;
declare function csrrw_pmpaddr10(value: u32): u32;
declare function csrrs_pmpaddr10(value: u32): u32;
declare function csrrc_pmpaddr10(value: u32): u32;
declare function csrr_pmpaddr11(): u32;
declare function csrw_pmpaddr11(value: u32): void;
declare function csrs_pmpaddr11(value: u32): void;
declare function csrc_pmpaddr11(value: u32): void;
declare function csrrw_pmpaddr11(value: u32): u32;
declare function csrrs_pmpaddr11(value: u32): u32;
declare function csrrc_pmpaddr11(value: u32): u32;
declare function csrr_pmpaddr12(): u32;
declare function csrw_pmpaddr12(value: u32): void;
declare function csrs_pmpaddr12(value: u32): void;
declare function csrc_pmpaddr12(value: u32): void;
declare function csrrw_pmpaddr12(value: u32): u32;
declare function csrrs_pmpaddr12(value: u32): u32;
declare function csrrc_pmpaddr12(value: u32): u32;
declare function csrr_pmpaddr13(): u32;
declare function csrw_pmpaddr13(value: u32): void;
declare function csrs_pmpaddr13(value: u32): void;
declare function csrc_pmpaddr13(value: u32): void;
declare function csrrw_pmpaddr13(value: u32): u32;
declare function csrrs_pmpaddr13(value: u32): u32;
declare function csrrc_pmpaddr13(value: u32): u32;
declare function csrr_pmpaddr14(): u32;
declare function csrw_pmpaddr14(value: u32): void;
declare function csrs_pmpaddr14(value: u32): void;
declare function csrc_pmpaddr14(value: u32): void;
declare function csrrw_pmpaddr14(value: u32): u32;
declare function csrrs_pmpaddr14(value: u32): u32;
declare function csrrc_pmpaddr14(value: u32): u32;
declare function csrr_pmpaddr15(): u32;
declare function csrw_pmpaddr15(value: u32): void;
declare function csrs_pmpaddr15(value: u32): void;
declare function csrc_pmpaddr15(value: u32): void;
declare function csrrw_pmpaddr15(value: u32): u32;
declare function csrrs_pmpaddr15(value: u32): u32;
declare function csrrc_pmpaddr15(value: u32): u32;
declare function csrr_mcycle(): u32;
declare function csrw_mcycle(value: u32): void;
declare function csrs_mcycle(value: u32): void;
declare function csrc_mcycle(value: u32): void;
declare function csrrw_mcycle(value: u32): u32;
declare function csrrs_mcycle(value: u32): u32;
declare function csrrc_mcycle(value: u32): u32;
declare function csrr_mcycleh(): u32;
declare function csrw_mcycleh(value: u32): void;
declare function csrs_mcycleh(value: u32): void;
declare function csrc_mcycleh(value: u32): void;
declare function csrrw_mcycleh(value: u32): u32;
declare function csrrs_mcycleh(value: u32): u32;
declare function csrrc_mcycleh(value: u32): u32;
declare function csrr_minstret(): u32;
declare function csrw_minstret(value: u32): void;
declare function csrs_minstret(value: u32): void;
declare function csrc_minstret(value: u32): void;
declare function csrrw_minstret(value: u32): u32;
declare function csrrs_minstret(value: u32): u32;
declare function csrrc_minstret(value: u32): u32;
declare function csrr_minstreth(): u32;
declare function csrw_minstreth(value: u32): void;
declare function csrs_minstreth(value: u32): void;
declare function csrc_minstreth(value: u32): void;
declare function csrrw_minstreth(value: u32): u32;
declare function csrrs_minstreth(value: u32): u32;
declare function csrrc_minstreth(value: u32): u32;
declare function csrr_cycle(): u32;
declare function csrr_time(): u32;
declare function csrr_instret(): u32;
declare function csrr_cycleh(): u32;
declare function csrr_timeh(): u32;
declare function csrr_instreth(): u32;
declare function csrr_mvendorid(): u32;
declare function csrr_marchid(): u32;
declare function csrr_mimpid(): u32;
declare function csrr_mhartid(): u32;

// What tsc itself insists on.
interface Array<T> { [index: number]: T; readonly length: number }
interface ReadonlyArray<T> { readonly [index: number]: T; readonly length: number }
interface TemplateStringsArray extends ReadonlyArray<string> { readonly raw: ReadonlyArray<string> }
interface String { readonly [index: number]: u8 }
interface Boolean {}
interface Function {}
interface CallableFunction {}
interface NewableFunction {}
interface IArguments {}
interface Number {}
interface BigInt {}
interface Object {}
interface RegExp {}
