/**
 * Goal: nothing depends on the log. Method: real files; a device that is always full, also under a process that ends.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { createFileLog } from '../../../main/system/file-log.ts';
import { standingClock } from '../journal/journal-fixture.ts';

const FULL = '/dev/full';
const MODULE = join(import.meta.dirname, '..', '..', '..', 'main', 'system', 'file-log.ts');

it.runIf(process.platform === 'linux')('a full disk neither ends the process nor keeps it from ending', async () => {
  const script = `
    import { createFileLog } from ${JSON.stringify(MODULE)};
    const log = createFileLog({ path: ${JSON.stringify(FULL)}, clock: { nowUtcMs: () => 0, monotonicMs: () => 0 }, level: 'info' });
    for (let line = 0; line < 5; line += 1) log.info('test.line', { line });
    setTimeout(() => { log.info('test.last'); process.stdout.write('alive'); process.exit(0); }, 50);`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], { timeout: 20_000 });
  expect(stdout).toBe('alive');
}, 30_000);

it('says how many lines it lost before the next one that is taken', () => {
  const folder = mkdtempSync(join(tmpdir(), 'qolma-log-'));
  // As the module imports it: the built-in's own bindings.
  const fs = createRequire(import.meta.url)('node:fs') as { writeSync: (file: number, bytes: Uint8Array) => number };
  const { writeSync } = fs;
  const answers: ((file: number, bytes: Uint8Array) => number)[] = [writeSync, () => { throw new Error('ENOSPC'); }, (file, bytes) => writeSync(file, bytes.subarray(0, 3)), writeSync, writeSync];
  try {
    const log = createFileLog({ path: join(folder, 'core.log'), clock: standingClock(0), level: 'info' });
    fs.writeSync = (file, bytes) => (answers.shift() ?? writeSync)(file, bytes);
    syncBuiltinESMExports();
    for (const event of ['one', 'two', 'three', 'four', 'five']) log.info(event);
  } finally {
    fs.writeSync = writeSync;
    syncBuiltinESMExports();
  }
  const lines = readFileSync(join(folder, 'core.log'), 'utf8').trimEnd().split('\n');
  expect(lines.filter((line) => line.endsWith('}')).map((line) => (JSON.parse(line) as { event: string; lostCount?: number })).map(({ event, lostCount }) => lostCount ?? event)).toEqual(['one', 2, 'four', 'five']);
  rmSync(folder, { recursive: true });
});
