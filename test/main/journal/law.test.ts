import { generateKeyPairSync, sign, X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hasSealedContent, openJournal, openJournalForReading } from '../../../main/journal/open-journal.ts';
import { rebuildJournal } from '../../../main/journal/rebuild-journal.ts';
import { entry, type Journal } from '../../../main/journal/journal.ts';
import { parsedReference } from '../../../main/cli/journal-search.ts';
import { firstFormHash, canonicalJson } from '../../../main/journal/hash-chain.ts';
import { migrate, MIGRATIONS } from '../../../main/journal/migrations/migrate.ts';
import { writeBenchHistory } from '../../../main/journal/bench-history.ts';
import { searchOperations, type OperationQuery } from '../../../main/journal/search.ts';
import { verifyChainParallel } from '../../../main/journal/verify-parallel.ts';
import { createJournalKeys, type KeyRing } from '../../../main/journal/protection.ts';
import { SEAL_INTERVAL_ENTRIES, type JournalSealer } from '../../../main/journal/seal.ts';
import { cryptoRandom } from '../../../main/system/crypto-random.ts';
import { generateSamplePki } from '../../../simulators/bank-host/pki.ts';
import { journalOptions, makeFolder, messageDraft, mustOpen } from './journal-fixture.ts';

const random = cryptoRandom();
const key = (fill: number) => new Uint8Array(32).fill(fill);
const RING: KeyRing = { current: 'k1', keys: { k1: key(1) }, indexKey: key(9) };
const PHONE = '+77000001234';
const pki = generateSamplePki({ nowUtcMs: Date.UTC(2026, 0, 1), random });

function sealer(): JournalSealer {
  const certificate = new X509Certificate(pki.terminalSign.certificatePem);
  return { keyId: certificate.serialNumber.toLowerCase(), certificate: certificate.raw, sign: (bytes) => sign('sha256', bytes, { key: pki.terminalSign.keyPem, dsaEncoding: 'ieee-p1363' }) };
}

let folder: ReturnType<typeof makeFolder>;
beforeEach(() => {
  folder = makeFolder();
});
afterEach(() => folder.remove());
const path = () => join(folder.path, 'journal.db');
const open = (ring: KeyRing = RING): Journal => mustOpen(journalOptions(folder.path, { keys: createJournalKeys(ring, random), sealer: sealer() }));
const openCode = (ring: KeyRing | undefined): string => {
  const opened = openJournal(journalOptions(folder.path, ring === undefined ? {} : { keys: createJournalKeys(ring, random) }));
  if (!opened.ok) return opened.error.code;
  opened.value.close();
  return 'ok';
};
const closed = (operationId: string) => entry('operation.closed', { outcome: 'completed', refusal: null, movedMinor: 500_000, reference: null }, { operationId });

function fill(journal: Journal): void {
  journal.commit({
    entries: [entry('operation.chosen', { operation: 'op-01' }, { operationId: 'o1' }), entry('client.found', { by: 'phone', masked: '+7 7•• ••• 12 34', match: 'one' }, { operationId: 'o1', secrets: { phone: { kind: 'phone', value: PHONE } } })],
    messages: [messageDraft(journal.peekSeq(), { bytes: Buffer.from(`signed for ${PHONE}`) })],
    facts: { memo: PHONE },
  });
  journal.commit({
    cashUnits: [{ unitId: 'box', denominationMinor: 500_000, noteCountDelta: 1 }],
    receipts: [{ receiptNumber: journal.peekReceiptNumber(), reference: journal.peekReference(), operationId: 'o1', operation: 'op-01', recordJson: JSON.stringify({ phone: PHONE }), status: 'accepted' }],
    messageMoves: [{ messageId: 'message-1', to: 'sending', detail: '', isNewAttempt: true }, { messageId: 'message-1', to: 'executed', detail: '', answerBytes: Buffer.from(`answer for ${PHONE}`) }],
    entries: [closed('o1')],
  });
}

/** As somebody with the disk in his hands. */
function tamper(sql: string): void {
  const database = new Database(path());
  for (const trigger of database.prepare<unknown[], string>("SELECT name FROM sqlite_schema WHERE type = 'trigger'").pluck().all()) database.exec(`DROP TRIGGER ${trigger}`);
  database.exec(sql);
  database.close();
}

