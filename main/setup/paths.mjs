/** Where things lie in a checkout; every step takes them from here. */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const PROJECT_FOLDER = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
/** Everything that setup makes and that may be thrown away. Ignored by git. */
export const RUNTIME_FOLDER = join(PROJECT_FOLDER, '.runtime');
export const BIN_FOLDER = join(PROJECT_FOLDER, 'node_modules', '.bin');
/** Node 24, whatever Node the system has: it comes from the npm package `node-<os>-<arch>`. */
export const NODE_24 = join(BIN_FOLDER, process.platform === 'win32' ? 'node.cmd' : 'node');
/** Which Electron was prepared: JSON `{ kind, version, folder, executable, stamp }`. */
export const ELECTRON_RECORD = join(RUNTIME_FOLDER, 'electron.json');
