/**
 * The program as a few files of JavaScript, which start in a tenth of the time that tsx takes for the sources. This
 * file is JavaScript itself, for it runs before anything that could run TypeScript.
 *
 * A bundle is build/bundle/<key>/ with src/cli/nooks.js and workers/*.js. Its key tells the state of the sources it was
 * made of, so that it is never stale; it appears under its key at once, so that any number of processes may make it.
 */
import {
  existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, statSync, utimesSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const home = `${root}build/bundle/`;

/** Bundles kept for processes that run from them: whoever lives through more changes of the sources than this fails. */
const keptBundles = 32;

/** Packages that are small and always needed; the others are loaded from node_modules by the commands that use them. */
const bundledPackages = ['comlink', 'commander'];

/**
 * The folder of the bundle of the sources as they are, made when there is none yet.
 * @returns a URL that ends in a slash; undefined where bundles cannot be made or are not wanted (NOOKS_NO_BUNDLE=1)
 */
export function freshBundle() {
  if (process.env['NOOKS_NO_BUNDLE'] === '1') return undefined;
  try {
    const key = sourceKey();
    const folder = home + key;
    if (!existsSync(folder) && !make(key)) return undefined;
    const now = new Date();
    utimesSync(folder, now, now);
    return pathToFileURL(`${folder}/`).href;
  } catch {
    return undefined; // a folder that cannot be written, a mistake in a source: tsx does without, or tells of it
  }
}

/**
 * Bundles the sources that have this key.
 * @returns whether the bundle is there; it is not when the sources changed meanwhile
 * @param {string} key
 */
function make(key) {
  mkdirSync(home, { recursive: true });
  const draft = mkdtempSync(`${home}${key}.`);
  try {
    bundle(draft, home + key);
    if (sourceKey() !== key) return false;
    publish(draft, home + key);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  removeOld();
  return true;
}

/**
 * @param {string} draft where to write
 * @param {string} folder where it will be
 */
function bundle(draft, folder) {
  const build = bundler(draft, folder);
  const threads = readdirSync(`${root}workers`).filter((name) => name.endsWith('.ts'));
  // A thread needs all of its code at once, and one file loads faster than several; a command needs some of it.
  build({ entryPoints: threads.map((name) => `workers/${name}`) });
  build({ entryPoints: ['src/cli/nooks.ts'], splitting: true, chunkNames: 'src/chunks/[hash]' });
}

/**
 * A function that bundles entry points, named from the project's folder, as all of the program is bundled.
 * @param {string} draft where to write
 * @param {string} folder where it will be
 * @returns {(options: import('esbuild').BuildOptions) => void}
 */
export function bundler(draft, folder) {
  /** @type {{ dependencies: Record<string, string> }} */
  const { dependencies } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
  // Loaded here, because most starts have a bundle.
  const { buildSync } = /** @type {typeof import('esbuild')} */ (createRequire(import.meta.url)('esbuild'));
  return (options) => void buildSync({
    absWorkingDir: root, outbase: root, outdir: draft,
    bundle: true, format: 'esm', platform: 'node', target: 'node20',
    external: Object.keys(dependencies).filter((name) => !bundledPackages.includes(name)),
    alias: { typescript: fileURLToPath(new URL('./typescript.mjs', import.meta.url)) },
    sourcemap: true, sourcesContent: false, logLevel: 'silent',
    // Files of src/host and src/cli name others by their place in the tree, wherever their code has gone.
    define: {
      'import.meta.url': JSON.stringify(pathToFileURL(`${root}src/host/bundle.mjs`).href),
      'NOOKS_BUNDLE': JSON.stringify(pathToFileURL(`${folder}/`).href),
    },
    // For packages in CommonJS.
    banner: { js: "import { createRequire as $createRequire } from 'node:module';\n"
      + 'const require = $createRequire(import.meta.url);' },
    ...options,
  });
}

/**
 * Renames a finished bundle to its key, unless another process was quicker.
 * @param {string} draft
 * @param {string} folder
 */
function publish(draft, folder) {
  try {
    renameSync(draft, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
  }
}

/** Removes the bundles that have not been used for longest, and drafts that a killed process left. */
function removeOld() {
  const folders = readdirSync(home).flatMap((name) => {
    const status = statSync(home + name, { throwIfNoEntry: false });
    return status ? [{ name, used: status.mtimeMs }] : [];
  });
  for (const { name } of folders.sort((a, b) => b.used - a.used).slice(keptBundles)) {
    rmSync(home + name, { recursive: true, force: true });
  }
}

/** A hash of the paths, sizes and times of all that is bundled. Contents would take longer to read. */
function sourceKey() {
  const files = [
    'package.json', 'package-lock.json', 'tsconfig.json', ...filesIn('src'), ...filesIn('workers'),
    ...filesIn('drivers').filter((path) => path.endsWith('/manifest.ts')),
  ];
  const states = files.map((path) => {
    const { size, mtimeMs } = statSync(root + path);
    return `${path} ${size} ${mtimeMs}`;
  });
  return hash([root, ...states].join('\n'));
}

/**
 * The files under a folder, but for the guest's software, which is compiled and never imported.
 * @param {string} folder
 * @returns {string[]}
 */
function filesIn(folder) {
  if (!existsSync(root + folder)) return [];
  return readdirSync(root + folder, { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (path === 'src/guest') return [];
    return entry.isDirectory() ? filesIn(path) : [path];
  });
}

/**
 * Two FNV-1a hashes of different primes as 16 digits: node:crypto would take longer to load than all the rest.
 * @param {string} text
 */
function hash(text) {
  let [a, b] = [0x811c9dc5, 0x811c9dc5];
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ code, 0x85ebca6b);
  }
  return [a, b].map((value) => (value >>> 0).toString(16).padStart(8, '0')).join('');
}