describe('what is personal', () => {
  it('lies in no byte of the file and opens with the key', () => {
    const journal = open();
    fill(journal);
    const found = journal.entries({ kinds: ['client.found'], limit: 1 })[0]!;
    expect(journal.secret(found.entryNumber, 'phone')).toEqual({ ok: true, value: PHONE });
    expect([journal.message('message-1')!.bytes, journal.message('message-1')!.answerBytes].map((bytes) => Buffer.from(bytes!).toString())).toEqual([`signed for ${PHONE}`, `answer for ${PHONE}`]);
    expect([journal.fact('memo'), journal.receipt('0427-000001')?.receipt.recordJson]).toEqual([PHONE, JSON.stringify({ phone: PHONE })]);
    const dump = new Database(path(), { readonly: true }).serialize();
    expect(dump.includes(PHONE.slice(1))).toBe(false);
    journal.close();
  });

  it('does not open with another key, at another place, or without one; the chain holds without any', () => {
    const journal = open();
    fill(journal);
    journal.close();
    expect([openCode({ ...RING, keys: { k1: key(2) } }), openCode({ ...RING, indexKey: key(2) }), openCode({ ...RING, current: 'k2', keys: { k2: key(1) } }), openCode(undefined), openCode(RING)]).toEqual(['JNL_KEY_WRONG', 'JNL_KEY_WRONG', 'JNL_KEY_MISSING', 'JNL_KEY_MISSING', 'ok']);
    const reader = openJournalForReading(path());
    if (!reader.ok) throw new Error(reader.error.detail);
    expect(reader.value.verify()).toMatchObject({ ok: true, value: { sealCount: 1 } });
    const found = reader.value.entries({ kinds: ['client.found'], limit: 1 })[0]!;
    expect(reader.value.secret(found.entryNumber, 'phone')).toMatchObject({ ok: false, error: { code: 'JNL_KEY_MISSING' } });
    reader.value.close();
    const keys = createJournalKeys(RING, random);
    const place = { journalId: 'j', entryNumber: 1, kind: 'k', field: 'phone' };
    for (const moved of [{ entryNumber: 2 }, { kind: 'l' }, { field: 'iin' }, { journalId: 'i' }]) expect(keys.decrypt('k1', keys.encrypt(Buffer.from('a'), place), { ...place, ...moved })).toMatchObject({ ok: false, error: { code: 'JNL_KEY_WRONG' } });
    expect(hasSealedContent(path())).toBe(true);
  });

  it('goes on under a new key and still opens what an older one sealed', () => {
    const first = open();
    fill(first);
    first.close();
    const second = open({ ...RING, current: 'k2', keys: { k1: key(1), k2: key(2) } });
    second.commit({ facts: { memo: 'second' } });
    expect([second.fact('memo'), Buffer.from(second.message('message-1')!.bytes).toString(), second.verify().ok]).toEqual(['second', `signed for ${PHONE}`, true]);
    expect(second.entries({ kinds: ['key.introduced'], limit: 9 }).map(({ data }) => (data as { keyId: string }).keyId)).toEqual(['k1', 'index', sealer().keyId, 'k2']);
    second.close();
  });

  it('is found again by a keyed index, however it was typed', () => {
    const keys = createJournalKeys(RING, random);
    const index = (value: string) => keys.blindIndex({ kind: 'phone', value });
    expect([index('8 (700) 000-12-34'), index('7 700 000 12 34')]).toEqual([index(PHONE), index(PHONE)]);
    expect([index('+77000001235'), keys.blindIndex({ kind: 'card', value: PHONE }), createJournalKeys({ ...RING, indexKey: key(3) }, random).blindIndex({ kind: 'phone', value: PHONE })]).not.toContain(index(PHONE));
  });
});

