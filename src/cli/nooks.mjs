#!/usr/bin/env node
// The command as a program to install: TypeScript runs through tsx, from whatever folder the command is called.
import { register } from 'tsx/esm/api';

register();
await import('./nooks.ts');
