import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { sealedBytes } from '../../../main/journal/seal.ts';
import { createSealCheck } from '../../../simulators/bank-host/journal-seals.ts';
import { createSamplePki } from '../../../simulators/bank-host/pki.ts';
import { seededRandom } from '../../../simulators/world/seeded-random.ts';

/** Goal: the bank holds no seal that the terminal's key did not make. Method: the terminal's own form of a seal, then each of its parts changed. */
it('believes the terminal and nobody else', () => {
  const folder = mkdtempSync(join(tmpdir(), 'qolma-seals-'));
  const { terminalSign } = createSamplePki(folder, { nowUtcMs: Date.UTC(2026, 3, 24), random: seededRandom(1) });
  rmSync(folder, { recursive: true, force: true });
  const head = { journalId: '01KAJ1S7M2ZQ4VE0000000000J', upToEntryNumber: 412, hash: 'ab'.repeat(32) };
  const signed = (key: Parameters<typeof sign>[2] & object) => ({ ...head, keyId: '62cd5f74b40dfa35', signature: sign('sha256', sealedBytes(head), key).toString('base64url') });
  const seal = signed({ key: terminalSign.keyPem, dsaEncoding: 'ieee-p1363' });
  const isGenuine = createSealCheck([terminalSign.certificatePem]);
  expect(isGenuine(seal)).toBe(true);
  for (const changed of [{ hash: 'ac'.repeat(32) }, { upToEntryNumber: 413 }, { journalId: '01KAJ1S7M2ZQ4VE0000000000K' }, { signature: 'A'.repeat(86) }, { signature: '' }]) expect(isGenuine({ ...seal, ...changed })).toBe(false);
  const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  expect(isGenuine(signed({ key: stranger.privateKey, dsaEncoding: 'ieee-p1363' }))).toBe(false);
});
