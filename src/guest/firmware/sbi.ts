/**
 * The supervisor binary interface: what S-mode asks of the firmware by `ecall`, with the extension in a7, the function
 * in a6 and arguments from a0 on; a0 gives back an error, a1 a value. RISC-V SBI Specification 3.0; chapters as there.
 * The kernel imports this file.
 */

/** Chapter 3: what a0 gives back. */
export const SBI_SUCCESS = 0;
export const SBI_ERR_FAILED = -1;
export const SBI_ERR_NOT_SUPPORTED = -2;
export const SBI_ERR_INVALID_PARAM = -3;
export const SBI_ERR_DENIED = -4;
export const SBI_ERR_INVALID_ADDRESS = -5;
export const SBI_ERR_ALREADY_AVAILABLE = -6;
export const SBI_ERR_ALREADY_STARTED = -7;
export const SBI_ERR_ALREADY_STOPPED = -8;
export const SBI_ERR_INVALID_STATE = -10;
export const SBI_ERR_BAD_RANGE = -11;

/** Chapter 4: the base extension. */
export const SBI_EXT_BASE = 0x10;
export const SBI_BASE_GET_SPEC_VERSION = 0;
export const SBI_BASE_GET_IMP_ID = 1;
export const SBI_BASE_GET_IMP_VERSION = 2;
export const SBI_BASE_PROBE_EXT = 3;
export const SBI_BASE_GET_MVENDORID = 4;
export const SBI_BASE_GET_MARCHID = 5;
export const SBI_BASE_GET_MIMPID = 6;

/** Major version in bits 30..24. */
export const SBI_SPEC_VERSION = 3 << 24;
/** "nks". Nobody has given us a number. */
export const SBI_IMPLEMENTATION = 0x6e6b73;
export const SBI_IMPLEMENTATION_VERSION = 1;

/** Chapter 5: legacy extensions, which have no functions and give back one word. */
export const SBI_LEGACY_SET_TIMER = 0;
export const SBI_LEGACY_CONSOLE_PUTCHAR = 1;
export const SBI_LEGACY_CONSOLE_GETCHAR = 2;
export const SBI_LEGACY_CLEAR_IPI = 3;
export const SBI_LEGACY_SEND_IPI = 4;
export const SBI_LEGACY_REMOTE_FENCE_I = 5;
export const SBI_LEGACY_REMOTE_SFENCE_VMA = 6;
export const SBI_LEGACY_REMOTE_SFENCE_VMA_ASID = 7;
export const SBI_LEGACY_SHUTDOWN = 8;

/** Chapter 6: set_timer(low, high) raises STIP when mtime reaches 64 bits. */
export const SBI_EXT_TIME = 0x54494d45;
export const SBI_TIME_SET_TIMER = 0;

/** Chapter 7: send_ipi(hart mask, base) raises SSIP. A base of -1 means all harts, here and below. */
export const SBI_EXT_IPI = 0x735049;
export const SBI_IPI_SEND_IPI = 0;

/** Chapter 8: (hart mask, base, start, size, ASID); done on all those harts when the call returns. */
export const SBI_EXT_RFENCE = 0x52464e43;
export const SBI_RFENCE_REMOTE_FENCE_I = 0;
export const SBI_RFENCE_REMOTE_SFENCE_VMA = 1;
export const SBI_RFENCE_REMOTE_SFENCE_VMA_ASID = 2;

/** Chapter 9: harts start in S-mode at a physical address, a0 = hart, a1 = what the caller gave. */
export const SBI_EXT_HSM = 0x48534d;
export const SBI_HSM_HART_START = 0;
export const SBI_HSM_HART_STOP = 1;
export const SBI_HSM_HART_GET_STATUS = 2;
export const SBI_HSM_HART_SUSPEND = 3;

export const SBI_HSM_STATE_STARTED = 0;
export const SBI_HSM_STATE_STOPPED = 1;
export const SBI_HSM_STATE_START_PENDING = 2;
export const SBI_HSM_STATE_SUSPENDED = 4;

