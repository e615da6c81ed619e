/**
 * The `typescript` package for bundles, which import this file in its place.
 *
 * V8 takes longer to compile these 9 MB of JavaScript than to run them. So a process that had to compile them keeps
 * what came of it when it ends, with the functions that were called by then, and later processes start from that
 * (Node 20, `vm.Script`, `cachedData`). V8 refuses what another version of it made, or one with other flags.
 */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cachedDataVersionTag } from 'node:v8';
import { Script } from 'node:vm';

const require = createRequire(import.meta.url);
const folder = fileURLToPath(new URL('../../build/code/', import.meta.url));

export default /** @type {typeof import('typescript')} */ (load(require.resolve('typescript')));

/**
 * Runs a module in CommonJS, as `require` would.
 * @param {string} path
 * @returns {object} what it exports
 */
function load(path) {
  const { version } = require('typescript/package.json');
  // The tag stands for V8's version and flags: processes with different flags do not take turns in replacing a file.
  const kept = `${folder}typescript-${version}-${cachedDataVersionTag()}`;
  const cachedData = readIfThere(kept);
  const script = new Script(
    // Through a buffer: to read as text takes twice as long.
    `(function (exports, require, module, __filename, __dirname) {${readFileSync(path)}\n})`,
    { filename: path, ...cachedData && { cachedData } },
  );
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(path), module, path, dirname(path));
  if (cachedData === undefined || script.cachedDataRejected) process.once('exit', () => keep(script, kept));
  return module.exports;
}

/** @param {string} path */
function readIfThere(path) {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

/**
 * Writes what V8 compiled of a script, whole or not at all.
 * @param {Script} script
 * @param {string} path
 */
function keep(script, path) {
  const draft = `${path}.${process.pid}.tmp`;
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(draft, script.createCachedData());
    renameSync(draft, path);
  } catch {
    rmSync(draft, { force: true }); // a folder that cannot be written: each start compiles
  }
}
