/** What interrupts put off until they are over: Linux 2.4, kernel/softirq.c. */

export const HI_SOFTIRQ = 0;
export const TIMER_SOFTIRQ = 1;
export const NET_TX_SOFTIRQ = 2;
export const NET_RX_SOFTIRQ = 3;
export const TASKLET_SOFTIRQ = 4;
/** The isolation layer's. */
export const NOOKS_SOFTIRQ = 5;
export const NR_SOFTIRQS = 8;

export declare function softirq_init(): void;
/** Starts a ksoftirqd for each hart online; from a task. @sleeps */
export declare function spawn_ksoftirqd(): void;
/** What runs for softirq `nr`: on the hart that raised it, interrupts on, never twice at a time on one hart. */
export declare function open_softirq(nr: u32, action: (nr: u32) => void): void;
/** Makes it run on this hart soon. */
export declare function raise_softirq(nr: u32): void;
/** The same when interrupts are off already. */
export declare function raise_softirq_irqoff(nr: u32): void;
/** Runs what is pending on this hart, unless in an interrupt. */
export declare function do_softirq(): void;
/** Bits of the softirqs pending on hart `cpu`. */
export declare function softirq_pending(cpu: u32): u32;
/** Keeps softirqs, and so tasklets and timers, from running on this hart; nests. */
export declare function local_bh_disable(): void;
/** Not with interrupts off. */
export declare function local_bh_enable(): void;
