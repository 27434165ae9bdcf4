#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

// Before anything of ours is loaded: compiled sources are kept, which halves the start of the core. In a folder of ours, never in the common temporary
// folder: whoever can write a cache decides what runs. Where the folder cannot be written (an installed terminal) nothing is kept, and nothing breaks.
// `portable`: a packed core brings the cache along and is unpacked anywhere.
enableCompileCache({ directory: join(import.meta.dirname, '..', '..', '.runtime', 'compile-cache'), portable: true });

const { runProgram } = await import('./program.ts');
await runProgram(process.argv);
