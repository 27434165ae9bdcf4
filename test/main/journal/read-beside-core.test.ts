/** Goal: whoever reads a journal beside the core that writes it sees one moment of it; what is committed or purged in the middle of reading is no damage. Method: the core commits when the reader asks for a key. */
import { sign, X509Certificate, type KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { entry, type Journal } from '../../../main/journal/journal.ts';
import { openJournalForReading, type ReadableJournal } from '../../../main/journal/open-journal.ts';
import { createJournalKeys } from '../../../main/journal/protection.ts';
import { finishPurge } from '../../../main/journal/purge-run.ts';
import { signedPolicySchema } from '../../../main/journal/retention-policy.ts';
import type { JournalSealer } from '../../../main/journal/seal.ts';
import { cryptoRandom } from '../../../main/system/crypto-random.ts';
import { generateSamplePki } from '../../../simulators/bank-host/pki.ts';
import { signRetentionPolicy } from '../../../simulators/bank-host/retention-policy.ts';
import { journalOptions, makeFolder, mustOpen, standingClock } from './journal-fixture.ts';

const random = cryptoRandom();
const START = Date.UTC(2016, 0, 1);
const DAY_MS = 86_400_000;
const keys = createJournalKeys({ current: 'k1', keys: { k1: new Uint8Array(32).fill(1) }, indexKey: new Uint8Array(32).fill(9) }, random);
const pki = generateSamplePki({ nowUtcMs: START, random });
const bankCertificate = new X509Certificate(pki.hostSign.certificatePem);
const terminalSign = new X509Certificate(pki.terminalSign.certificatePem);
const sealer: JournalSealer = { keyId: terminalSign.serialNumber.toLowerCase(), certificate: terminalSign.raw, sign: (bytes) => sign('sha256', bytes, { key: pki.terminalSign.keyPem, dsaEncoding: 'ieee-p1363' }) };
const signed = signedPolicySchema.parse(signRetentionPolicy({ form: 'qolma.retention.policy.1', policyId: 'test', version: 1, terminals: ['*'], classes: { personal: { keepDays: 45 }, course: { keepDays: 45 } } }, pki.hostSign));
const SCOPE = { operationId: 'o1', sessionId: 's1' };

let folder: ReturnType<typeof makeFolder>;
let clock: ReturnType<typeof standingClock>;
let core: Journal;
let reader: ReadableJournal;

/** A session of long ago under the bank's policy, all of it sealed at the bank. */
beforeEach(() => {
  folder = makeFolder();
  clock = standingClock(START);
  core = mustOpen(journalOptions(folder.path, { keys, sealer, clock }));
  core.commit({ entries: [entry('retention.policySet', { ...signed, certificate: bankCertificate.raw.toString('base64') })] });
  core.commit({ entries: [entry('session.started', { language: 'kk' }, { sessionId: 's1' }), entry('operation.chosen', { operation: 'op-01' }, SCOPE), entry('client.found', { by: 'phone', masked: '•• 34', match: 'one' }, { ...SCOPE, secrets: { phone: { kind: 'phone', value: '+77000001234' } } })] });
  core.commit({ entries: [entry('operation.closed', { outcome: 'abandoned', refusal: null, movedMinor: 0, reference: null }, SCOPE), entry('session.ended', { reason: 'finished' }, { sessionId: 's1' })] });
  clock.pass(400 * DAY_MS);
  core.commit({ entries: [entry('businessDay.began', { day: '2017-02-04', previous: null })] });
  core.commit({ entries: [entry('seal.held', { upToEntryNumber: core.entries({ limit: 1, newestFirst: true })[0]!.entryNumber, hostRef: 'h' })] });
  const opened = openJournalForReading(join(folder.path, 'journal.db'), { keys });
  if (!opened.ok) throw new Error(opened.error.detail);
  reader = opened.value;
});
afterEach(() => {
  reader.close();
  core.close();
  folder.remove();
});

const commits = () => expect(core.commit({ entries: [entry('service.acted', { login: 't', action: 'x', target: 'y' })] }).ok).toBe(true);
const purges = () => expect(finishPurge(core.beginPurge()!)).toMatchObject({ ok: true });

it.each([['commits', commits], ['purges', purges]])('a core that %s while its chain is walked damages nothing', (_, work) => {
  const bankKeys = { get: () => (work(), bankCertificate.publicKey) } as unknown as ReadonlyMap<string, KeyObject>;
  expect(reader.verify({ bankKeys })).toMatchObject({ ok: true });
  expect(reader.verify()).toMatchObject({ ok: true });
});
