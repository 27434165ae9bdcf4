import { hash, sign, X509Certificate, type KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openExchanges } from '../../../main/core/cash/open-exchanges.ts';
import { ENTRY_KINDS } from '../../../main/journal/entry-kinds.ts';
import { makeExtract } from '../../../main/journal/extract.ts';
import { entry, type EntryDraft, type Journal } from '../../../main/journal/journal.ts';
import { openJournalForReading } from '../../../main/journal/open-journal.ts';
import { createJournalKeys } from '../../../main/journal/protection.ts';
import { finishPurge, planPurge } from '../../../main/journal/purge-run.ts';
import { RETENTION_CLASS_IDS, retentionClass, type RetentionClassId } from '../../../main/journal/retention-classes.ts';
import { isPolicyGenuine, retentionPolicySchema, signedPolicySchema } from '../../../main/journal/retention-policy.ts';
import type { JournalSealer } from '../../../main/journal/seal.ts';
import { verifyChainParallel } from '../../../main/journal/verify-parallel.ts';
import { cryptoRandom } from '../../../main/system/crypto-random.ts';
import { generateSamplePki } from '../../../simulators/bank-host/pki.ts';
import { signRetentionPolicy } from '../../../simulators/bank-host/retention-policy.ts';
import { journalOptions, makeFolder, messageDraft, mustOpen, standingClock, type StandingClock } from './journal-fixture.ts';

const random = cryptoRandom();
const key = (fill: number) => new Uint8Array(32).fill(fill);
const keys = createJournalKeys({ current: 'k1', keys: { k1: key(1) }, indexKey: key(9) }, random);
const START = Date.UTC(2016, 0, 1);
const DAY_MS = 86_400_000;
const PHONE = '+77000001234';
const pki = generateSamplePki({ nowUtcMs: START, random });
const terminalSign = new X509Certificate(pki.terminalSign.certificatePem);
const sealer: JournalSealer = { keyId: terminalSign.serialNumber.toLowerCase(), certificate: terminalSign.raw, sign: (bytes) => sign('sha256', bytes, { key: pki.terminalSign.keyPem, dsaEncoding: 'ieee-p1363' }) };

/** Each class kept for as many days as its floor allows. */
const SHORTEST: Readonly<Record<RetentionClassId, number>> = { money: 1826, messages: 45, receipts: 45, personal: 45, facts: 1, course: 45 };

function policyEntry(keepDays: Partial<Record<RetentionClassId, number>> = SHORTEST, version = 1): EntryDraft {
  const classes = Object.fromEntries(Object.entries(keepDays).map(([classId, days]) => [classId, { keepDays: days }]));
  const signed = signedPolicySchema.parse(signRetentionPolicy({ form: 'qolma.retention.policy.1', policyId: 'test', version, terminals: ['*'], classes }, pki.hostSign));
  return entry('retention.policySet', { ...signed, certificate: new X509Certificate(pki.hostSign.certificatePem).raw.toString('base64') });
}

let folder: ReturnType<typeof makeFolder>;
let clock: StandingClock;
beforeEach(() => {
  folder = makeFolder();
  clock = standingClock(START);
});
afterEach(() => folder.remove());
const path = () => join(folder.path, 'journal.db');
const open = (): Journal => mustOpen(journalOptions(folder.path, { keys, sealer, clock }));
function underPolicy(): Journal {
  const journal = open();
  journal.commit({ entries: [policyEntry()] });
  return journal;
}

interface Way {
  /** Up to where the operation gets. */
  readonly end: 'open' | 'unsent' | 'suspense' | 'settled' | 'closed';
  readonly hasReceipt: boolean;
  readonly isMemoLeft: boolean;
  readonly isAsked?: boolean;
}

