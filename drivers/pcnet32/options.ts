/** The module's parameters: `insmod pcnet32.o rx_copybreak=0 log_tx_buffers=2`. */

/** How much is told: 1 errors, 2 also what is rare, 3 also each restart, 4 each interrupt. */
export let debug: u32 = 1;
/** Turns of the interrupt handler before it leaves the rest to the next interrupt. */
export let max_interrupt_work: u32 = 80;
/** Received frames up to this length are copied to a buffer of their size. */
export let rx_copybreak: u32 = 200;
/** Logarithms of the lengths of the rings: 1 to 9. */
export let log_tx_buffers: u32 = 4;
export let log_rx_buffers: u32 = 5;
/** PORT_ bits. */
export let options: u32 = 0x04;
/** 1: both ways at once. */
export let full_duplex: u32 = 0;
/** 1: has a chip that answers words changed to double words. */
export let dwio: u32 = 0;

// Values of `options`.
export const PORT_AUI = 0x00;
export const PORT_10BT = 0x01;
/** The bits that say which port. */
export const PORT_PORTSEL = 0x03;
/** The chip finds out. */
export const PORT_ASEL = 0x04;
