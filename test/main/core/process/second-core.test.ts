import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { RUN_FILES } from '../../../../main/contracts/run-folder.ts';
import { claimRunFolder } from '../../../../main/core/process/second-core.ts';

/** Goal: of cores that are started at the same moment one has the run folder, and a dead one keeps nobody out. Method: claims in this process and in one that is killed. */
const CLAIM = `${RUN_FILES.coreClaim}.lock`;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'qolma-claim-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const contest = async (count: number) => {
  const results = await Promise.allSettled(Array.from({ length: count }, () => claimRunFolder(folder)));
  const lost = results.filter(({ status }) => status === 'rejected').map((one) => (one as PromiseRejectedResult).reason as { code: string });
  return { won: results.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])), lostCodes: [...new Set(lost.map(({ code }) => code))] };
};

it('is one core’s, of ten at the same moment, and free again when it ends', async () => {
  for (let round = 0; round < 5; round++) {
    const { won, lostCodes } = await contest(10);
    expect([won.length, lostCodes, readdirSync(folder).filter((name) => !name.endsWith('-journal'))]).toEqual([1, ['JNL_HELD'], [CLAIM]]);
    await expect(claimRunFolder(folder)).rejects.toMatchObject({ code: 'JNL_HELD' });
    won[0]!.release();
  }
});

it('is nobody’s after a core was killed, for one of ten', async () => {
  const program = `const { claimRunFolder } = await import(${JSON.stringify(join(import.meta.dirname, '../../../../main/core/process/second-core.ts'))}); await claimRunFolder(${JSON.stringify(folder)}); console.log('mine'); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  await expect(claimRunFolder(folder)).rejects.toMatchObject({ code: 'JNL_HELD' });
  child.kill('SIGKILL');
  await once(child, 'exit');
  const { won, lostCodes } = await contest(10);
  expect([won.length, lostCodes]).toEqual([1, ['JNL_HELD']]);
  won[0]!.release();
}, 30_000);