let count = 0;
/** One deposit of one customer, as the core writes it, or the beginning of one. */
function operate(journal: Journal, way: Way): string {
  const operationId = `o${++count}`;
  const scope = { operationId, sessionId: `s${count}` };
  journal.commit({ entries: [entry('session.started', { language: 'kk' }, { sessionId: scope.sessionId }), entry('client.found', { by: 'phone', masked: '+7 7•• ••• 12 34', match: 'one' }, { sessionId: scope.sessionId, secrets: { phone: { kind: 'phone', value: PHONE } } })] });
  journal.commit({ entries: [entry('operation.chosen', { operation: 'op-01' }, scope), entry('account.chosen', { masked: '•• 0012' }, scope)], facts: { [`memo.${operationId}`]: PHONE } });
  journal.commit({ entries: [entry('intent.stack', { noteId: operationId, denominationMinor: 500_000 }, scope)] });
  journal.commit({ entries: [entry('outcome.stack', { noteId: operationId, denominationMinor: 500_000, outcome: 'completed', result: 'stacked', evidence: '81' }, scope)], cashUnits: [{ unitId: 'box', denominationMinor: 500_000, noteCountDelta: 1 }] });
  const question = messageDraft(journal.peekSeq(), { operationId, sessionId: scope.sessionId, bytes: Buffer.from(`asked for ${PHONE}`), operation: 'otp.request', lane: 'online', state: 'sending' });
  if (way.isAsked === true) for (const batch of [{ messages: [question] }, { messageMoves: [{ messageId: question.messageId, to: 'unknown' as const, detail: 'never answered' }] }]) journal.commit(batch);
  if (way.end === 'open') return operationId;
  const [receiptNumber, reference, seq] = [journal.peekReceiptNumber(), journal.peekReference(), journal.peekSeq()];
  journal.commit({
    entries: [entry('deposit.accepted', { insertedMinor: 500_000, feeMinor: 0, creditMinor: 500_000, changeMinor: 0, notes: [], by: 'customer' }, scope)],
    messages: [messageDraft(seq, { operationId, sessionId: scope.sessionId, bytes: Buffer.from(`signed for ${PHONE}`) })],
    ...(way.hasReceipt ? { receipts: [{ receiptNumber, reference, operationId, operation: 'op-01' as const, recordJson: JSON.stringify({ phone: PHONE }), status: 'accepted' }] } : { references: [reference] }),
    ...(way.isMemoLeft ? {} : { facts: { [`memo.${operationId}`]: '' } }),
  });
  journal.commit({ entries: [entry('operation.closed', { outcome: 'completed', refusal: null, movedMinor: 500_000, reference }, scope), entry('session.ended', { reason: 'finished' }, { sessionId: scope.sessionId })] });
  if (way.end === 'unsent') return operationId;
  const messageId = `message-${seq}`;
  journal.commit({ messageMoves: [{ messageId, to: 'sending', detail: '', isNewAttempt: true }, { messageId, to: 'executed', detail: '', answerBytes: Buffer.from(`answer for ${PHONE}`) }] });
  if (way.hasReceipt) journal.commit({ receiptStatuses: [{ receiptNumber, status: 'executed', hostRef: 'h' }] });
  if (way.end === 'closed') return operationId;
  const suspenseId = `sus-${operationId}`;
  journal.commit({ suspense: [{ suspenseId, operationId, reason: 'noteUncertain', amountMinor: 500_000, evidence: 'e', reference: null }] });
  if (way.end === 'settled') journal.commit({ entries: [entry('suspense.settled', { suspenseId, to: 'matched', by: 't-014', authority: 'technician', why: 'found', itemReason: 'noteUncertain', amountMinor: 500_000, reference: null }, { operationId })] });
  return operationId;
}

const PLAIN: Way = { end: 'closed', hasReceipt: true, isMemoLeft: false };

/** A device fails, and comes back or not. */
function fault(journal: Journal, { deviceId, isOver }: { readonly deviceId: string; readonly isOver: boolean }): void {
  journal.commit({ entries: [entry('device.faulted', { deviceId, code: 'CIM_JAM', detail: `${++count}` })] });
  if (isOver) journal.commit({ entries: [entry('device.recovered', { deviceId })] });
}

/** The bank names the day, so that the terminal may believe its clock. */
function passDays(journal: Journal, days: number): void {
  clock.pass(days * DAY_MS);
  journal.commit({ entries: [entry('businessDay.began', { day: new Date(clock.nowUtcMs()).toISOString().slice(0, 10), previous: null })] });
  journal.commit({ entries: [entry('seal.held', { upToEntryNumber: journal.entries({ limit: 1, newestFirst: true })[0]!.entryNumber, hostRef: 'h' })] });
}

