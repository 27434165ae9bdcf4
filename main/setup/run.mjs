/**
 * `node main/setup/run.mjs [--window] test/fuzz/main.ts --seed 1`: a program of this checkout, on a machine that is first brought to where it can run.
 * `--window`: it also opens the window, so that Electron and the bundles are needed.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensure } from './ensure.mjs';
import { onNode24 } from './node-24.mjs';
import { PROJECT_FOLDER } from './paths.mjs';
import { giveUp } from './progress.mjs';

await onNode24(import.meta.url);
const forScreen = process.argv[2] === '--window';
const [file = '', ...args] = process.argv.slice(forScreen ? 3 : 2);
const program = join(PROJECT_FOLDER, file);
process.argv = [process.execPath, program, ...args];
await ensure({ forScreen, isBuilding: forScreen }).catch(giveUp);
await import(pathToFileURL(program).href);
