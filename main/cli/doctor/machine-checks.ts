import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync, statfsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { arch, platform, release } from 'node:os';
import { z } from 'zod';
import { ERROR_CATALOGUE } from '../../foundation/error-catalogue.ts';
import { good, firstLine, note, wrong, type Check } from './check.ts';

const PROJECT_FOLDER = join(import.meta.dirname, '..', '..', '..');
const NODE_MAJOR_MIN = 24;
const PLATFORMS = ['linux-x64', 'linux-arm64', 'win32-x64'];
/** A journal of years fits in; the core itself goes out of service much later (`storage.freeBytesMin`). */
const FREE_BYTES_COMFORT = 1024 ** 3;
const LDD_TIMEOUT_MS = 10_000;
const ELECTRON_RECORD = z.object({ kind: z.string(), version: z.string(), executable: z.string() });

/** What every machine is asked: programs, native modules, display, time zones. @param nowUtcMs  for time zone data */
export async function machineChecks(nowUtcMs: number): Promise<readonly Check[]> {
  const screen = isCheckout() ? [electronCheck(), ...libraryChecks(), displayCheck()] : [displayCheck()];
  return [nodeCheck(), platformCheck(), ...(await moduleChecks()), timeZoneCheck(nowUtcMs), ...screen];
}

function nodeCheck(): Check {
  const found = `${process.version} (${process.execPath})`;
  const isRight = Number(process.versions.node.split('.')[0]) >= NODE_MAJOR_MIN;
  return isRight ? good('node', found) : wrong('node', found, `run with Node ${NODE_MAJOR_MIN}: npm run -s qolma -- … uses the one that npm ci installs`);
}

function platformCheck(): Check {
  const name = `${platform()}-${arch()}`;
  return PLATFORMS.includes(name) ? good('platform', `${name} ${release()}`) : wrong('platform', name, `there are native modules for ${PLATFORMS.join(', ')}`);
}

/** Each is loaded and used once: a module that loads and cannot work is as bad as a missing one. */
async function moduleChecks(): Promise<readonly Check[]> {
  const modules: readonly { readonly name: string; readonly use: () => Promise<string>; readonly remedy: string }[] = [
    { name: 'better-sqlite3', remedy: 'npm ci; it brings its own binary', use: async () => {
      const database = new (await import('better-sqlite3')).default(':memory:');
      const version = database.prepare<unknown[], string>('SELECT sqlite_version()').pluck().get();
      database.close();
      return `SQLite ${version}`;
    } },
    { name: 'serialport', remedy: 'npm ci; it brings its own binary', use: async () => `${(await (await import('serialport')).SerialPort.list()).length} ports on this machine` },
    { name: 'node-hid', remedy: 'npm ci, and the system libraries libusb-1.0 and libudev', use: async () => `${(await import('node-hid')).default.devices().length} HID devices on this machine` },
    { name: 'libxml2-wasm', remedy: 'npm ci', use: async () => {
      const document = (await import('libxml2-wasm')).XmlDocument.fromString('<a/>');
      document.dispose();
      return 'parses';
    } },
  ];
  return Promise.all(modules.map(async ({ name, use, remedy }) => {
    try {
      return good(`module ${name}`, await use());
    } catch (error) {
      return wrong(`module ${name}`, firstLine(error), remedy);
    }
  }));
}

/** Kazakhstan has one zone since 1 March 2024, UTC+5; older data still say +06:00 and would print receipts an hour off. [requirements part B] */
function timeZoneCheck(nowUtcMs: number): Check {
  const offset = new Intl.DateTimeFormat('en', { timeZone: 'Asia/Almaty', timeZoneName: 'longOffset' }).formatToParts(new Date(nowUtcMs)).find((part) => part.type === 'timeZoneName')?.value;
  const found = `Asia/Almaty is ${offset ?? 'unknown'} (time zone data ${process.versions['tz'] ?? 'unknown'})`;
  return offset === 'GMT+05:00' ? good('time zone', found) : wrong('time zone', found, 'update Node: its time zone data are from before March 2024');
}

function electronCheck(): Check {
  const path = join(PROJECT_FOLDER, '.runtime', 'electron.json');
  const remedy = '`npm start` prepares one; the core runs without it';
  try {
    const { kind, version, executable } = ELECTRON_RECORD.parse(JSON.parse(readFileSync(path, 'utf8')));
    accessSync(executable, constants.X_OK);
    return good('electron', `${version} (${kind})`);
  } catch {
    return note('electron', 'none prepared', remedy);
  }
}

/** What the window's program misses on this system, by its dynamic linker. */
function libraryChecks(): readonly Check[] {
  const record = join(PROJECT_FOLDER, '.runtime', 'electron.json');
  if (platform() !== 'linux' || !existsSync(record)) return [];
  try {
    const { executable } = ELECTRON_RECORD.parse(JSON.parse(readFileSync(record, 'utf8')));
    const listed = execFileSync('ldd', [executable], { encoding: 'utf8', timeout: LDD_TIMEOUT_MS, stdio: ['ignore', 'pipe', 'ignore'], cwd: dirname(executable) });
    const missing = [...listed.matchAll(/^\s*(\S+) => not found/gm)].map((match) => match[1]);
    return [missing.length === 0 ? good('system libraries', 'all that the window needs') : note('system libraries', `missing: ${missing.join(', ')}`, '`npm start` names the packages to install')];
  } catch (error) {
    return [note('system libraries', firstLine(error), 'ldd tells which libraries the window misses')];
  }
}

function displayCheck(): Check {
  const name = process.env['WAYLAND_DISPLAY'] ?? process.env['DISPLAY'];
  if (platform() === 'win32') return good('display', 'the desktop');
  if (name !== undefined && name !== '') return good('display', name);
  const hasXvfb = (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, 'Xvfb')));
  const remedy = 'the kiosk window needs one; customer screens are also on the workbench page';
  return note('display', hasXvfb ? 'none; Xvfb is installed, tests use it' : 'none', remedy);
}

function isCheckout(): boolean {
  return existsSync(join(PROJECT_FOLDER, 'main', 'setup'));
}

/** Room on the disk of a folder that is there. @param freeBytesMin  under it the terminal is out of service */
export function diskCheck(folder: string, freeBytesMin: number): Check {
  try {
    const disk = statfsSync(folder);
    const freeBytes = disk.bavail * disk.bsize;
    const found = `${(freeBytes / 1024 ** 3).toFixed(1)} GiB free`;
    const limit = `${Math.ceil(freeBytesMin / 1024 ** 2)} MiB`;
    if (freeBytes < freeBytesMin) return wrong('disk', `JNL_DISK_FULL: ${found}, ${limit} must be`, ERROR_CATALOGUE.JNL_DISK_FULL.operator);
    return freeBytes >= FREE_BYTES_COMFORT ? good('disk', found) : note('disk', found, `free some: under ${limit} the terminal goes out of service`);
  } catch (error) {
    return wrong('disk', firstLine(error), 'make the data folder, owned by the kiosk user');
  }
}