describe('seals', () => {
  it('vouch for the chain at each business event and after many entries', () => {
    const journal = open();
    journal.commit({ entries: [entry('session.started', { language: 'kk' })] });
    expect(journal.newestSeal()).toBeNull();
    journal.commit({ entries: [closed('o1')] });
    expect(journal.newestSeal()?.upToEntryNumber).toBe(journal.entries({ limit: 1, newestFirst: true })[0]!.entryNumber - 1);
    for (let count = 0; count < 60; count++) journal.commit({ entries: Array.from({ length: 10 }, () => entry('session.started', { language: 'kk' })) });
    expect(journal.verify()).toMatchObject({ ok: true, value: { sealCount: 2 } });
    journal.close();
  });

  it('come with the five hundredth entry since the last, also over a restart, and with no other', () => {
    let journal = open();
    const upTo = () => journal.newestSeal()?.upToEntryNumber ?? 0;
    const entries = (count: number) => journal.commit({ entries: Array.from({ length: count }, () => entry('session.started', { language: 'kk' })) });
    const before = journal.entries({ limit: 99 }).length;
    entries(1);
    const introduced = journal.entries({ limit: 99 }).length - before - 1;
    entries(SEAL_INTERVAL_ENTRIES - introduced - 2);
    expect(upTo()).toBe(0);
    entries(1);
    expect(upTo()).toBe(SEAL_INTERVAL_ENTRIES);
    // The seal itself is the first of the next.
    entries(SEAL_INTERVAL_ENTRIES - 2);
    expect(upTo()).toBe(SEAL_INTERVAL_ENTRIES);
    journal.close();
    journal = open();
    entries(1);
    expect(upTo()).toBe(2 * SEAL_INTERVAL_ENTRIES);
    journal.close();
  });

  it.each([
    ['of a changed signature', `UPDATE entries SET data = replace(data, '"signature":"', '"signature":"A') WHERE kind = 'journal.sealed'`],
    ['of a chain that was cut and goes on', `DELETE FROM entries WHERE entry_number = 4`],
  ])('%s do not hold', (_what, sql) => {
    const journal = open();
    fill(journal);
    journal.close();
    tamper(sql);
    const reader = openJournalForReading(path());
    expect(reader.ok && reader.value.verify()).toMatchObject({ ok: false, error: { code: 'JNL_CORRUPT' } });
    if (reader.ok) reader.value.close();
  });

  it('of a rewritten chain under a forger’s key are not those of the trusted certificate', async () => {
    const { verifySeals } = await import('../../../main/journal/verify-seals.ts');
    const journal = open();
    fill(journal);
    journal.close();
    const database = new Database(path(), { readonly: true });
    const journalId = String(database.prepare("SELECT value FROM identity WHERE key = 'journalId'").pluck().get());
    expect(verifySeals(database, { journalId, trustedKeys: new Map([[sealer().keyId, generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey]]) })).toMatchObject({ ok: false, error: { detail: 'the seal is not genuine' } });
    expect(verifySeals(database, { journalId, trustedKeys: new Map() })).toMatchObject({ ok: false });
    database.close();
  });
});

