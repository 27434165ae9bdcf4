/**
 * `npm run pack`: `release/<platform>-unpacked` with the shell, the core and the core's Node. The core is shipped as its bundle, the sources that
 * it was made from (they also run as they are) and a production-only install beside it; `QOLMA_ELECTRON=official` for anything that leaves the house.
 */
import { copyFileSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensure } from './ensure.mjs';
import { npmCommand, withoutProjectBin } from './packages.mjs';
import { NODE_24, PROJECT_FOLDER } from './paths.mjs';
import { announced, giveUp, say, SetupError } from './progress.mjs';
import { outputOf, runCommand } from './run-command.mjs';

const STAGE = join(PROJECT_FOLDER, 'release', 'stage', 'core');
/** What runs in the core's process, and what it reads from beside itself. */
const CORE_FOLDERS = ['main', 'drivers', 'state-machines', join('dist', 'core')];
/** Not part of the core: the shell is built into the application, setup is for checkouts. */
const LEFT_OUT = [join('main', 'shell'), join('main', 'setup')];

const COMPILE_SCRIPT = `
  import { enableCompileCache } from 'node:module';
  import { readdirSync } from 'node:fs';
  enableCompileCache({ directory: '.runtime/compile-cache', portable: true });
  const chunks = readdirSync('dist/core').filter((file) => file.endsWith('.js') && file !== 'main.js');
  for (const chunk of chunks) await import(process.cwd() + '/dist/core/' + chunk);`;

async function stageCore() {
  rmSync(STAGE, { recursive: true, force: true });
  mkdirSync(STAGE, { recursive: true });
  for (const folder of CORE_FOLDERS) {
    cpSync(join(PROJECT_FOLDER, folder), join(STAGE, folder), { recursive: true, filter: (path) => !LEFT_OUT.some((left) => path === join(PROJECT_FOLDER, left)) });
  }
  for (const file of ['package.json', 'package-lock.json', '.npmrc']) copyFileSync(join(PROJECT_FOLDER, file), join(STAGE, file));
  const { command, args } = npmCommand();
  const { code, output } = await runCommand(command, [...args, 'ci', '--omit=dev', '--omit=optional', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: STAGE, env: withoutProjectBin(process.env), quiet: true });
  if (code !== 0) throw new SetupError(`npm ci for the core ended with code ${code}: ${output.trim().split('\n').at(-1)}`, 'read the line above; mostly the npm registry is not reachable');
  // The manifest of a shipped core names what it needs and starts nothing.
  const { name, version, license, type, dependencies } = JSON.parse(readFileSync(join(PROJECT_FOLDER, 'package.json'), 'utf8'));
  writeFileSync(join(STAGE, 'package.json'), `${JSON.stringify({ name, version, license, private: true, type, dependencies }, null, 2)}\n`);
  rmSync(join(STAGE, 'package-lock.json'));
  rmSync(join(STAGE, '.npmrc'));
  const node = outputOf(NODE_24, ['-p', 'process.execPath'])?.trim();
  if (node === undefined) throw new SetupError('the Node of the core cannot be found', 'run npm ci');
  const stagedNode = join(STAGE, process.platform === 'win32' ? 'node.exe' : 'node');
  copyFileSync(node, stagedNode);
  // A terminal's folder is read-only: the compiled form of the bundle is made here, by the Node that will read it.
  const compiled = await runCommand(stagedNode, ['--input-type=module', '-e', COMPILE_SCRIPT], { cwd: STAGE, quiet: true });
  if (compiled.code !== 0) throw new SetupError(`the core's bundle cannot be loaded: ${compiled.output.trim()}`, 'what it misses belongs into the stage');
}

async function pack() {
  const { electron } = await ensure({ forScreen: true });
  if (electron === null) throw new SetupError('no Electron', 'run npm start once');
  await announced('staging the core with its own packages', stageCore);
  const builder = join(PROJECT_FOLDER, 'node_modules', 'electron-builder', 'cli.js');
  const { code } = await runCommand(NODE_24, [builder, '--dir', `-c.electronVersion=${electron.version}`, `-c.electronDist=${electron.folder}`, '--publish', 'never']);
  if (code !== 0) throw new SetupError(`electron-builder ended with code ${code}`, 'read the lines above');
  if (electron.kind === 'registry') say(`made with Electron ${electron.version}: for tests and demonstrations only, use QOLMA_ELECTRON=official for the field`);
}

pack().catch(giveUp);
