/** The machine's registers and who may change them. psABI 1.0, table 1. */
export const zeroRegister = 0;
export const returnAddress = 1;
export const stackPointer = 2;
/** Never allocated: what the emitter uses for itself. */
export const scratch = 31;
/** Allocated only where nothing is kept in memory: else it carries values from there. */
export const secondScratch = 30;

/** The register of the n-th argument or result. */
export const argumentRegister = (index: number): number => 10 + index;

/** Registers a call may change, the least wanted for arguments first. */
export const callerSaved: readonly number[] = [15, 14, 13, 12, 11, 10, 16, 17, 5, 6, 7, 28, 29, 30];
/** Registers a call preserves. */
export const calleeSaved: readonly number[] = [8, 9, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27];
const calleeSavedSet: ReadonlySet<number> = new Set(calleeSaved);
export const isCalleeSaved = (register: number): boolean => calleeSavedSet.has(register);
