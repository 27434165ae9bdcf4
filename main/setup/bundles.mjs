/** Step 4: what the windows load, and the core as it is started outside tests, built by vite; a bundle is built again only when its sources changed. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { NODE_24, PROJECT_FOLDER, RUNTIME_FOLDER } from './paths.mjs';
import { announced, SetupError } from './progress.mjs';
import { runCommand } from './run-command.mjs';
import { sourceHash } from './source-hash.mjs';

const SHARED_SOURCES = ['package-lock.json', 'tsconfig.json', 'main/contracts', 'main/foundation'];

/**
 * Each bundle: its vite configuration, what it is made from, and a file that exists when it was built.
 * @type {{ name: string, config: string, sources: string[], output: string }[]}
 */
export const BUNDLES = [
  { name: 'core', config: 'main/cli/vite.core.config.ts', sources: ['package.json', 'main', 'drivers', 'state-machines'], output: 'dist/core/main.js' },
  { name: 'shell', config: 'main/shell/vite.shell.config.ts', sources: ['main/shell'], output: 'dist/shell/main.js' },
  { name: 'preload', config: 'main/shell/vite.preload.config.ts', sources: ['main/shell'], output: 'dist/shell/preload.cjs' },
  { name: 'renderer', config: 'renderer/vite.config.ts', sources: ['renderer'], output: 'dist/renderer/index.html' },
  { name: 'workbench', config: 'simulators/workbench/page/vite.config.ts', sources: ['simulators', 'renderer'], output: 'dist/workbench/index.html' },
];

/** @param {{ isForced?: boolean }} [options]  isForced: build all, whatever the stamps say */
export async function ensureBundles({ isForced = false } = {}) {
  for (const { name, config } of BUNDLES) {
    if (!existsSync(join(PROJECT_FOLDER, config))) throw new SetupError(`${name} cannot be built: ${config} is missing`, 'get it back from the repository, or take the bundle out of main/setup/bundles.mjs');
  }
  const due = BUNDLES.filter((bundle) => isForced || !isFresh(bundle)).map((bundle) => ({ ...bundle, hash: hashOf(bundle) }));
  if (due.length === 0) return;
  await announced(`building ${due.map((bundle) => bundle.name).join(', ')}`, async () => {
    const ends = await Promise.allSettled(due.map(build)); // each to its end: no build is left half done by another's failure
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  });
}

/** @param {string} name */
function stampPath(name) {
  return join(RUNTIME_FOLDER, 'bundles', `${name}.stamp`);
}

/** @param {{ sources: string[] }} bundle */
function hashOf({ sources }) {
  return sourceHash(PROJECT_FOLDER, [...SHARED_SOURCES, ...sources]);
}

/** Whether a bundle was built from the sources as they are now. @param {{ name: string, sources: string[], output: string }} bundle */
export function isFresh(bundle) {
  const stamp = stampPath(bundle.name);
  return existsSync(join(PROJECT_FOLDER, bundle.output)) && existsSync(stamp) && readFileSync(stamp, 'utf8') === hashOf(bundle);
}

/** @param {{ name: string, config: string, output: string, hash: string }} bundle */
async function build({ name, config, output, hash }) {
  const vite = join(PROJECT_FOLDER, 'node_modules', 'vite', 'bin', 'vite.js');
  const { code, output: text } = await runCommand(NODE_24, [vite, 'build', '--config', config, '--logLevel', 'warn'], { quiet: true });
  if (code !== 0 || !existsSync(join(PROJECT_FOLDER, output))) {
    throw new SetupError(`building ${name} ended with code ${code}\n${text.trim()}`, `mend what the lines above name, or run it alone: npx vite build --config ${config}`);
  }
  mkdirSync(join(RUNTIME_FOLDER, 'bundles'), { recursive: true });
  writeFileSync(stampPath(name), hash);
}
