import { sign, X509Certificate } from 'node:crypto';
import { entry, type EntryDraft, type Journal } from '../../../main/journal/journal.ts';
import { createJournalKeys } from '../../../main/journal/protection.ts';
import type { RetentionClassId } from '../../../main/journal/retention-classes.ts';
import { signedPolicySchema } from '../../../main/journal/retention-policy.ts';
import type { JournalSealer } from '../../../main/journal/seal.ts';
import { cryptoRandom } from '../../../main/system/crypto-random.ts';
import { generateSamplePki } from '../../../simulators/bank-host/pki.ts';
import { signRetentionPolicy } from '../../../simulators/bank-host/retention-policy.ts';
import { journalOptions, mustOpen, standingClock } from './journal-fixture.ts';

const START = Date.UTC(2016, 0, 1);
const DAY_MS = 86_400_000;
const random = cryptoRandom();
const pki = generateSamplePki({ nowUtcMs: START, random });
const terminalSign = new X509Certificate(pki.terminalSign.certificatePem);
const SCOPE = { operationId: 'o1', sessionId: 's1' };

export const keys = createJournalKeys({ current: 'k1', keys: { k1: new Uint8Array(32).fill(1) }, indexKey: new Uint8Array(32).fill(9) }, random);
export const bankCertificate = new X509Certificate(pki.hostSign.certificatePem);
export const sealer: JournalSealer = { keyId: terminalSign.serialNumber.toLowerCase(), certificate: terminalSign.raw, sign: (bytes) => sign('sha256', bytes, { key: pki.terminalSign.keyPem, dsaEncoding: 'ieee-p1363' }) };

/** The bank's policy: days for each class that it names. */
export function policyOf(keepDays: Partial<Record<RetentionClassId, number>>): EntryDraft {
  const classes = Object.fromEntries(Object.entries(keepDays).map(([classId, days]) => [classId, { keepDays: days }]));
  const signed = signedPolicySchema.parse(signRetentionPolicy({ form: 'qolma.retention.policy.1', policyId: 'test', version: 1, terminals: ['*'], classes }, pki.hostSign));
  return entry('retention.policySet', { ...signed, certificate: bankCertificate.raw.toString('base64') });
}

/** A session of long ago under the bank's policy, all of it sealed at the bank: `beginPurge` takes some of it. */
export function purgeableJournal(folder: string): Journal {
  const clock = standingClock(START);
  const journal = mustOpen(journalOptions(folder, { keys, sealer, clock }));
  journal.commit({ entries: [policyOf({ personal: 45, course: 45 })] });
  journal.commit({ entries: [entry('session.started', { language: 'kk' }, { sessionId: 's1' }), entry('operation.chosen', { operation: 'op-01' }, SCOPE), entry('client.found', { by: 'phone', masked: '•• 34', match: 'one' }, { ...SCOPE, secrets: { phone: { kind: 'phone', value: '+77000001234' } } })] });
  journal.commit({ entries: [entry('operation.closed', { outcome: 'abandoned', refusal: null, movedMinor: 0, reference: null }, SCOPE), entry('session.ended', { reason: 'finished' }, { sessionId: 's1' })] });
  clock.pass(400 * DAY_MS);
  journal.commit({ entries: [entry('businessDay.began', { day: '2017-02-04', previous: null })] });
  journal.commit({ entries: [entry('seal.held', { upToEntryNumber: journal.entries({ limit: 1, newestFirst: true })[0]!.entryNumber, hostRef: 'h' })] });
  return journal;
}
