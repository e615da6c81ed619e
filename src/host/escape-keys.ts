/** What a person typed, divided into bytes for the guest and wishes to the emulator: QEMU's keys behind Ctrl-A. */

export type Keystroke =
  | { readonly kind: 'type'; readonly bytes: Uint8Array }
  | { readonly kind: 'leave' }
  | { readonly kind: 'help' };

const controlA = 0x01;
const x = 0x78;
const h = 0x68;

/** The text shown for Ctrl-A h. */
export const keysHelp = [
  'Ctrl-A x  leave the emulator',
  'Ctrl-A h  show this help',
  'Ctrl-A Ctrl-A  send Ctrl-A',
] as const;

export class EscapeKeys {
  #escaped = false;

  /** What the next bytes mean, in order. A Ctrl-A at the end waits for the byte that follows it. */
  feed(bytes: Uint8Array): Keystroke[] {
    const keystrokes: Keystroke[] = [];
    let typed: number[] = [];
    const flush = () => {
      if (typed.length > 0) keystrokes.push({ kind: 'type', bytes: Uint8Array.from(typed) });
      typed = [];
    };
    for (const byte of bytes) {
      if (!this.#escaped) {
        if (byte === controlA) this.#escaped = true;
        else typed.push(byte);
        continue;
      }
      this.#escaped = false;
      if (byte === x || byte === h) {
        flush();
        keystrokes.push({ kind: byte === x ? 'leave' : 'help' });
      } else if (byte === controlA) {
        typed.push(byte);
      }
    }
    flush();
    return keystrokes;
  }
}
