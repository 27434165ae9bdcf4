/**
 * `npm run qolma`: the command line from its bundle when that was made from the present sources, else from the sources themselves: same program, later start.
 * In a checkout where nothing is installed yet the system's older Node comes here first: it brings the packages and hands over to theirs.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { BUNDLES, isFresh } from './bundles.mjs';
import { ensureNode24, ensurePackages } from './packages.mjs';
import { NODE_24, PROJECT_FOLDER } from './paths.mjs';
import { giveUp } from './progress.mjs';

if (Number.parseInt(process.versions.node, 10) < 24) {
  await ensurePackages().then(ensureNode24).catch(giveUp);
  process.exit(spawnSync(NODE_24, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' }).status ?? 1);
}
const bundle = BUNDLES.find(({ name }) => name === 'core');
const program = join(PROJECT_FOLDER, bundle !== undefined && isFresh(bundle) ? bundle.output : 'main/cli/main.ts');
process.argv[1] = program; // what it starts again of itself is the same program
await import(pathToFileURL(program).href);
