/**
 * What the host knows of a kernel extension: what it is made of, on what machine it is at home, and what it must do
 * there. Each extension is a folder of `drivers/` with its sources in guest TypeScript and a `manifest.ts` that says
 * this; `src/host/extensions.ts` lists them. All of it is data, which threads can send each other.
 */
export interface ExtensionManifest {
  /** The module's name, as `lsmod` shows it, and the folder's. */
  readonly name: string;
  /** What it is, in a few words that begin with a capital. */
  readonly title: string;
  readonly kind: ExtensionKind;
  /**
   * What the module is compiled from: files, and folders with a `/` at the end, from the project's folder on.
   * @see ImageCommon.files in src/compiler/image.ts
   */
  readonly files: readonly string[];
  /** What `--device` must give the machine for the extension to find its hardware; none for pure software. */
  readonly devices: readonly string[];
  /** Its parameters, by the names of the module's exported variables. `insmod NAME` alone takes the initial values. */
  readonly parameters: Readonly<Record<string, Parameter>>;
  /** Shell commands that make a loaded module ready for its workloads, as configuring an interface; each gives 0. */
  readonly setUp: readonly string[];
  /** Shell commands that undo these, so that the module can be unloaded; each gives 0. */
  readonly tearDown: readonly string[];
  /**
   * What it is for; the first is the one that campaigns use unless told otherwise, the last shows them afterwards
   * whether the service is there.
   */
  readonly workloads: readonly Workload[];
}

/** By what it registers with the kernel. */
export type ExtensionKind = 'sound driver' | 'network driver' | 'file system' | 'service';

export interface Parameter {
  readonly about: string;
  readonly initial: number;
}

/** Something a user does with an extension, and how to tell whether it went well. */
export interface Workload {
  readonly name: string;
  /** A shell command that ends by itself, with status 0 when the program saw all go well. */
  readonly command: string;
  /** A regular expression for the lines by which the program says that it got further: `played 4096 of 66150`. */
  readonly progress: string;
  /** Regular expressions that its output must match, each at least once. */
  readonly says: readonly string[];
  /** What must be found beyond the machine, whatever the program says; none where the program's word is enough. */
  readonly peers: readonly PeerFinding[];
  /** Seconds of the machine's time after which it has failed, if it has not ended. */
  readonly seconds: number;
}

/** What the other end of a device's plug has seen: `device` counts the machine's devices from 0. */
export type PeerFinding =
  /** The loudspeaker got exactly the samples of a sound file of src/host/sound-files.ts, and nothing else. */
  { readonly device: number; readonly heard: string };
