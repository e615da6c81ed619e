import { spawn, spawnSync } from 'node:child_process';

/** What one run of a program took and said. */
export interface Measured {
  /** Elapsed seconds. */
  readonly wall: number;
  /** User plus system seconds of the process, its threads and the children it waited for. */
  readonly cpu: number;
  /** Exit status; 128 + n when a signal ended it, as shells count. */
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Whether the limit ended it. */
  readonly timedOut: boolean;
}

/** Whether a command can be found on the path. */
export function isInstalled(command: string): boolean {
  return spawnSync('bash', ['-c', 'command -v "$0"', command]).status === 0;
}

/**
 * Runs a command to its end and measures it from outside. Node does not report the CPU time of children; bash's
 * `time` does (wait4's, to the millisecond), so the command is run under one.
 */
export async function measure(command: readonly string[], limitSeconds: number): Promise<Measured> {
  const script = 'TIMEFORMAT="%R %U %S"; time "$@"';
  // A process group of its own, so that the limit reaches the measured command and not only bash.
  const stdio = ['ignore', 'pipe', 'pipe'] as const;
  const child = spawn('bash', ['-c', script, 'bash', ...command], { detached: true, stdio: [...stdio] });
  let stdout = '';
  let stderr = '';
  let timedOut = false;
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const limit = setTimeout(() => {
    timedOut = true;
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  }, limitSeconds * 1000);
  const status = await new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 137));
  });
  clearTimeout(limit);
  const times = /^(\d+\.\d+) (\d+\.\d+) (\d+\.\d+)\n?$/m.exec(stderr);
  const [wall = NaN, user = NaN, system = NaN] = times?.slice(1).map(Number) ?? [];
  return { wall, cpu: user + system, status, stdout, stderr: stderr.replace(times?.[0] ?? '', ''), timedOut };
}
