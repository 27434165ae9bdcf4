import { closeSync, constants, existsSync, openSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { Config, DeviceLine } from '../../contracts/config.ts';
import { configuredDevices } from '../../contracts/config.ts';
import { RUN_FILES } from '../../contracts/run-folder.ts';
import { firstLine, good, note, wrong, type Check } from './check.ts';
import { journalChecks } from './journal-checks.ts';
import { keyChecks } from './key-checks.ts';
import { diskCheck } from './machine-checks.ts';

const CONNECT_TIMEOUT_MS = 2000;

/** What one configured terminal is asked: keys, lines of the devices, way to the bank, journal, the core that may be running. */
export async function terminalChecks(config: Config, nowUtcMs: number): Promise<readonly Check[]> {
  const core = await coreCheck(config.storage.runFolder);
  return [...keyChecks(config.host, nowUtcMs), ...(await lineChecks(config.devices, core.ok)), await hostCheck(config.host.baseUrl), diskCheck(config.storage.dataFolder, config.storage.freeBytesMin), ...journalChecks(config, nowUtcMs, core.ok), runFolderCheck(config.storage.runFolder), core];
}

function lineChecks(devices: Config['devices'], isCoreRunning: boolean): Promise<readonly Check[]> {
  return Promise.all(configuredDevices(devices).map(async ({ name, line }) => lineCheck(`device ${name}`, line, isCoreRunning)));
}

function lineCheck(check: string, line: DeviceLine, isCoreRunning: boolean): Check | Promise<Check> {
  switch (line.kind) {
    case 'serial':
      return portCheck(check, line.path, isCoreRunning);
    case 'hidSocket':
      return existsSync(line.path) ? good(check, line.path) : wrong(check, `no socket at ${line.path}`, 'start the simulated devices');
    case 'usb':
      return good(check, `USB ${hex(line.vendorId)}:${hex(line.productId)}; plugged in or not is seen by the core`);
    case 'url':
      return serviceCheck(check, line.url);
  }
}

/** A service on the machine or its network takes connections; PC/SC is asked by the core. */
async function serviceCheck(check: string, url: string): Promise<Check> {
  const { protocol, hostname, port } = new URL(url);
  if (protocol === 'pcsc:') return good(check, `${url}; there or not is seen by the core`);
  const problem = await reach({ host: hostname, port: Number(port === '' ? (protocol === 'wss:' ? '443' : '80') : port) });
  return problem === null ? good(check, `${url} takes connections`) : wrong(check, `${url}: ${problem}`, 'start the service that speaks for the device; compare its address');
}

function portCheck(check: string, path: string, isCoreRunning: boolean): Check {
  try {
    closeSync(openSync(path, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK));
    return good(check, path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EBUSY' && isCoreRunning) return good(check, `${path}, held by the core`);
    const remedy = code === 'EACCES' ? 'give the kiosk user the group of the port (qolma by our udev rule, else dialout)' : code === 'EBUSY' ? 'another program holds the port: end it' : 'check cable and name; a name that stays comes from the udev rule in main/cli/probe/udev';
    return wrong(check, firstLine(error), remedy);
  }
}

const hex = (id: number) => id.toString(16).padStart(4, '0');

function hostCheck(baseUrl: string): Promise<Check> {
  const { hostname, port } = new URL(baseUrl);
  return reach({ host: hostname, port: Number(port === '' ? '443' : port) }).then((problem) => (problem === null ? good('bank', `${hostname} takes connections`) : wrong('bank', problem, 'check network, address and firewall')));
}

/** @returns null when a connection was taken; it is closed at once */
function reach(where: { readonly host: string; readonly port: number } | { readonly path: string }): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = connect({ ...where, timeout: CONNECT_TIMEOUT_MS });
    const settle = (problem: string | null) => {
      socket.destroy();
      resolve(problem);
    };
    socket.once('connect', () => settle(null));
    socket.once('timeout', () => settle(`no answer for ${CONNECT_TIMEOUT_MS} ms`));
    socket.once('error', (error) => settle(firstLine(error)));
  });
}

function runFolderCheck(folder: string): Check {
  try {
    const mode = statSync(folder).mode & 0o777;
    const isOurs = process.platform === 'win32' || (mode & 0o077) === 0;
    return isOurs ? good('run folder', `mode ${mode.toString(8)}`) : wrong('run folder', `mode ${mode.toString(8)}: others can reach the sockets`, `chmod 700 ${folder}`);
  } catch {
    return note('run folder', 'not there', 'the core makes it at start');
  }
}

async function coreCheck(runFolder: string): Promise<Check> {
  const problem = await reach({ path: join(runFolder, RUN_FILES.coreSocket) });
  return problem === null ? good('core', 'runs and takes connections') : note('core', 'does not run', '`qolma run --config <file>` starts it');
}