describe('books', () => {
  it('are made from the chain again, bit for bit, whatever happened to them', () => {
    const journal = open();
    fill(journal);
    journal.close();
    tamper("UPDATE cash_units SET note_count = 7; DELETE FROM messages; DELETE FROM receipts; INSERT INTO facts VALUES ('strange', 1, 'x'); UPDATE head SET receipt_count = 5");
    const reader = openJournalForReading(path());
    if (!reader.ok) throw new Error(reader.error.detail);
    expect(reader.value.compareBooks().map(({ table, problem }) => [table, problem])).toEqual([['head', 'different'], ['cash_units', 'different'], ['messages', 'missing'], ['receipts', 'missing'], ['facts', 'extra']]);
    reader.value.close();
    expect(rebuildJournal(journalOptions(folder.path, { keys: createJournalKeys(RING, random) }))).toMatchObject({ ok: true });
    const again = open();
    expect([again.compareBooks(), again.message('message-1')?.state, again.peekReceiptNumber(), again.fact('strange')]).toEqual([[], 'executed', '0427-000002', undefined]);
    again.close();
  });

  it('of a journal of the first form are carried into the chain with all they hold', () => {
    const database = new Database(path());
    migrate(database, MIGRATIONS.slice(0, 1));
    const head = { entryNumber: 1, kind: 'message.staged', atUtcMs: 5, monotonicMs: 5, bootId: 'b', sessionId: null, operationId: 'o1' };
    const dataJson = canonicalJson({ messageId: 'M', operation: 'cash.deposit', digest: 'd', bytesSha256: 'ab' });
    const hash = firstFormHash('00'.repeat(32), head, dataJson);
    database.prepare('INSERT INTO entries VALUES (1, ?, 5, 5, ?, NULL, ?, ?, ?)').run(head.kind, head.bootId, head.operationId, dataJson, Buffer.from(hash, 'hex'));
    database.prepare('INSERT INTO head VALUES (1, 1, ?, 5, 1, 1, 1)').run(Buffer.from(hash, 'hex'));
    database.exec(`INSERT INTO identity VALUES ('journalId', 'J1'), ('terminalNumber', '0427');
      INSERT INTO messages VALUES (1, 'M', 'cash.deposit', 'mustDeliver', 'o1', NULL, 'ready', x'0102', 'd', 5, 1, 0, NULL, NULL);
      INSERT INTO receipts VALUES ('0427-000001', 'AAA-001', 'o1', 'op-01', '{"first":true}', 'accepted', 5);
      INSERT INTO receipt_statuses VALUES (1, '0427-000001', 'executed', 6, 'H');
      INSERT INTO cash_units VALUES ('box', 100, 3); INSERT INTO facts VALUES ('catalogue', '7');`);
    database.close();
    const journal = open();
    expect([Buffer.from(journal.message('M')!.bytes).toString('hex'), journal.receipt('0427-000001'), journal.cashUnits()[0]?.noteCount, journal.fact('catalogue'), journal.peekReceiptNumber(), journal.peekSeq()]).toMatchObject(
      ['0102', { receipt: { recordJson: '{"first":true}' }, statuses: [{ status: 'executed', hostRef: 'H' }] }, 3, '7', '0427-000002', 2]);
    expect(journal.entries({ limit: 9 }).map(({ kind }) => kind)).toEqual(['message.staged', 'books.carried']);
    journal.commit({ messageMoves: [{ messageId: 'M', to: 'sending', detail: '' }], entries: [closed('o1')] });
    expect(journal.verify()).toMatchObject({ ok: true, value: { sealCount: 1 } });
    journal.close();
  });
});

describe('search', () => {
  it('finds an operation by all that a customer can tell, and only by what is true of it', () => {
    const journal = open();
    const withReceipt = journal.peekReference();
    fill(journal);
    journal.close();
    const reader = openJournalForReading(path());
    if (!reader.ok) throw new Error(reader.error.detail);
    const { database } = reader.value;
    const keys = createJournalKeys(RING, random);
    const ids = (query: Omit<OperationQuery, 'limit'>) => {
      const answer = searchOperations(database, keys, { ...query, limit: 10 });
      return answer.ok ? answer.value.operations.map(({ operationId }) => operationId) : answer.error.code;
    };
    const at = Date.UTC(2026, 0, 1);
    const secret = { kind: 'phone', value: '8 700 000 12 34' } as const;
    const amountMinor = { min: 500_000, max: 500_000 };
    for (const query of [{ receiptNumber: '0427-000001' }, { reference: withReceipt }, { reference: withReceipt, lastFour: '1234', receiptNumber: '0427-000001' }, { lastFour: '1234' }, { secret }, { amountMinor }, { fromUtcMs: at, toUtcMs: at + 1000 }, { secret, amountMinor, lastFour: '1234', receiptNumber: '0427-000001', fromUtcMs: at }, {}]) expect(ids(query)).toEqual(['o1']);
    for (const query of [{ receiptNumber: '0427-000002' }, { reference: 'AAA-000' }, { reference: withReceipt, lastFour: '1235' }, { lastFour: '1235' }, { secret: { kind: 'phone', value: '+77000001235' } as const }, { amountMinor: { min: 1, max: 2 } }, { secret, fromUtcMs: at + 1000 }, { toUtcMs: at }, { secret, amountMinor: { min: 1, max: 1 } }]) expect(ids(query)).toEqual([]);
    expect(searchOperations(database, undefined, { secret, limit: 1 })).toMatchObject({ ok: false, error: { code: 'JNL_KEY_MISSING' } });
    reader.value.close();
  });
});

