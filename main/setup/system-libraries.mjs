/** Step 2: what Electron and the device modules load from the system (Debian and its relatives). */
import { announced, SetupError } from './progress.mjs';
import { findProgram, outputOf, runCommand } from './run-command.mjs';

/**
 * Each need, how it is seen, and the packages that bring it. Newer Debian and Ubuntu renamed some with `t64`.
 * @type {{ library?: string, program?: string, packages: string[], why: string, forScreen: boolean }[]}
 */
export const SYSTEM_NEEDS = [
  { program: 'Xvfb', packages: ['xvfb'], why: 'a display for the window where there is none', forScreen: true },
  { library: 'libgtk-3.so.0', packages: ['libgtk-3-0', 'libgtk-3-0t64'], why: 'Electron', forScreen: true },
  { library: 'libnss3.so', packages: ['libnss3'], why: 'Electron', forScreen: true },
  { library: 'libgbm.so.1', packages: ['libgbm1'], why: 'Electron', forScreen: true },
  { library: 'libasound.so.2', packages: ['libasound2', 'libasound2t64'], why: 'Electron', forScreen: true },
  { library: 'libusb-1.0.so.0', packages: ['libusb-1.0-0'], why: 'HID devices (node-hid)', forScreen: false },
  { program: 'udevadm', packages: ['udev'], why: 'listing serial ports', forScreen: false },
];

/**
 * @param {{ forScreen: boolean }} wanted  without a screen only the device libraries are looked at, and their lack is only said
 */
export async function ensureSystemLibraries({ forScreen }) {
  if (process.platform !== 'linux') return;
  const isWanted = (/** @type {{ forScreen: boolean, program?: string }} */ need) => (need.program === 'Xvfb' ? forScreen && !hasDisplay() : forScreen || !need.forScreen);
  const missing = missingNeeds(ldconfigList(), findProgram).filter(isWanted);
  if (missing.length === 0) return;
  const packages = missing.map((need) => installablePackage(need.packages));
  const command = `apt-get install -y --no-install-recommends ${packages.join(' ')}`;
  const runner = installRunner();
  if (runner === null) {
    if (!forScreen) return void process.stdout.write(`setup: real devices will need: ${command} (${reasons(missing)})\n`);
    throw new SetupError(`missing on this system: ${missing.map((need) => need.library ?? need.program).join(', ')} (${reasons(missing)})`, `run as root: ${command}`);
  }
  await announced(`installing system packages: ${packages.join(' ')}`, () => installWithApt(runner, packages, command));
  const still = missingNeeds(ldconfigList(), findProgram).filter(isWanted);
  if (still.length > 0) throw new SetupError(`still missing after the installation: ${still.map((need) => need.library ?? need.program).join(', ')}`, `run by hand and read its output: ${command}`);
}

/** Whether a window can be opened here. */
export function hasDisplay() {
  return process.platform !== 'linux' || Boolean(process.env.DISPLAY ?? process.env.WAYLAND_DISPLAY);
}

/**
 * @param {string} libraries  output of `ldconfig -p`
 * @param {(program: string) => string | null} find
 */
export function missingNeeds(libraries, find) {
  return SYSTEM_NEEDS.filter((need) => (need.library !== undefined ? !libraries.includes(`${need.library} `) : find(need.program ?? '') === null));
}

function ldconfigList() {
  return outputOf(findProgram('ldconfig') ?? 'ldconfig', ['-p']) ?? '';
}

/** @param {{ why: string }[]} needs */
function reasons(needs) {
  return [...new Set(needs.map((need) => need.why))].join('; ');
}

/** The first of the names that this distribution can install; the first of all when apt does not know yet. @param {string[]} names */
function installablePackage(names) {
  const known = names.find((name) => /Candidate: (?!\(none\))/.test(outputOf('apt-cache', ['policy', name]) ?? ''));
  return known ?? names[0];
}

/** How a package can be installed here without asking: as root, by sudo without password, or not at all. @returns {string[] | null} */
function installRunner() {
  if (findProgram('apt-get') === null) return null;
  if (process.getuid?.() === 0) return [];
  return findProgram('sudo') !== null && outputOf('sudo', ['-n', 'true']) !== null ? ['sudo', '-n'] : null;
}

/** @param {string[]} runner @param {string[]} packages @param {string} command */
async function installWithApt(runner, packages, command) {
  const apt = async (/** @type {string[]} */ args) => {
    const [program, ...rest] = [...runner, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-q', ...args];
    return runCommand(/** @type {string} */ (program), rest, { quiet: true });
  };
  const install = ['install', '-y', '--no-install-recommends', ...packages];
  let result = await apt(install);
  if (result.code !== 0) {
    await apt(['update']);
    result = await apt(install);
  }
  if (result.code !== 0) throw new SetupError(`apt-get ended with code ${result.code}: ${result.output.trim().split('\n').at(-1)}`, `run as root and read its output: ${command}`);
}
