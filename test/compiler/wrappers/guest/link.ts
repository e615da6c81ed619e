/** What the sample header takes from another file. */
export enum Link { Down, Up }

/** Called on an interrupt, in interrupt context. */
export type InterruptHandler = (irq: u32, cookie: usize) => bool;