describe('search by a reference', () => {
  it('finds the operation that has no receipt either: a refusal, an authorisation that nobody answered', () => {
    const journal = open();
    fill(journal);
    const reference = journal.peekReference();
    journal.commit({ entries: [entry('operation.chosen', { operation: 'op-10' }, { operationId: 'o2' }), entry('operation.closed', { outcome: 'refused', refusal: 'RF-34', movedMinor: 0, reference }, { operationId: 'o2' })], references: [reference] });
    expect(journal.compareBooks()).toEqual([]);
    journal.close();
    const reader = openJournalForReading(path());
    if (!reader.ok) throw new Error(reader.error.detail);
    for (const typed of [reference, reference.toLowerCase(), reference.replace('-', ' '), reference.replace('-', '')]) {
      expect(searchOperations(reader.value.database, undefined, { limit: 9, reference: parsedReference(typed) })).toMatchObject({ ok: true, value: { operations: [{ operationId: 'o2', outcome: 'refused', receiptNumbers: [] }] } });
    }
    reader.value.close();
    expect([parsedReference('oil-0o1'), parsedReference('q7k482')]).toEqual(['011-001', 'Q7K-482']);
    for (const odd of ['Q7K-48', 'U7K-482', 'Q7K-4823', '']) expect(() => parsedReference(odd)).toThrow('reference');
  });
});

describe('a walk', () => {
  it('takes ids of any characters as they were written, and no zero byte behind one', () => {
    const journal = open();
    journal.commit({ entries: [entry('session.started', { language: 'kk' }, { sessionId: 'с"\\/\n\u0007é😀' }), entry('session.started', { language: 'kk' }, { sessionId: 'plain' })] });
    expect(journal.verify().ok).toBe(true);
    journal.close();
    tamper("UPDATE entries SET session_id = 'plain' || char(0) || 'more' WHERE session_id = 'plain'");
    const reader = openJournalForReading(path());
    expect(reader.ok && reader.value.verify()).toMatchObject({ ok: false, error: { detail: 'the entry is not the one that was written' } });
    if (reader.ok) reader.value.close();
  });
});

describe('the history of the benchmark', () => {
  it('is a journal like any other: chain, seals, books, canonical data', () => {
    const { operationCount, phone } = writeBenchHistory({ path: path(), entryCount: 3000, random, keys: createJournalKeys(RING, random), sealer: sealer() });
    const reader = openJournalForReading(path(), { keys: createJournalKeys(RING, random) });
    if (!reader.ok) throw new Error(reader.error.detail);
    expect(reader.value.verify()).toMatchObject({ ok: true, value: { sealCount: Math.ceil(operationCount / 20) } });
    expect(reader.value.compareBooks()).toEqual([]);
    const texts = reader.value.database.prepare<unknown[], string>('SELECT data FROM entries').pluck().all();
    expect(texts.filter((text) => canonicalJson(JSON.parse(text)) !== text)).toEqual([]);
    expect(reader.value.entries({ limit: 5000 })).toHaveLength(texts.length);
    expect(searchOperations(reader.value.database, createJournalKeys(RING, random), { secret: { kind: 'phone', value: phone }, limit: 5 })).toMatchObject({ ok: true, value: { operations: [{}] } });
    reader.value.close();
  });
});

describe('a walk on several threads', () => {
  it('says what one thread says, of a sound chain and of a broken one', async () => {
    const written = writeBenchHistory({ path: path(), entryCount: 3000, random, keys: createJournalKeys(RING, random), sealer: sealer() });
    expect(written.operationCount).toBeGreaterThan(200);
    const walk = () => verifyChainParallel(path(), { threadCount: 2, withPayloads: true, shareEntryCountMin: 1000 });
    expect(await walk()).toMatchObject({ ok: true, value: { entryCount: expect.any(Number) as number } });
    tamper('UPDATE entries SET at_utc_ms = at_utc_ms + 1 WHERE entry_number = 2500');
    expect(await walk()).toMatchObject({ ok: false, error: { entryNumber: 2500 } });
  });
});
