/**
 * `npm run rebuild`: builds the core's native modules from source for the project's Node, on platforms that their packages bring no binary for. Needs a
 * C++ compiler, make, Python and the headers of libusb and libudev; the headers come with the package `node-<os>-<arch>`, nothing is downloaded. The shell loads no native module.
 */
import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { ensureNode24 } from './packages.mjs';
import { BIN_FOLDER, NODE_24, PROJECT_FOLDER } from './paths.mjs';
import { announced, giveUp, SetupError } from './progress.mjs';
import { findProgram, outputOf, runCommand } from './run-command.mjs';

/** node-hid is built on both. */
const LIBRARIES = ['libusb-1.0', 'libudev'];
const NATIVE_MODULES = ['better-sqlite3', '@serialport/bindings-cpp', 'node-hid'];
const NODE_GYP = join(PROJECT_FOLDER, 'node_modules', 'node-gyp', 'bin', 'node-gyp.js');
/** Says which binary a package really loads; two load theirs only when they are used. */
const LOADED_BINARIES = `
  const { createRequire } = process.getBuiltinModule('node:module');
  const name = process.argv[1];
  const loaded = createRequire(process.cwd() + '/')(name);
  if (name === 'better-sqlite3') new loaded(':memory:').close();
  if (name === 'node-hid') loaded.devices();
  process.report.getReport().sharedObjects.filter((path) => path.endsWith('.node')).join(' ')`;

async function rebuild() {
  await ensureNode24();
  const missing = ['make', 'g++', 'python3', 'pkg-config'].filter((program) => findProgram(program) === null);
  if (process.platform === 'linux') missing.push(...LIBRARIES.filter((library) => outputOf('pkg-config', ['--exists', library]) === null).map((library) => `headers of ${library}`));
  if (missing.length > 0) throw new SetupError(`no ${missing.join(', ')} here`, 'install the build tools, on Debian: apt-get install -y make g++ python3 pkg-config libusb-1.0-0-dev libudev-dev');
  const nodeFolder = dirname(dirname(outputOf(NODE_24, ['-p', 'process.execPath'])?.trim() ?? ''));
  if (!existsSync(join(nodeFolder, 'include', 'node', 'node_api.h'))) throw new SetupError(`no headers in ${nodeFolder}`, 'put Node 24 with its headers there');
  // Called in the package itself: `npm rebuild` runs install scripts only, and a package that brings its binaries along has none.
  const env = { ...process.env, npm_config_nodedir: nodeFolder, PATH: `${BIN_FOLDER}${delimiter}${process.env.PATH ?? ''}` };
  for (const name of NATIVE_MODULES) {
    await announced(`building ${name} from source`, async () => {
      const { code, output } = await runCommand(NODE_24, [NODE_GYP, 'rebuild', '--release', '--force_build=1'], { env, quiet: true, cwd: join(PROJECT_FOLDER, 'node_modules', name) });
      if (code !== 0) throw new SetupError(`node-gyp ended with code ${code}:\n${output.split('\n').slice(-30).join('\n')}`, 'read the lines above');
    });
    const loaded = outputOf(NODE_24, ['-p', LOADED_BINARIES, name])?.trim() ?? '';
    if (!loaded.includes(join(name, 'build', 'Release'))) throw new SetupError(`${name} was built, but loads ${loaded === '' ? 'nothing' : loaded}`, 'remove node_modules, run npm ci and try again');
  }
}

rebuild().catch(giveUp);
