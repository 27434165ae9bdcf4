/** `npm run pack:check`: starts what `npm run pack` made, as the field would: the core's Node with its modules, the command line, the hardened window. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { PROJECT_FOLDER } from './paths.mjs';
import { giveUp, say, SetupError } from './progress.mjs';
import { runCommand } from './run-command.mjs';
import { openDisplay } from './virtual-display.mjs';

const PACKED = join(PROJECT_FOLDER, 'release', 'linux-unpacked');
const CORE = join(PACKED, 'resources', 'core');
const SHELL = join(PACKED, 'qolma-shell');
const WINDOW_TIMEOUT_MS = 20_000;

const MODULES_SCRIPT = `
  const { default: Database } = await import('better-sqlite3');
  const row = new Database(':memory:').prepare('select sqlite_version() as version').get();
  const { SerialPort } = await import('serialport');
  const ports = await SerialPort.list();
  const { default: hid } = await import('node-hid');
  const { XmlDocument } = await import('libxml2-wasm');
  XmlDocument.fromString('<a/>').dispose();
  console.log('SQLite ' + row.version + ', ' + ports.length + ' serial ports, ' + (await hid.devicesAsync()).length + ' HID devices, libxml2');`;

async function check() {
  if (!existsSync(SHELL)) throw new SetupError('nothing is packed', 'run npm run pack first');
  await expectGood('core: native modules', join(CORE, 'node'), ['--input-type=module', '-e', MODULES_SCRIPT]);
  await expectGood('core: command line', join(CORE, 'node'), ['dist/core/main.js', '--help']);
  await checkFuses();
  await checkWindow();
  process.stdout.write('pack:check: all good\n');
}

/** @param {string} what @param {string} command @param {string[]} args */
async function expectGood(what, command, args) {
  const { code, output } = await runCommand(command, args, { cwd: CORE, quiet: true, timeoutMs: 30_000 });
  if (code !== 0) throw new SetupError(`${what} ended with code ${code}\n${output.trim()}`, 'what is missing belongs into the stage: main/setup/pack.mjs');
  say(`${what}: ${output.trim().split('\n')[0]}`);
}

async function checkFuses() {
  const { getCurrentFuseWire, FuseV1Options } = (await import('@electron/fuses')).default;
  const wire = await getCurrentFuseWire(SHELL);
  const isOn = (/** @type {number} */ fuse) => wire[fuse] === '1'.charCodeAt(0);
  const mustBeOff = ['RunAsNode', 'EnableNodeOptionsEnvironmentVariable', 'EnableNodeCliInspectArguments', 'GrantFileProtocolExtraPrivileges', 'LoadBrowserProcessSpecificV8Snapshot'];
  const wrong = [...mustBeOff.filter((name) => isOn(FuseV1Options[name])), ...['OnlyLoadAppFromAsar', 'EnableCookieEncryption'].filter((name) => !isOn(FuseV1Options[name]))];
  if (wrong.length > 0) throw new SetupError(`fuses are not as electron-builder.yml says: ${wrong.join(', ')}`, 'pack again');
  say('shell: fuses are set');
}

/** The window without a core: it must paint, not crash. */
async function checkWindow() {
  const runFolder = mkdtempSync(join(tmpdir(), 'qolma-pack-'));
  const display = await openDisplay();
  const args = [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), `--run-folder=${runFolder}`, '--profile=portrait'];
  const child = spawn(SHELL, args, { env: { ...process.env, ...display.env, QOLMA_TIMING: '1' }, stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const timer = setTimeout(() => child.kill('SIGKILL'), WINDOW_TIMEOUT_MS);
  let firstPaint;
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.includes('shell.firstPaint')) continue;
    firstPaint = JSON.parse(line).ms;
    break;
  }
  clearTimeout(timer);
  child.kill('SIGTERM');
  await ended;
  display.stop();
  rmSync(runFolder, { recursive: true, force: true });
  if (firstPaint === undefined) throw new SetupError('the packed window painted nothing in 20 s', `start it by hand: ${SHELL} --run-folder=<folder>`);
  say(`shell: first paint after ${firstPaint} ms`);
}

check().catch(giveUp);
