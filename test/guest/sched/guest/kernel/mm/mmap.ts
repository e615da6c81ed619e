/** Stand-in: address spaces are only told apart. */
export class MmStruct {
  users: u32;
}

export function mmput(_: MmStruct): void {}
export function switch_mm(_: MmStruct | null, next: MmStruct | null): void {}
