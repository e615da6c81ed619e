#!/usr/bin/env node
// The command as a program to install, called from whatever folder. It starts from a bundle of the sources, or through
// tsx where none can be made.
import { freshBundle } from '../host/bundle.mjs';

const bundle = freshBundle();
if (bundle === undefined) (await import('tsx/esm/api')).register();
await import(bundle === undefined ? './nooks.ts' : `${bundle}src/cli/nooks.js`);
