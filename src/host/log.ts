/**
 * The program's own log: structured lines on stderr. The guest's console is not a log, nor are answers to the user.
 * `NOOKS_LOG` sets the level: trace, debug, info, warn (the default), error, fatal, silent.
 */
import { destination, levels, pino } from 'pino';
import type { Logger } from 'pino';
import { UserError } from './user-error.ts';

let logger: Logger | undefined;

/**
 * The logger of the process.
 * @throws UserError when NOOKS_LOG names no level
 */
export function log(): Logger {
  logger ??= openLog(process.env['NOOKS_LOG'] ?? 'warn');
  return logger;
}

/** A logger of the given level that writes at once, so that nothing is lost when the process ends. */
export function openLog(level: string, fileDescriptor = 2): Logger {
  const known = [...Object.keys(levels.values), 'silent'];
  if (!known.includes(level)) throw new UserError(`NOOKS_LOG is '${level}': it must be one of ${known.join(', ')}`);
  return pino({ level, base: null }, destination({ fd: fileDescriptor, sync: true }));
}
