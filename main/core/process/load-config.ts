import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { dirname, isAbsolute, relative, resolve, win32 } from 'node:path';
import type { Config, ConfigProblem, DeviceLine } from '../../contracts/config.ts';
import { parseConfig } from '../../contracts/config.ts';
import type { Result } from '../../foundation/outcome.ts';
import { err, ok } from '../../foundation/outcome.ts';
import { deviceProblems } from './create-devices.ts';

const BYTES_MAX = 1_048_576;
/** sysexits EX_CONFIG: a wrong configuration stops the start. */
export const EXIT_CONFIG = 78;

export interface LoadedConfig {
  readonly config: Config;
  readonly sha256: string;
}

/** Reads and checks one configuration file; relative paths in it are relative to its folder. @error each wrong field with path, found, expected */
export function loadConfig(path: string): Result<LoadedConfig, readonly ConfigProblem[]> {
  let text: string;
  try {
    const file = statSync(path);
    // A device never ends.
    if (!file.isFile() || file.size > BYTES_MAX) return err([{ path: '(file)', found: file.isFile() ? `${file.size} bytes` : 'no file', expected: `a configuration file of at most ${BYTES_MAX} bytes` }]);
    text = readFileSync(path, 'utf8');
  } catch (error) {
    return err([{ path: '(file)', found: error instanceof Error ? error.message : 'unreadable', expected: 'a readable configuration file' }]);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return err([{ path: '(file)', found: error instanceof Error ? error.message : 'not JSON', expected: 'JSON' }]);
  }
  const parsed = parseConfig(value);
  if (!parsed.ok) return err(parsed.problems);
  const config = withAbsolutePaths(parsed.config, dirname(resolve(path)));
  const problems = deviceProblems(config);
  if (problems.length > 0) return err(problems);
  const misplaced = mirrorProblems(config.storage);
  if (misplaced.length > 0) return err(misplaced);
  return ok({ config, sha256: createHash('sha256').update(text).digest('hex') });
}

/** A copy in the journal's own folder goes with it. */
function mirrorProblems({ dataFolder, journalMirrorFolder }: Config['storage']): readonly ConfigProblem[] {
  const isInside = journalMirrorFolder !== undefined && !relative(dataFolder, journalMirrorFolder).startsWith('..') && !isAbsolute(relative(dataFolder, journalMirrorFolder));
  return isInside ? [{ path: 'storage.journalMirrorFolder', found: journalMirrorFolder, expected: 'a folder on another medium, not in storage.dataFolder' }] : [];
}

function withAbsolutePaths(config: Config, folder: string): Config {
  const absolute = (path: string) => (isAbsolute(path) ? path : resolve(folder, path));
  const onLine = <Named extends { readonly line: DeviceLine }>(device: Named): Named => ({ ...device, line: lineFrom(device.line, absolute) });
  const { devices, host, storage } = config;
  return {
    ...config,
    devices: Object.fromEntries(Object.entries(devices).map(([part, device]) => [part, Array.isArray(device) ? device.map(onLine) : device === undefined ? device : onLine(device)])) as unknown as Config['devices'],
    host: {
      ...host,
      caFile: absolute(host.caFile), tlsCertificateFile: absolute(host.tlsCertificateFile), tlsKeyFile: absolute(host.tlsKeyFile), signCertificateFile: absolute(host.signCertificateFile),
      signKeyFile: absolute(host.signKeyFile), hostSignCertificateFile: absolute(host.hostSignCertificateFile), hostEncryptCertificateFile: absolute(host.hostEncryptCertificateFile),
    },
    storage: { ...storage, dataFolder: absolute(storage.dataFolder), runFolder: absolute(storage.runFolder), ...(storage.journalKeyFile === undefined ? {} : { journalKeyFile: absolute(storage.journalKeyFile) }), ...(storage.retentionPolicyFile === undefined ? {} : { retentionPolicyFile: absolute(storage.retentionPolicyFile) }), ...(storage.journalMirrorFolder === undefined ? {} : { journalMirrorFolder: absolute(storage.journalMirrorFolder) }) },
  };
}

/** A port with a plain name (`COM3`, `/dev` left out) is the system's to find; a file is where the configuration says, whatever folder the core was started in. */
function lineFrom(line: DeviceLine, absolute: (path: string) => string): DeviceLine {
  if (line.kind !== 'serial' && line.kind !== 'hidSocket') return line;
  const isPortName = line.kind === 'serial' && (!/[\\/]/.test(line.path) || win32.isAbsolute(line.path));
  return isPortName ? line : { ...line, path: absolute(line.path) };
}

/** One line a problem, as a person reads it, with the code that the technician's handbook explains. */
export function problemLines(problems: readonly ConfigProblem[]): string {
  return problems.map((problem) => `CFG_INVALID configuration: ${problem.path}: found ${problem.found}, expected ${problem.expected}`).join('\n');
}
