import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { keyChecks } from '../../../../main/cli/doctor/key-checks.ts';
import { showKeysAnswer } from '../../../../main/cli/keys.ts';
import { RUN_FILES } from '../../../../main/contracts/run-folder.ts';
import { loadHostCodec } from '../../../../main/core/process/lazy-codec.ts';
import { retentionSource } from '../../../../main/core/process/retention-source.ts';
import { createSamplePki, generateSamplePki, type SamplePki } from '../../../../simulators/bank-host/pki.ts';
import { sampleConfig } from '../../../../simulators/terminal/sample-config.ts';
import { seededRandom } from '../../../../simulators/world/seeded-random.ts';
import { hostAnswer } from '../../../support/host-answer-writer.ts';
import { SAMPLE_HOST, SAMPLE_NOW_UTC_MS, sampleHeader, sampleRequests } from '../../../support/host-samples.ts';
import { stillClock } from '../../../support/host-test-codec.ts';

/** While the bank changes its key, what it signed with the one before (answers that it repeats, a retention policy) and with the next is believed: the file holds both certificates. */

const YEAR_MS = 366 * 86_400_000;
const folder = mkdtempSync(join(tmpdir(), 'qolma-pinned-'));
afterAll(() => rmSync(folder, { recursive: true }));
const sample = sampleConfig({ runFolder: folder, dataFolder: folder, bankPort: 1 });
const config = { ...sample, terminal: { ...sample.terminal, hostId: SAMPLE_HOST } };
const configFile = join(folder, 'terminal.json');
writeFileSync(configFile, JSON.stringify(config));
const before = createSamplePki(join(folder, RUN_FILES.pki), { nowUtcMs: SAMPLE_NOW_UTC_MS, random: seededRandom(1) });
const next = generateSamplePki({ nowUtcMs: SAMPLE_NOW_UTC_MS, random: seededRandom(2) });
const pin = (...all: readonly SamplePki[]) => writeFileSync(config.host.hostSignCertificateFile, all.map(({ hostSign }) => hostSign.certificatePem).join('\n'));
beforeEach(() => pin(next, before));

const believes = async (signed: SamplePki) => {
  const codec = await loadHostCodec(config, { clock: stillClock(), random: seededRandom(3) });
  const asked = codec.encodeRequest({ operation: 'link.heartbeat', header: sampleHeader, body: sampleRequests['link.heartbeat'] });
  if (!asked.ok) throw new Error(asked.error.detail);
  const { digest } = asked.value;
  return codec.decodeAnswer('link.heartbeat', hostAnswer({ operation: 'link.heartbeat', header: sampleHeader, digest }, signed.hostSign), { header: sampleHeader, digest }).ok;
};

it('answers of either key', async () => {
  expect([await believes(next), await believes(before)]).toEqual([true, true]);
  pin(next);
  expect([await believes(next), await believes(before)]).toEqual([true, false]);
});

it('a retention policy of the key before', () => {
  const offered = retentionSource(config)();
  expect(offered).toMatchObject({ ok: true, value: { signed: JSON.parse(readFileSync(join(folder, RUN_FILES.pki, 'retention-policy.json'), 'utf8')) as object } });
  expect(offered?.ok === true && offered.value.bankCertificate.toString()).toBe(before.hostSign.certificatePem);
});

it('each is shown; one that is no longer or not yet good is no harm beside one that is', () => {
  const file = 'host.hostSignCertificateFile';
  const checks = (nowUtcMs: number) => keyChecks(config.host, nowUtcMs).filter(({ check }) => check === file).map(({ ok, isNeeded }) => [ok, isNeeded]);
  const shown = (nowUtcMs: number) => (showKeysAnswer(configFile, nowUtcMs).json['certificates'] as readonly { path: string; state: string }[]).filter(({ path }) => path === config.host.hostSignCertificateFile).map(({ state }) => state);
  expect([checks(SAMPLE_NOW_UTC_MS), shown(SAMPLE_NOW_UTC_MS)]).toEqual([[[true, true], [true, true]], ['valid', 'valid']]);
  const later = generateSamplePki({ nowUtcMs: SAMPLE_NOW_UTC_MS + 20 * YEAR_MS, random: seededRandom(4) });
  pin(before, later);
  expect([checks(SAMPLE_NOW_UTC_MS), shown(SAMPLE_NOW_UTC_MS)]).toEqual([[[true, true], [false, false]], ['valid', 'notYetValid']]);
  expect([showKeysAnswer(configFile, SAMPLE_NOW_UTC_MS).exitCode, checks(SAMPLE_NOW_UTC_MS + 40 * YEAR_MS)]).toEqual([0, [[false, true], [false, true]]]);
  writeFileSync(config.host.hostSignCertificateFile, 'no certificate');
  expect([checks(SAMPLE_NOW_UTC_MS), shown(SAMPLE_NOW_UTC_MS)]).toEqual([[[false, true]], ['unreadable']]);
});
