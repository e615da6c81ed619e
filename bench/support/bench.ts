// What a bench is, and how it states what it found. Each file directly in bench/ answers one question.

/** What the command line of `npm run bench` asks of every bench. */
export interface BenchOptions {
  /** Repeats of each measurement; the best and the median are reported. */
  readonly runs: number;
  /** The part of the guests' work to do: 1, or a tenth with --quick, when the figures count for nothing. */
  readonly part: number;
  /** Guest programs to measure; empty means all that the bench has. */
  readonly programs: readonly string[];
  /** Receives the bench's tables and remarks, line by line. */
  readonly print: (line: string) => void;
}

/** One number that answers the question, beside what it should be. */
export interface Figure {
  readonly what: string;
  readonly value: number;
  /** Shown after the value; empty for ratios. */
  readonly unit: string;
  readonly target?: Target;
}

/** The bound that a figure should keep, from issue and design documents. */
export type Target = { readonly atLeast: number } | { readonly atMost: number };

/** What a bench returns. */
export interface BenchResult {
  readonly figures: readonly Figure[];
  /** One sentence per guest that crashed, gave a wrong checksum or did not end. */
  readonly failures: readonly string[];
  /** Raw measurements for --json, in any shape that JSON can hold. */
  readonly rows: readonly unknown[];
  /** Why nothing was measured, when a tool is missing. */
  readonly skipped?: string;
}

/** A bench file's exports. */
export interface Bench {
  readonly name: string;
  readonly question: string;
  run(options: BenchOptions): Promise<BenchResult>;
}

/** The result of a bench whose tools are not installed. */
export function skipped(why: string): BenchResult {
  return { figures: [], failures: [], rows: [], skipped: why };
}

/** `met`, `missed`, or nothing where there is no target. */
export function verdict(figure: Figure): 'met' | 'missed' | '' {
  if (!figure.target) return '';
  const met = 'atLeast' in figure.target ? figure.value >= figure.target.atLeast : figure.value <= figure.target.atMost;
  return met ? 'met' : 'missed';
}

/** The target as words: `>= 1.3` or `<= 5`. */
export function targetWords(figure: Figure): string {
  if (!figure.target) return '';
  return 'atLeast' in figure.target ? `>= ${figure.target.atLeast}` : `<= ${figure.target.atMost}`;
}
