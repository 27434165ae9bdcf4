import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
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
