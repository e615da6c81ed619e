import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openLog } from '../../src/host/log.ts';

test('what is at the level or above is written at once, a line each', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nooks-log-'));
  const file = openSync(join(folder, 'log'), 'w');
  try {
    const logger = openLog('info', file);
    logger.debug('no');
    logger.info({ harts: 2 }, 'booting');
    const [line, rest] = readFileSync(join(folder, 'log'), 'utf8').split('\n');
    expect(JSON.parse(line!)).toMatchObject({ level: 30, harts: 2, msg: 'booting' });
    expect(rest).toBe('');
  } finally {
    closeSync(file);
    rmSync(folder, { recursive: true });
  }
});

test('a level that does not exist is one sentence', () => {
  expect(() => openLog('loud')).toThrow(expect.objectContaining({
    name: 'UserError',
    message: "NOOKS_LOG is 'loud': it must be one of trace, debug, info, warn, error, fatal, silent",
  }));
});
