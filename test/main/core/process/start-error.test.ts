import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RUN_FILES } from '../../../../main/contracts/run-folder.ts';
import { runCore } from '../../../../main/core/process/run-core.ts';
import { startFailureOf } from '../../../../main/core/process/start-error.ts';
import { sampleConfig } from '../../../../simulators/terminal/sample-config.ts';

let folder: string;
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'qolma-start-')); });
afterEach(() => { rmSync(folder, { recursive: true }); });

async function failureOf(storage: { readonly runFolder: string; readonly dataFolder: string }, traceFolder?: string) {
  const config = sampleConfig({ ...storage, bankPort: 1 });
  return startFailureOf(await runCore({ config, sha256: '00' }, { softwareVersion: '0', logLevel: 'error', ...(traceFolder === undefined ? {} : { traceFolder }) }).then(() => 'it started', (error: unknown) => error));
}

describe('a failed start tells its own code', () => {
  it('when the keys are not there', async () => {
    const failure = await failureOf({ runFolder: join(folder, 'run'), dataFolder: join(folder, 'data') });
    expect(failure.code).toBe('CFG_KEYS_UNUSABLE');
    expect(failure.detail).toContain('ca.pem');
  });

  it('when a folder cannot be made', async () => {
    writeFileSync(join(folder, 'file'), '');
    expect((await failureOf({ runFolder: join(folder, 'run'), dataFolder: join(folder, 'file', 'data') })).code).toBe('CFG_FOLDER_UNUSABLE');
    expect((await failureOf({ runFolder: join(folder, 'run'), dataFolder: join(folder, 'data') }, join(folder, 'file', 'trace'))).code).toBe('CFG_FOLDER_UNUSABLE');
  });

  it('when nobody foresaw it', () => {
    expect(startFailureOf(new TypeError('x is undefined'))).toEqual({ code: 'TRM_START_FAILED', detail: 'x is undefined' });
  });
});

describe('a second core', () => {
  it('is refused before it touches anything of the first, with a code and an exit code of its own', async () => {
    const runFolder = join(folder, 'run');
    mkdirSync(runFolder);
    const first = createServer((socket) => socket.end());
    await new Promise<void>((resolve) => first.listen(join(runFolder, RUN_FILES.coreSocket), resolve));
    try {
      expect(await failureOf({ runFolder, dataFolder: join(folder, 'data') })).toEqual({ code: 'JNL_HELD', detail: 'another core runs in this run folder' });
      expect([readdirSync(runFolder), existsSync(join(folder, 'data'))]).toEqual([[RUN_FILES.coreSocket], false]);
      const configFile = join(folder, 'terminal.json');
      writeFileSync(configFile, JSON.stringify(sampleConfig({ runFolder, dataFolder: join(folder, 'data'), bankPort: 1 })));
      const ended = spawnSync(process.execPath, [join(import.meta.dirname, '../../../../main/cli/main.ts'), 'run', '--config', configFile], { encoding: 'utf8', timeout: 60_000 });
      // The server of this test waits for us: its listen queue answers the second core.
      expect([ended.status, ended.stderr.trim()]).toEqual([75, 'JNL_HELD the core cannot start: another core runs in this run folder']);
    } finally {
      await new Promise((resolve) => first.close(resolve));
    }
  }, 60_000);
});
