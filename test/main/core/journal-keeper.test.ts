import { X509Certificate } from 'node:crypto';
import { expect, it } from 'vitest';
import { adoptPolicy, policyInForce, type OfferedPolicy } from '../../../main/core/keeping/adopt-policy.ts';
import { JournalKeeper } from '../../../main/core/keeping/journal-keeper.ts';
import { silentLog } from '../../../main/foundation/log.ts';
import { ok, type Result } from '../../../main/foundation/outcome.ts';
import { entry } from '../../../main/journal/journal.ts';
import { signedPolicySchema } from '../../../main/journal/retention-policy.ts';
import { cryptoRandom } from '../../../main/system/crypto-random.ts';
import { generateSamplePki } from '../../../simulators/bank-host/pki.ts';
import { sampleRetentionPolicy, signRetentionPolicy } from '../../../simulators/bank-host/retention-policy.ts';
import { createVirtualClock } from '../../../simulators/world/virtual-clock.ts';
import { memoryJournal, messageDraft } from '../journal/journal-fixture.ts';

const START = Date.UTC(2026, 0, 1);
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const pki = generateSamplePki({ nowUtcMs: START, random: cryptoRandom() });

function offer(more: object = {}, by = pki.hostSign): OfferedPolicy {
  return { signed: signedPolicySchema.parse(signRetentionPolicy({ ...sampleRetentionPolicy(), ...more }, by)), bankCertificate: new X509Certificate(pki.hostSign.certificatePem) };
}

it('takes a policy of the bank for this terminal once, a newer one in its place, and no other', () => {
  const journal = memoryJournal();
  const codeOf = (offered: OfferedPolicy) => {
    const adopted = adoptPolicy(journal, offered, '0427');
    return adopted.ok ? adopted.value.version : adopted.error;
  };
  expect([codeOf(offer({ terminals: ['0428'] })), codeOf(offer({}, pki.terminalSign)), policyInForce(journal)]).toEqual(['it is for other terminals', 'it is not signed by the bank', null]);
  expect([codeOf(offer()), codeOf(offer()), codeOf(offer({ version: 3, terminals: ['0427'] })), codeOf(offer({ version: 2 }))]).toEqual([1, 1, 3, 'version 3 is in force']);
  // A number that was given twice is told, not passed over in silence.
  expect([codeOf(offer({ version: 3, terminals: ['0427'], policyId: 'another' })), codeOf(offer({ version: 3 }))]).toEqual([expect.stringContaining('something else'), expect.stringContaining('something else')]);
  expect([policyInForce(journal)?.version, journal.entries({ kinds: ['retention.policySet'], limit: 9 }).length]).toEqual([3, 2]);
  journal.close();
});

it('purges in steps, by itself, only while nobody is served, and takes up a policy that changes meanwhile', async () => {
  const clock = createVirtualClock({ startUtcMs: START });
  const journal = memoryJournal({ clock });
  journal.commit({ messages: [messageDraft(1)] });
  journal.commit({ messageMoves: [{ messageId: 'message-1', to: 'sending', detail: '' }, { messageId: 'message-1', to: 'executed', detail: '' }] });
  for (let index = 0; index < 3; index++) journal.commit({ entries: [entry('device.recovered', { deviceId: `d${index}` })] });
  let isIdle = false;
  let offered: Result<OfferedPolicy, string> = ok(offer({}, pki.terminalSign));
  const keeper = new JournalKeeper({ journal, terminalId: '0427', readPolicy: () => offered, isIdle: () => isIdle, clock, log: silentLog });
  const purges = () => journal.entries({ kinds: ['retention.purged'], limit: 9 }).length;
  await clock.advance(100 * DAY_MS);
  journal.commit({ entries: [entry('businessDay.began', { day: '2026-04-11', previous: null })] });
  journal.commit({ entries: [entry('seal.held', { upToEntryNumber: 100, hostRef: 'h' })] });
  keeper.start();
  isIdle = true;
  await clock.advance(HOUR_MS);
  expect([keeper.policyProblem, purges()]).toEqual(['it is not signed by the bank', 0]);
  offered = ok(offer());
  isIdle = false;
  await clock.advance(12 * HOUR_MS);
  expect([policyInForce(journal), purges()]).toEqual([null, 0]);
  isIdle = true;
  await clock.advance(HOUR_MS);
  expect([keeper.policyProblem, purges(), journal.entries({ kinds: ['device.recovered'], limit: 9 }).length]).toEqual([null, 1, 1]);
  expect([journal.message('message-1')!.bytes.length > 0, journal.compareBooks(), journal.verify().ok]).toEqual([true, [], true]);
  offered = ok(offer({ version: 2, classes: { messages: { keepDays: 45 } } }));
  await clock.advance(7 * HOUR_MS);
  expect([policyInForce(journal)?.version, journal.message('message-1')!.bytes.length, journal.verify().ok]).toEqual([2, 0, true]);
  keeper.stop();
  journal.close();
});