/** The hart waits and keeps all its state. */
export const SBI_HSM_SUSPEND_RETENTIVE = 0;

/** Chapter 10: system_reset(type, reason). */
export const SBI_EXT_SRST = 0x53525354;
export const SBI_SRST_SYSTEM_RESET = 0;
export const SBI_SRST_TYPE_SHUTDOWN = 0;
export const SBI_SRST_TYPE_COLD_REBOOT = 1;
export const SBI_SRST_TYPE_WARM_REBOOT = 2;
export const SBI_SRST_REASON_NONE = 0;
export const SBI_SRST_REASON_SYSTEM_FAILURE = 1;

/** Chapter 12: the debug console. write and read take (bytes, low, high) of a physical address. */
export const SBI_EXT_DBCN = 0x4442434e;
export const SBI_DBCN_CONSOLE_WRITE = 0;
export const SBI_DBCN_CONSOLE_READ = 1;
export const SBI_DBCN_CONSOLE_WRITE_BYTE = 2;

/** Chapter 17: supervisor software events, which interrupt S-mode even with its interrupts off. */
export const SBI_EXT_SSE = 0x535345;
export const SBI_SSE_READ_ATTRS = 0;
export const SBI_SSE_WRITE_ATTRS = 1;
export const SBI_SSE_REGISTER = 2;
export const SBI_SSE_UNREGISTER = 3;
export const SBI_SSE_ENABLE = 4;
export const SBI_SSE_DISABLE = 5;
export const SBI_SSE_COMPLETE = 6;
export const SBI_SSE_INJECT = 7;
export const SBI_SSE_HART_UNMASK = 8;
export const SBI_SSE_HART_MASK = 9;

/** Platform specific and local: this hart's watchdog has run out. */
export const SSE_EVENT_WATCHDOG = 0x4000;
/** Local, injected by software: one hart interrupts another. */
export const SSE_EVENT_LOCAL_SOFTWARE = 0xffff0000;

export const SSE_ATTR_STATUS = 0;
export const SSE_ATTR_PRIORITY = 1;
export const SSE_ATTR_CONFIG = 2;
export const SSE_ATTR_PREFERRED_HART = 3;
export const SSE_ATTR_ENTRY_PC = 4;
export const SSE_ATTR_ENTRY_ARG = 5;
export const SSE_ATTR_INTERRUPTED_SEPC = 6;
export const SSE_ATTR_INTERRUPTED_FLAGS = 7;
export const SSE_ATTR_INTERRUPTED_A6 = 8;
export const SSE_ATTR_INTERRUPTED_A7 = 9;
export const SSE_ATTR_COUNT = 10;

/** Bits 1..0 of SSE_ATTR_STATUS, and the bits above. */
export const SSE_STATE_UNUSED = 0;
export const SSE_STATE_REGISTERED = 1;
export const SSE_STATE_ENABLED = 2;
export const SSE_STATE_RUNNING = 3;
export const SSE_STATUS_PENDING = 1 << 2;
export const SSE_STATUS_INJECTABLE = 1 << 3;
/** SSE_ATTR_CONFIG: `complete` also disables the event. */
export const SSE_CONFIG_ONESHOT = 1 << 0;
/** SSE_ATTR_INTERRUPTED_FLAGS: what sstatus.SPP and SPIE were. */
export const SSE_FLAG_SPP = 1 << 0;
export const SSE_FLAG_SPIE = 1 << 1;

/**
 * Our own, in the space of firmware (0x0a000000 and the implementation's number): a watchdog for each hart, in ticks of
 * mtime. set_period(ticks) arms the caller's, and 0 disarms it; pet() begins the period anew. When it runs out, and
 * after every further period, SSE_EVENT_WATCHDOG is pending on that hart; pet() takes that back, as a handler needs
 * that runs for longer than a period. A hart that stops disarms it.
 */
export const SBI_EXT_WATCHDOG = 0x0a6e6b73;
export const SBI_WATCHDOG_SET_PERIOD = 0;
export const SBI_WATCHDOG_PET = 1;