function purge(journal: Journal): number {
  const done = finishPurge(journal.beginPurge()!);
  if (!done.ok) throw new Error(done.error.detail);
  return done.value.purgedCount;
}

const countOf = (journal: Journal, kind: keyof typeof ENTRY_KINDS) => journal.entries({ kinds: [kind], limit: 1000 }).length;

/** As somebody with the disk in his hands. */
function tamper(sql: string): void {
  const database = new Database(path());
  for (const trigger of database.prepare<unknown[], string>("SELECT name FROM sqlite_schema WHERE type = 'trigger'").pluck().all()) database.exec(`DROP TRIGGER ${trigger}`);
  database.exec(sql);
  database.close();
}

function verdict(): ReturnType<Journal['verify']> {
  const reader = openJournalForReading(path());
  if (!reader.ok) throw new Error(reader.error.detail);
  try {
    return reader.value.verify();
  } finally {
    reader.value.close();
  }
}

describe('a policy', () => {
  it('is the bank’s or none, and asks for no less than a class must be kept', () => {
    const policy = { form: 'qolma.retention.policy.1', policyId: 'p', version: 1, terminals: ['*'], classes: { money: { keepDays: 3653 } } } as const;
    const signed = signedPolicySchema.parse(signRetentionPolicy(policy, pki.hostSign));
    const bankKey = new X509Certificate(pki.hostSign.certificatePem).publicKey;
    expect(isPolicyGenuine(signed, bankKey)).toBe(true);
    expect(isPolicyGenuine({ ...signed, policy: { ...signed.policy, classes: { money: { keepDays: 3652 } } } }, bankKey)).toBe(false);
    expect(isPolicyGenuine(signed, terminalSign.publicKey)).toBe(false);
    for (const classId of RETENTION_CLASS_IDS) {
      const { keepDaysMin } = retentionClass(classId);
      const asking = (keepDays: number) => retentionPolicySchema.safeParse({ ...policy, classes: { [classId]: { keepDays } } }).success;
      expect([asking(keepDaysMin - 1), asking(keepDaysMin), asking(3654)]).toEqual([false, true, false]);
    }
  });

  it('has classes of kinds that there are, each kind’s data in at most one; doubts, seals, keys and purges are in none', () => {
    const data = RETENTION_CLASS_IDS.flatMap((classId) => (retentionClass(classId).content === 'data' ? retentionClass(classId).kinds : []));
    expect(new Set(data).size).toBe(data.length);
    for (const classId of RETENTION_CLASS_IDS) for (const kind of retentionClass(classId).kinds) expect(Object.keys(ENTRY_KINDS)).toContain(kind);
    expect(data.filter((kind) => kind.startsWith('suspense.') || kind.startsWith('retention.') || ['journal.sealed', 'key.introduced', 'books.carried'].includes(kind))).toEqual([]);
  });
});

