/**
 * `npm run rebuild`: builds the core's native modules from source for the project's Node, on platforms that their packages bring no binary for. Needs a
 * C++ compiler, make, Python and the headers of libusb and libudev; the headers come with the package `node-<os>-<arch>`, nothing is downloaded. The shell loads no native module.
 */
import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { ensureNode24, npmCommand } from './packages.mjs';
import { BIN_FOLDER, NODE_24 } from './paths.mjs';
import { announced, giveUp, SetupError } from './progress.mjs';
import { findProgram, outputOf, runCommand } from './run-command.mjs';

/** node-hid is built on both. */
const LIBRARIES = ['libusb-1.0', 'libudev'];
const NATIVE_MODULES = ['better-sqlite3', '@serialport/bindings-cpp', 'node-hid'];

async function rebuild() {
  await ensureNode24();
  const missing = ['make', 'g++', 'python3', 'pkg-config'].filter((program) => findProgram(program) === null);
  if (process.platform === 'linux') missing.push(...LIBRARIES.filter((library) => outputOf('pkg-config', ['--exists', library]) === null).map((library) => `headers of ${library}`));
  if (missing.length > 0) throw new SetupError(`no ${missing.join(', ')} here`, 'install the build tools, on Debian: apt-get install -y make g++ python3 pkg-config libusb-1.0-0-dev libudev-dev');
  const nodeFolder = dirname(dirname(outputOf(NODE_24, ['-p', 'process.execPath'])?.trim() ?? ''));
  if (!existsSync(join(nodeFolder, 'include', 'node', 'node_api.h'))) throw new SetupError(`no headers in ${nodeFolder}`, 'put Node 24 with its headers there');
  const { command, args } = npmCommand();
  const env = { ...process.env, npm_config_nodedir: nodeFolder, PATH: `${BIN_FOLDER}${delimiter}${process.env.PATH ?? ''}` };
  await announced(`building ${NATIVE_MODULES.join(', ')} from source`, async () => {
    const { code } = await runCommand(command, [...args, 'rebuild', '--build-from-source', ...NATIVE_MODULES], { env });
    if (code !== 0) throw new SetupError(`npm rebuild ended with code ${code}`, 'read the lines above');
  });
}

rebuild().catch(giveUp);
