/* What a bench program needs of the virt board: console, finisher, CSRs, and the two-hart start. */
#pragma once
#include <stddef.h>
#include <stdint.h>

void *memset(void *target, int value, size_t size);
void *memcpy(void *restrict target, const void *restrict source, size_t size);
int memcmp(const void *left, const void *right, size_t size);

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;

#define CLINT_MSIP(hart) ((volatile u32 *)0x02000000u + (hart))
#define CLINT_MTIMECMP(hart) ((volatile u32 *)0x02004000u + 2 * (hart))
#define CLINT_MTIME ((volatile u32 *)0x0200bff8u)
#define PLIC_PRIORITY ((volatile u32 *)0x0c000000u)
#define UART ((volatile u8 *)0x10000000u)
#define FINISHER ((volatile u32 *)0x00100000u)

enum { PAGE = 4096 };

#define csr_read(csr) ({ u32 value_; __asm__ volatile("csrr %0, " #csr : "=r"(value_)); value_; })
#define csr_write(csr, value) ({ __asm__ volatile("csrw " #csr ", %0" ::"r"(value) : "memory"); })
#define csr_set(csr, value) ({ __asm__ volatile("csrs " #csr ", %0" ::"r"(value) : "memory"); })
#define csr_clear(csr, value) ({ __asm__ volatile("csrc " #csr ", %0" ::"r"(value) : "memory"); })

#define MSTATUS_MIE (1u << 3)
#define MSTATUS_MPP (3u << 11)
#define MIP_MSIP (1u << 3)
#define MIP_MTIP (1u << 7)

/** Prints "checksum <hex>", then stops the machine: status 0 when `ok`, 1 otherwise. The bench compares the line with QEMU's. */
_Noreturn void finish(int ok, u32 checksum);

/** Prints "# <name> <value>", a measurement that may differ from run to run; the bench does not compare it. */
void note(const char *name, u32 value);

/** The low word of mtime, 10 MHz. */
u32 ticks(void);

/** What hart `hart` (1, 2, ...) runs once hart 0 has started; parks afterwards. The default does nothing. */
void secondary(u32 hart);

/** Number of harts given at build time. */
#ifndef HARTS
#define HARTS 1
#endif

/** All HARTS harts wait for each other. */
void barrier(void);

/** Knuth's MMIX generator cut to 32 bits; the programs' only source of disorder, so every run does the same work. */
static inline u32 next_random(u32 *state) { return *state = *state * 1664525u + 1013904223u; }

/** Mixes a word into a digest: the step of FNV-1a on words. */
static inline u32 mix(u32 digest, u32 word) { return (digest ^ word) * 16777619u; }