describe('a purge', () => {
  it('takes nothing without a policy, before its time, or on the word of a wall clock that the bank does not share', () => {
    const journal = open();
    operate(journal, PLAIN);
    expect(journal.beginPurge()).toBeNull();
    journal.commit({ entries: [policyEntry({ personal: 45 })] });
    clock.pass(400 * DAY_MS);
    expect(purge(journal)).toBe(0);
    journal.commit({ entries: [entry('businessDay.began', { day: new Date(clock.nowUtcMs()).toISOString().slice(0, 10), previous: null })] });
    expect(purge(journal)).toBe(0); // the bank holds no seal yet
    passDays(journal, 0);
    expect(countOf(journal, 'client.found')).toBe(1);
    operate(journal, PLAIN);
    expect(purge(journal)).toBe(2); // client.found is one of two now, and account.chosen
    expect(countOf(journal, 'client.found')).toBe(1);
    clock.jump(4000 * DAY_MS);
    expect(purge(journal)).toBe(0);
    journal.close();
  });

  it('leaves a chain that verifies, books equal bit for bit, and no byte of what it took', async () => {
    const journal = underPolicy();
    for (let index = 0; index < 20; index++) operate(journal, PLAIN);
    passDays(journal, 60);
    expect(purge(journal)).toBeGreaterThan(20 * 5);
    expect([countOf(journal, 'account.chosen'), countOf(journal, 'operation.closed'), journal.message('message-1')!.bytes.length, journal.message('message-1')!.state]).toEqual([0, 20, 0, 'executed']);
    expect(journal.verify()).toMatchObject({ ok: true });
    expect(journal.compareBooks()).toEqual([]);
    passDays(journal, 1900);
    const last = operate(journal, PLAIN);
    purge(journal);
    expect([journal.openOperationIds(), countOf(journal, 'operation.closed'), journal.message('message-1'), journal.receipt('0427-000001')]).toEqual([[], 1, undefined, undefined]);
    expect(journal.cashUnits()).toEqual([{ unitId: 'box', denominationMinor: 500_000, noteCount: 21 }]);
    expect([journal.peekReceiptNumber(), journal.peekSeq()]).toEqual(['0427-000022', 22]);
    expect(journal.operationEntries(last)).toHaveLength(12);
    expect(journal.verify()).toMatchObject({ ok: true });
    expect(journal.compareBooks()).toEqual([]);
    journal.close();
    const again = open();
    expect(again.compareBooks()).toEqual([]);
    again.close();
    expect(await verifyChainParallel(path(), { threadCount: 2, withPayloads: true, shareEntryCountMin: 100 })).toMatchObject({ ok: true });
  });

  it('keeps the newest faults of each device, and what ended them, which the book of devices is made of', () => {
    const journal = underPolicy();
    for (let index = 0; index < 12; index++) fault(journal, { deviceId: 'acceptor', isOver: true });
    fault(journal, { deviceId: 'dispenser', isOver: false });
    passDays(journal, 60);
    const before = journal.deviceRecords();
    purge(journal);
    expect([countOf(journal, 'device.faulted'), countOf(journal, 'device.recovered')]).toEqual([11, 10]);
    expect([journal.deviceRecords(), journal.compareBooks()]).toEqual([before, []]);
    journal.close();
  });

  it('keeps with the money who opened cash units, put cash in and took it out', () => {
    const journal = underPolicy();
    journal.commit({ entries: ['startExchange', 'load'].map((act) => entry('service.acted', { login: 't-014', action: `notes.${act}`, target: 'dispenser.1:500' })) });
    journal.commit({ entries: [entry('service.acted', { login: 't-021', action: 'device.reset', target: 'printer' })] });
    passDays(journal, 1000);
    purge(journal);
    expect([countOf(journal, 'service.acted'), openExchanges(journal)]).toMatchObject([3, [{ code: 'TRM_NOTES_OPEN', openedBy: 't-014' }]]);
    journal.close();
  });

  it('overwrites what it takes in the file', () => {
    const journal = mustOpen(journalOptions(folder.path, { clock }));
    journal.commit({ entries: [policyEntry({ messages: 45 })] });
    operate(journal, PLAIN);
    passDays(journal, 60);
    const bytes = () => {
      const database = new Database(path());
      database.pragma('wal_checkpoint(TRUNCATE)');
      try {
        return database.serialize();
      } finally {
        database.close();
      }
    };
    expect(bytes().includes('signed for +7700')).toBe(true);
    purge(journal);
    expect([bytes().includes('signed for +7700'), bytes().includes('answer for +7700')]).toEqual([false, false]);
    journal.close();
  });

  it.each(['open', 'unsent', 'suspense'] as const)('takes nothing of an operation that is %s, however old', (end) => {
    const journal = underPolicy();
    const operationId = operate(journal, { ...PLAIN, end });
    operate(journal, PLAIN);
    passDays(journal, 4000);
    const before = journal.operationEntries(operationId);
    purge(journal);
    expect(journal.operationEntries(operationId)).toEqual(before);
    expect(journal.entries({ kinds: ['client.found'], limit: 9 })).toHaveLength(2);
    expect(journal.verify()).toMatchObject({ ok: true });
    journal.close();
  });

  it.each([50, 4000])('takes what was asked of the bank and never answered, which moves no money, after %i days', (days) => {
    const journal = underPolicy();
    for (const isAsked of [true, false]) operate(journal, { ...PLAIN, isAsked });
    passDays(journal, days);
    purge(journal);
    expect([journal.messages({ states: ['unknown'], limit: 9 }).map(({ bytes }) => bytes.length), countOf(journal, 'account.chosen'), journal.compareBooks(), journal.verify().ok]).toEqual([[0], 0, [], true]);
    journal.close();
  });

  it('keeps books and chain in step for any mix of operations, periods and times', () => {
    const way = fc.record({ end: fc.constantFrom('open', 'unsent', 'suspense', 'settled', 'closed', 'closed', 'closed'), hasReceipt: fc.boolean(), isMemoLeft: fc.boolean(), isAsked: fc.boolean() }) as fc.Arbitrary<Way>;
    const act = fc.oneof({ weight: 6, arbitrary: way }, { weight: 4, arbitrary: fc.record({ deviceId: fc.constantFrom('acceptor', 'dispenser'), isOver: fc.boolean(), times: fc.constantFrom(1, 4, 11) }) }, { weight: 2, arbitrary: fc.constantFrom(10, 50, 900, 1900) }, { weight: 2, arbitrary: fc.constant('purge' as const) });
    const policy = fc.subarray(RETENTION_CLASS_IDS, { minLength: 1 });
    fc.assert(
      fc.property(fc.array(act, { minLength: 4, maxLength: 25 }), policy, (acts, classIds) => {
        clock = standingClock(START);
        const journal = mustOpen(journalOptions('.', { path: ':memory:', keys, clock }));
        journal.commit({ entries: [policyEntry(Object.fromEntries(classIds.map((classId) => [classId, SHORTEST[classId]])))] });
        for (const one of [...acts, 'purge' as const]) {
          if (one === 'purge') purge(journal);
          else if (typeof one === 'number') passDays(journal, one);
          else if ('deviceId' in one) for (let left = one.times; left > 0; left--) fault(journal, one);
          else operate(journal, one);
        }
        expect(journal.compareBooks()).toEqual([]);
        expect(journal.verify()).toMatchObject({ ok: true });
        journal.close();
      }),
      { numRuns: 15 },
    );
  });

  it('is planned without changing anything, and the plan is what it then takes', () => {
    const journal = underPolicy();
    for (let index = 0; index < 5; index++) operate(journal, index === 2 ? { ...PLAIN, end: 'suspense' } : PLAIN);
    passDays(journal, 2000);
    const reader = openJournalForReading(path(), { keys });
    if (!reader.ok) throw new Error(reader.error.detail);
    const plan = planPurge(reader.value.database, clock.nowUtcMs())!;
    reader.value.close();
    const money = plan.classes.find(({ classId }) => classId === 'money')!;
    expect(plan.classes.every(({ entryCount }) => entryCount > 0)).toBe(true);
    expect(money.keptCount).toBeGreaterThan(5);
    purge(journal);
    const purged = journal.entries({ kinds: ['retention.purged'], limit: 99 }).reduce((sum, { data }) => sum + (data as { entryCount: number }).entryCount, 0);
    expect(purged).toBe(plan.classes.reduce((sum, { entryCount }) => sum + entryCount, 0));
    journal.close();
  });
});

