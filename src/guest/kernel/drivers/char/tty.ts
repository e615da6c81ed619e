/** Terminals: Linux 2.4, drivers/char/tty_io.c, light. */

/** Registers /dev/console, /dev/tty, /dev/ttyS0 and the serial driver's interrupt. Called after fs_init. */
export declare function tty_init(): void;
