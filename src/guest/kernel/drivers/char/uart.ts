/** The serial port: National Semiconductor PC16550D datasheet (1995); Linux 2.4, drivers/char/serial.c. */

/** Maps the registers and sets the line up, polled: from here on serial_console_write works. Needs ioremap. */
export declare function serial_console_setup(): i32;
/** Writes text polled, "\n" as "\r\n": for printk, in any context, also in a panic (then without its lock). */
export declare function serial_console_write(text: Ptr<u8>, count: u32): void;
