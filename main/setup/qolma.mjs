/** `npm run qolma`: the command line from its bundle when that was made from the present sources, else from the sources themselves: same program, later start. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { BUNDLES, isFresh } from './bundles.mjs';
import { onNode24 } from './node-24.mjs';
import { PROJECT_FOLDER } from './paths.mjs';

await onNode24(import.meta.url);
const bundle = BUNDLES.find(({ name }) => name === 'core');
const program = join(PROJECT_FOLDER, bundle !== undefined && isFresh(bundle) ? bundle.output : 'main/cli/main.ts');
process.argv[1] = program; // what it starts again of itself is the same program
await import(pathToFileURL(program).href);