describe('a deletion that is no purge', () => {
  const SHA_OF_DATA = 'data_sha256 = randomblob(32)';
  function purged(): void {
    const journal = underPolicy();
    operate(journal, { ...PLAIN, end: 'open' });
    operate(journal, PLAIN);
    operate(journal, PLAIN);
    passDays(journal, 60);
    purge(journal);
    journal.close();
    expect(verdict()).toMatchObject({ ok: true });
  }

  it.each([
    ['a payload', "UPDATE entries SET payload = NULL WHERE entry_number = (SELECT max(entry_number) FROM entries WHERE kind = 'message.staged' AND payload IS NOT NULL)", 'the payload is gone and no purge says so'],
    ['a payload of what a purge kept', "UPDATE entries SET payload = NULL WHERE kind = 'fact.put' AND payload IS NOT NULL AND entry_number < 20", 'the payload is gone and no purge says so'],
    ['data whose payload only was purged', `UPDATE entries SET data = '', ${SHA_OF_DATA} WHERE kind = 'message.staged' AND payload IS NULL`, ''],
    ['a seal', `UPDATE entries SET data = '', ${SHA_OF_DATA} WHERE kind = 'journal.sealed'`, ''],
    ['the entry of the purge', `UPDATE entries SET data = '', ${SHA_OF_DATA} WHERE kind = 'retention.purged'`, ''],
    ['the policy', `UPDATE entries SET data = '', ${SHA_OF_DATA} WHERE kind = 'retention.policySet'`, 'a purge names no policy of the bank that allows it'],
  ])('breaks the chain: %s', (_what, sql, detail) => {
    purged();
    if (detail === 'the payload is gone and no purge says so' && sql.includes('message.staged')) {
      const journal = open();
      operate(journal, PLAIN);
      journal.close();
    }
    tamper(sql);
    const found = verdict();
    expect(found).toMatchObject({ ok: false, error: { code: 'JNL_CORRUPT' } });
    if (!found.ok && detail !== '') expect(found.error.detail).toBe(detail);
  });

  it('breaks the chain also where data give way with their right hash', () => {
    purged();
    const database = new Database(path());
    const { data } = database.prepare<unknown[], { data: string }>("SELECT data FROM entries WHERE kind = 'intent.stack' ORDER BY entry_number LIMIT 1").get()!;
    database.close();
    tamper(`UPDATE entries SET data = '', data_sha256 = x'${sha256(data)}' WHERE kind = 'intent.stack' AND entry_number = (SELECT min(entry_number) FROM entries WHERE kind = 'intent.stack')`);
    expect(verdict()).toMatchObject({ ok: false, error: { detail: 'the data are gone and no purge says so' } });
  });

  it('breaks the chain where the policy is forged, even if the journal itself purged under it', () => {
    const journal = open();
    const forged = policyEntry({ personal: 45 });
    journal.commit({ entries: [{ ...forged, data: { ...forged.data, signature: 'A'.repeat(86) } } as EntryDraft] });
    operate(journal, PLAIN);
    operate(journal, PLAIN);
    passDays(journal, 60);
    purge(journal);
    expect(journal.verify()).toMatchObject({ ok: false, error: { detail: 'a retention policy is not signed by the bank' } });
    journal.close();
    const reader = openJournalForReading(path());
    if (reader.ok) {
      expect(reader.value.verify({ bankKeys: new Map() })).toMatchObject({ ok: false });
      reader.value.close();
    }
  });
});

