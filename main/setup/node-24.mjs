import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ensureNode24, ensurePackages } from './packages.mjs';
import { NODE_24 } from './paths.mjs';
import { giveUp } from './progress.mjs';

/**
 * In a checkout where nothing is installed yet the system's older Node begins: it brings the packages, hands over to theirs and ends as that one ends.
 * Returns only on Node 24.
 * @param {string} module  URL of the module that was begun with
 */
export async function onNode24(module) {
  if (Number.parseInt(process.versions.node, 10) >= 24) return;
  await ensurePackages().then(ensureNode24).catch(giveUp);
  process.exit(spawnSync(NODE_24, [fileURLToPath(module), ...process.argv.slice(2)], { stdio: 'inherit' }).status ?? 1);
}
