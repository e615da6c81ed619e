/**
 * The `typescript` package for bundles, which import this file in its place. Node reads a CommonJS file of 9 MB three
 * times when a module imports it (for its format, for the names of its exports, and to run it), but once when it is
 * required, which takes less than half the time.
 */
import { createRequire } from 'node:module';

/** @type {typeof import('typescript')} */
export default createRequire(import.meta.url)('typescript');