describe('an extract of a purged operation', () => {
  it('shows tombstones with the purge that made them, and a tombstone without one is not genuine', async () => {
    const journal = open();
    journal.commit({ entries: [policyEntry({ personal: 45, messages: 45 })] });
    const operationId = operate(journal, PLAIN);
    operate(journal, PLAIN);
    passDays(journal, 60);
    purge(journal);
    // A late word on the operation, after the purge that took some of it.
    journal.commit({ entries: [entry('session.ended', { reason: 'finished' }, { operationId }), entry('terminal.stopped', { reason: 'test' })] });
    journal.close();
    const reader = openJournalForReading(path(), { keys });
    if (!reader.ok) throw new Error(reader.error.detail);
    const { database, journalId, terminalNumber } = reader.value;
    const made = makeExtract(database, { journalId, terminalNumber, operationId, keys, withContents: true });
    reader.value.close();
    if (!made.ok) throw new Error(made.error.detail);
    const { verifyExtract } = (await import(pathToFileURL(join(import.meta.dirname, '../../../main/journal/verify-extract.mjs')).href)) as { verifyExtract(extract: unknown, publicKey: KeyObject): readonly { readonly kind: string; readonly data: unknown }[] };
    const shown = verifyExtract(made.value, terminalSign.publicKey);
    expect(shown.filter(({ data }) => data === null).map(({ kind }) => kind)).toEqual(['account.chosen']);
    expect(shown.filter(({ kind }) => kind === 'retention.purged').length).toBeGreaterThan(0);
    const parts = made.value.parts.filter(({ links }) => !links.some((link) => 'entry' in link && link.entry.kind === 'retention.purged'));
    expect(() => verifyExtract({ ...made.value, parts }, terminalSign.publicKey)).toThrow(/no purge/);
    // A purge of payloads explains no data that are gone.
    const hidden = made.value.parts.map((part) => ({ ...part, links: part.links.map((link) => ('entry' in link && link.entry.kind === 'message.staged' ? { entry: { ...link.entry, data: null } } : link)) }));
    expect(() => verifyExtract({ ...made.value, parts: hidden }, terminalSign.publicKey)).toThrow(/no purge/);
  });
});

function sha256(text: string): string {
  return hash('sha256', text, 'hex');
}
