import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const PROJECT_FOLDER = join(import.meta.dirname, '..', '..', '..');
const electronRecordSchema = z.object({ kind: z.enum(['official', 'registry']), version: z.string(), folder: z.string(), executable: z.string() });

export interface ShellCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

/**
 * How the window is started in a checkout, with the Electron that `main/setup` prepared.
 *
 * @param profile  null: by the display's size
 * @throws Error   no Electron was prepared yet, or the shell is not built; says what to run
 */
export function shellCommand({ runFolder, profile = null, isKiosk = false }: { runFolder: string; profile?: string | null; isKiosk?: boolean }): ShellCommand {
  const recordFile = join(PROJECT_FOLDER, '.runtime', 'electron.json');
  if (!existsSync(recordFile)) throw new Error('No Electron is prepared: run `npm start` or `node main/setup/ensure.mjs` once');
  if (!existsSync(join(PROJECT_FOLDER, 'dist', 'shell', 'main.js'))) throw new Error('The shell is not built: run `npm run build`');
  const { executable } = electronRecordSchema.parse(JSON.parse(readFileSync(recordFile, 'utf8')));
  // Chromium refuses to run as root with its sandbox; only build machines do so, a kiosk has a user of its own.
  const chromiumArgs = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  if (process.env.DISPLAY === undefined && process.env.WAYLAND_DISPLAY !== undefined) chromiumArgs.push('--ozone-platform-hint=auto');
  return {
    command: executable,
    args: [...chromiumArgs, PROJECT_FOLDER, `--run-folder=${runFolder}`, ...(profile === null ? [] : [`--profile=${profile}`]), ...(isKiosk ? ['--kiosk'] : [])],
    env: { ELECTRON_RUN_AS_NODE: undefined, ELECTRON_ENABLE_LOGGING: undefined },
  };
}
