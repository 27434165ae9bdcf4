/** electron-builder's hook: takes away what belongs to a checkout's Electron and not to a release. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';

/** @param {{ appOutDir: string }} context */
export default function afterPack({ appOutDir }) {
  rmSync(join(appOutDir, 'resources', 'default_app.asar'), { force: true });
  rmSync(join(appOutDir, '.qolma-stamp'), { force: true });
}
