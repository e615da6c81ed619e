/** The `nooks` command: see program.ts for what it can do. */
import { main } from './program.ts';
import { statuses } from './status.ts';

/** Whoever read the output may go (`nooks help | head`). */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const { inSources } = await import('../host/source-stack.ts');
  process.stderr.write(`${inSources(error instanceof Error ? `${error.stack}` : String(error))}\n`);
  process.exit(statuses.internal.status);
}
