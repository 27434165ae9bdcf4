/**
 * Brings a fresh machine to where Qolma can run: packages, Node 24, system libraries, Electron, bundles. Each step looks first and does
 * nothing when all is there, so that a second start costs a fraction of a second. Runs on the system's Node 20 with nothing installed.
 */
import { ensureBundles } from './bundles.mjs';
import { ensureElectron } from './electron-runtime.mjs';
import { ensureNode24, ensurePackages } from './packages.mjs';
import { ensureSystemLibraries } from './system-libraries.mjs';

/**
 * @param {{ forScreen: boolean, isBuilding?: boolean }} wanted  forScreen: a window will be opened, so Electron and its libraries are needed
 * @returns {Promise<{ electron: Awaited<ReturnType<typeof ensureElectron>> | null }>}
 */
export async function ensure({ forScreen, isBuilding = true }) {
  await ensurePackages();
  await ensureNode24();
  await ensureSystemLibraries({ forScreen });
  const electron = forScreen ? await ensureElectron() : null;
  if (isBuilding) await ensureBundles();
  return { electron };
}
