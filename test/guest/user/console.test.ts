/** The shell on the console, as somebody at a terminal meets it: prompt, line editing, ^C, jobs, init. */
import { afterEach, beforeAll, expect, test } from 'vitest';
import { prompt, Session, shipped, type System } from '../../support/system.ts';
import { holdings } from '../nooks/trial.ts';
import { difference } from '../nooks/verdict.ts';

let system: System, session: Session;
beforeAll(async () => { system = await shipped(); }, 120_000);
afterEach(async () => { await session?.machine.dispose(); });

const erase = '\x7f', kill = '\x15', interrupt = '\x03', end = '\x04';

test.each([1, 2, 4])('the kernel boots to the prompt on %i harts, within 20 million instructions', async (harts) => {
  const { machine } = session = await Session.boot(system, { harts, seed: harts });
  expect(machine.console).toMatch(new RegExp(`smp: ${harts} hart\\(s\\) online`));
  expect(machine.console.endsWith(prompt)).toBe(true);
});

test('lines are edited before the shell gets them', async () => {
  session = await Session.boot(system);
  expect(await session.command(`echo onf${erase}e twx${erase}o`)).toBe('one two\n');
  expect(await session.command(`echo nothing${kill}echo all`)).toBe('all\n');
  session.machine.type('echo typed ahead\necho twice\n');
  expect(await session.until('# twice\r\n# ')).toContain('\ntyped ahead\n');
});

test('^C ends the program in the foreground, and neither the shell nor what runs behind', async () => {
  session = await Session.boot(system);
  await session.command('sleep 100 &');
  session.machine.type('sleep 1000\n');
  await session.machine.run({ maxInstructions: 3_000_000 });
  session.machine.type(interrupt);
  await session.until(prompt);
  expect(await session.command('echo $?')).toBe('130\n');
  expect(await session.command('ps')).toMatch(/^( *\d+){2} S .* sleep$/m);
  expect(await session.command('kill $!; wait $!')).toMatch(/^\[\d+\] Terminated\n$/);
  expect(await session.command('ps')).not.toContain('sleep');
});

test('the end of a program in the background is told at the prompt', async () => {
  session = await Session.boot(system);
  expect(await session.command('sleep 0.05 &')).toMatch(/^\[\d+\]\n$/);
  expect(await session.command('sleep 0.2')).toMatch(/^\[\d+\] Done\n$/);
  // It may end before the prompt.
  const said = await session.command('sh -c "exit 3" &') + await session.command('sleep 0.2');
  expect(said).toMatch(/^\[(\d+)\]\n\[\1\] Exit 3\n$/);
});

test('the pipes of a line run at once, and a reader that goes ends the writer', async () => {
  session = await Session.boot(system, { harts: 2, seed: 5 });
  expect(await session.command('cat /dev/zero | true; echo $?')).toBe('0\n');
  expect(await session.command('sleep 0.2; ps')).not.toContain('cat');
});

test('init collects orphans, and starts the shell again when it ends', async () => {
  session = await Session.boot(system);
  await session.command('sh -c "sleep 0.1 & sleep 0.1 &"');
  expect(await session.command('ps')).toMatch(/^ *\d+ +1 S .* sleep$/m);
  const after = await session.command('sleep 0.3; ps');
  expect(after).not.toContain(' sleep\n');
  expect(after).not.toMatch(/ Z /);
  const shell = await session.command('echo $$');
  await session.command('exit');
  expect(Number(await session.command('echo $$'))).toBeGreaterThan(Number(shell));
  session.machine.type(end);
  await session.until(prompt);
  expect(await session.command('echo still here')).toBe('still here\n');
});

test('programs that have come and gone leave no memory behind', async () => {
  session = await Session.boot(system, { harts: 2, seed: 3 });
  const round = 'echo x | cat | wc > /tmp/n; nosuch; /bad; sh -c "/test/fault null; sleep 0.01 &"; rm /tmp/n';
  for (let count = 0; count < 3; count++) await session.command(round);
  await session.command('sleep 0.1');
  const before = await holdings(session);
  for (let count = 0; count < 10; count++) await session.command(round);
  await session.command('sleep 0.1');
  expect(difference(before, await holdings(session))).toBe('');
});

test('init= starts another program, and the machine says so when there is none', async () => {
  session = await Session.boot(system, { append: 'init=/bin/sh' });
  expect(await session.command('echo $$')).toBe('1\n');
  await session.machine.dispose();
  await expect(Session.boot(system, { append: 'init=/no/init' })).rejects.toThrow('No init found: error -2');
});

// the command, how the machine ends
test.each([['reboot', 'reset'], ['halt', 'exit'], ['poweroff', 'exit']])('%s ends in: %s', async (command, kind) => {
  session = await Session.boot(system, { harts: 2 });
  session.machine.type(`${command}\n`);
  expect(await session.machine.run({ maxInstructions: 20_000_000 })).toMatchObject({ kind });
});
