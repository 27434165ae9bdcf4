import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { cliPerson } from '../../../main/cli/cli-person.ts';
import { purgeAnswer } from '../../../main/cli/journal-purge.ts';
import { rebuildAnswer } from '../../../main/cli/journal-rebuild.ts';
import { restoreAnswer } from '../../../main/cli/journal-restore.ts';
import { rotateKeyAnswer } from '../../../main/cli/journal-rotate-key.ts';
import { searchAnswer } from '../../../main/cli/journal-search.ts';
import { verifyAnswer } from '../../../main/cli/journal.ts';
import { retryAnswer } from '../../../main/cli/queue.ts';
import { RUN_FILES } from '../../../main/contracts/run-folder.ts';
import { JOURNAL_FILE } from '../../../main/core/process/data-files.ts';
import { openTerminalJournal, terminalJournalOptions } from '../../../main/core/process/journal-secrets.ts';
import { loadConfig } from '../../../main/core/process/load-config.ts';
import { silentLog } from '../../../main/foundation/log.ts';
import { entry, type Journal } from '../../../main/journal/journal.ts';
import { createMirror } from '../../../main/journal/mirror.ts';
import { copiedUpTo } from '../../../main/journal/mirror-place.ts';
import { headMarkPath, readHeadMark } from '../../../main/journal/head-mark.ts';
import { openJournal, openJournalForReading } from '../../../main/journal/open-journal.ts';
import { rebuildJournal } from '../../../main/journal/rebuild-journal.ts';
import { cryptoRandom } from '../../../main/system/crypto-random.ts';
import { createSamplePki } from '../../../simulators/bank-host/pki.ts';
import { sampleConfig } from '../../../simulators/terminal/sample-config.ts';
import { createVirtualClock } from '../../../simulators/world/virtual-clock.ts';
import { messageDraft } from '../journal/journal-fixture.ts';
import { isLevel, passUntil } from '../journal/second-copy.ts';

/** The commands go by the computer's clock: what is lost is minutes old, and a thousand numbers are more than were given since. */
const START_UTC_MS = Date.now();
const PHONE = '+77000001234';
const IBAN = 'KZ62999BBB0000000002';
let folder: string;
let config: string;
let copy: string;
let clock: ReturnType<typeof createVirtualClock>;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'qolma-restore-'));
  copy = join(folder, 'usb');
  mkdirSync(copy);
  config = join(folder, 'terminal.json');
  writeFileSync(config, JSON.stringify(sampleConfig({ runFolder: folder, dataFolder: folder, bankPort: 1 })));
  createSamplePki(join(folder, RUN_FILES.pki), { nowUtcMs: START_UTC_MS, random: cryptoRandom() });
  clock = createVirtualClock({ startUtcMs: START_UTC_MS });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const path = () => join(folder, JOURNAL_FILE);
function open(): Journal {
  const loaded = loadConfig(config);
  if (!loaded.ok) throw new Error('configuration');
  const opened = openTerminalJournal(loaded.value.config, { clock, random: cryptoRandom(), log: silentLog, bootId: 'test' });
  if (!opened.ok) throw new Error(opened.error.detail);
  return opened.value;
}

const actsOf = (journal: Journal) => journal.entries({ kinds: ['service.acted'], limit: 9 }).map(({ data }) => Object.values(data).join(' '));

let count = 0;
function operate(journal: Journal): string {
  const operationId = `o${++count}`;
  journal.commit({ entries: [
    entry('operation.chosen', { operation: 'op-01' }, { operationId }),
    entry('client.found', { by: 'phone', masked: '+7 7•• ••• 12 34', match: 'one' }, { operationId, secrets: { phone: { kind: 'phone', value: PHONE } } }),
    entry('account.chosen', { masked: '•• 0012' }, { operationId, secrets: { account: { kind: 'account', value: IBAN } } }),
  ] });
  journal.commit({ cashUnits: [{ unitId: 'box', denominationMinor: 500_000, noteCountDelta: 1 }], messages: [messageDraft(journal.peekSeq(), { operationId })], receipts: [{ receiptNumber: journal.peekReceiptNumber(), reference: journal.peekReference(), operationId, operation: 'op-01', recordJson: '{}', status: 'accepted' }], facts: { last: operationId } });
  journal.commit({ entries: [entry('operation.closed', { outcome: 'completed', refusal: null, movedMinor: 500_000, reference: null }, { operationId })] });
  return operationId;
}

const until = (holds: () => boolean) => passUntil(clock, holds);

async function mirrored(journal: Journal, work: () => void = () => undefined): Promise<void> {
  const mirror = createMirror({ path: path(), folder: copy, clock, log: silentLog, segmentBytesMax: 4000 });
  mirror.start();
  await until(() => isLevel(mirror.status()));
  work();
  await mirror.stop();
  expect(journal.verify().ok).toBe(true);
}

const tables = () => {
  const database = new Database(path(), { readonly: true });
  const rows = ['entries', 'operations', 'cash_units', 'messages', 'receipts', 'facts', 'search_terms'].map((table) => database.prepare(`SELECT * FROM ${table} ORDER BY 1, 2`).all());
  database.close();
  return rows;
};

it('a journal is built from its second copy, bit for bit, after the medium was pulled and came back', async () => {
  const journal = open();
  operate(journal);
  const mirror = createMirror({ path: path(), folder: copy, clock, log: silentLog, segmentBytesMax: 4000 });
  mirror.start();
  await until(() => isLevel(mirror.status()));
  renameSync(copy, `${copy}.pulled`);
  operate(journal);
  await until(() => mirror.status().state === 'lost' && mirror.status().lagEntryCount > 0);
  const reader = openJournalForReading(path());
  if (!reader.ok) throw new Error(reader.error.detail);
  expect(copiedUpTo(copy, reader.value.database)).toContain('cannot be read');
  renameSync(`${copy}.pulled`, copy);
  expect(copiedUpTo(copy, reader.value.database)).toMatchObject({ lagEntryCount: mirror.status().lagEntryCount > 0 ? expect.any(Number) as unknown : 0 });
  await until(() => isLevel(mirror.status()));
  expect(copiedUpTo(copy, reader.value.database)).toMatchObject({ lagEntryCount: 0 });
  reader.value.close();
  await mirror.stop();
  journal.close();
  const before = tables();
  for (const name of readdirSync(folder).filter((one) => one.startsWith(JOURNAL_FILE))) rmSync(join(folder, name));
  expect(await restoreAnswer({ config, from: copy })).toMatchObject({ exitCode: 0, json: { ok: true, movedTo: null, knownLostCount: null, stoppedBecause: null, entryCount: before[0]!.length, skippedReceiptCount: 1000, nextReceipt: '0427-001003' } });
  const after = tables();
  expect(after[0]!.slice(0, before[0]!.length)).toEqual(before[0]);
  expect(after.slice(1, 6)).toEqual(before.slice(1, 6));
  expect(verifyAnswer({ config })).toMatchObject({ exitCode: 0 });
  const again = open();
  expect([again.fact('last'), again.peekSeq() >= 20_023, again.compareBooks(), again.entries({ kinds: ['journal.restored'], limit: 9 }).length]).toEqual(['o2', true, [], 1]);
  expect(actsOf(again)).toEqual([`${cliPerson()} journal.restore ${copy}`]);
  operate(again);
  again.close();
});

it('never goes over a journal that lies there, keeps it aside when told to, and says what the copy lacks', async () => {
  const journal = open();
  operate(journal);
  await mirrored(journal);
  operate(journal);
  const entryCount = journal.entries({ newestFirst: true, limit: 1 })[0]!.entryNumber;
  expect(await restoreAnswer({ config, from: copy, moveAside: true })).toMatchObject({ exitCode: 1 });
  journal.close();
  expect(await restoreAnswer({ config, from: copy })).toMatchObject({ exitCode: 1, json: { problem: { code: 'JOURNAL_EXISTS' } } });
  expect(await restoreAnswer({ config, from: join(folder, 'nothing'), moveAside: true })).toMatchObject({ exitCode: 1 });
  expect(verifyAnswer({ config })).toMatchObject({ exitCode: 0, json: { entryCount } });
  const restored = await restoreAnswer({ config, from: copy, moveAside: true });
  const { movedTo, knownLostCount, entryCount: copied } = restored.json as { movedTo: string; knownLostCount: number; entryCount: number };
  expect([existsSync(movedTo), knownLostCount, copied]).toEqual([true, entryCount - copied, entryCount - knownLostCount]);
  expect(knownLostCount).toBeGreaterThan(0);
  expect(restored.text).toContain('MISSING');
  // The journal that lay here had given two numbers, the copy knows of one: the second is not given again.
  expect(restored.json).toMatchObject({ skippedReceiptCount: 1, nextReceipt: '0427-000003' });
  const again = open();
  operate(again);
  expect([again.peekReceiptNumber(), again.peekSeq(), again.compareBooks(), again.verify().ok]).toEqual(['0427-000004', 4, [], true]);
  again.close();
  expect(verifyAnswer({ config })).toMatchObject({ exitCode: 0 });
});

/** A journal of which the last operation is gone: the copy of yesterday lies in its place. @returns entries that were written */
function loseToday(): number {
  const journal = open();
  operate(journal);
  journal.close();
  copyFileSync(path(), `${path()}.yesterday`);
  const today = open();
  operate(today);
  const written = today.entries({ newestFirst: true, limit: 1 })[0]!.entryNumber;
  today.close();
  copyFileSync(`${path()}.yesterday`, path());
  return written;
}

it('goes on from an older copy only where somebody says that no second copy holds the rest', async () => {
  const written = loseToday();
  const refused = [rebuildAnswer(config), rebuildAnswer(config)].map(({ exitCode, json }) => [exitCode, (json['problem'] as { code: string }).code]);
  expect(refused).toEqual([[1, 'JNL_CORRUPT'], [1, 'JNL_CORRUPT']]);
  const accepted = rebuildAnswer(config, true);
  expect(accepted.json).toMatchObject({ ok: true, knownLostCount: written - (accepted.json['entryCount'] as number), nextReceipt: '0427-001003' });
  const again = open();
  expect(again.entries({ kinds: ['journal.restored', 'numbers.skipped'], limit: 9 })).toMatchObject([{ data: { stoppedBecause: expect.any(String) as string } }, { data: { receiptCount: 1002 } }]);
  operate(again);
  expect([again.compareBooks(), again.verify().ok]).toEqual([[], true]);
  again.close();
  expect(rebuildAnswer(config, true).json).not.toHaveProperty('knownLostCount');
  const rebuilt = open();
  expect(actsOf(rebuilt)).toEqual([`${cliPerson()} journal.rebuild tables`, `${cliPerson()} journal.rebuild tables`]);
  rebuilt.close();
});

it('an accepted loss that was cut off before the chain said so is accepted anew, and nothing is given twice', () => {
  loseToday();
  const loaded = loadConfig(config);
  const options = terminalJournalOptions(loaded.ok ? loaded.value.config : ({} as never), { clock, random: cryptoRandom(), log: silentLog, bootId: 'cut off' });
  if (!options.ok) throw new Error(options.error.detail);
  expect(rebuildJournal({ ...options.value, isLossAccepted: true })).toMatchObject({ ok: true, value: { isEndLost: true } });
  expect(openJournal(options.value)).toMatchObject({ ok: false, error: { code: 'JNL_CORRUPT' } });
  expect(rebuildAnswer(config).json).toMatchObject({ problem: { code: 'JNL_CORRUPT' } });
  const opened = openJournal({ ...options.value, tellsLoss: true });
  if (opened.ok) opened.value.close();
  expect(rebuildAnswer(config, true).json).toMatchObject({ ok: true, knownLostCount: expect.any(Number) as number, nextReceipt: '0427-001003' });
  const again = open();
  expect(again.peekReceiptNumber()).toBe('0427-001003');
  again.close();
});

it.each([
  ['another journal was written here last', (mark: object) => ({ ...mark, journalId: '01KAJ1S7M2ZQ4VE0000000000D' }), 'JNL_FOREIGN'],
  ['an entry is another', (mark: object) => mark, 'JNL_CORRUPT'],
] as const)('accepts no loss where %s: nothing of it is an end that was lost', (_, changed, code) => {
  const journal = open();
  operate(journal);
  journal.close();
  writeFileSync(headMarkPath(path()), JSON.stringify(changed(JSON.parse(readFileSync(headMarkPath(path()), 'utf8')) as object)));
  if (code === 'JNL_CORRUPT') {
    const database = new Database(path());
    for (const name of database.prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'entries'").pluck().all() as string[]) database.exec(`DROP TRIGGER ${name}`);
    database.exec("UPDATE entries SET kind = 'operation.closed' WHERE kind = 'operation.chosen'");
    database.close();
  }
  expect(rebuildAnswer(config, true)).toMatchObject({ exitCode: 1, json: { problem: { code } } });
  expect(readHeadMark(path())).toBeDefined();
});

it('is not opened where it is gone, and no keys are made for it that would lie in the place of the right ones', () => {
  const empty = join(folder, 'new disk');
  writeFileSync(config, JSON.stringify(sampleConfig({ runFolder: folder, dataFolder: empty, bankPort: 1 })));
  mkdirSync(empty);
  for (const answer of [rotateKeyAnswer(config), rebuildAnswer(config), purgeAnswer({ config }), retryAnswer('M1', config, START_UTC_MS)]) expect(answer).toMatchObject({ exitCode: 1, json: { problem: { code: 'JNL_MISSING' } } });
  expect(readdirSync(empty)).toEqual([]);
});

it('is not begun anew on a new disk while its second copy lies there', async () => {
  const journal = open();
  operate(journal);
  await mirrored(journal);
  journal.close();
  writeFileSync(config, JSON.stringify({ ...sampleConfig({ runFolder: folder, dataFolder: join(folder, 'new disk'), bankPort: 1 }), storage: { ...sampleConfig({ runFolder: folder, dataFolder: join(folder, 'new disk'), bankPort: 1 }).storage, journalMirrorFolder: copy } }));
  mkdirSync(join(folder, 'new disk'));
  expect(() => open()).toThrow('second copy');
  expect(existsSync(join(folder, 'new disk', JOURNAL_FILE))).toBe(false);
  for (const name of readdirSync(copy)) rmSync(join(copy, name));
  open().close();
});

it('puts marker and mark back where the copy is no use: the next start does not begin anew', async () => {
  const journal = open();
  operate(journal);
  journal.close();
  for (const name of readdirSync(folder).filter((one) => one.startsWith(JOURNAL_FILE))) rmSync(join(folder, name));
  expect(await restoreAnswer({ config, from: copy })).toMatchObject({ exitCode: 1, json: { problem: { code: 'JNL_MISSING' } } });
  expect(() => open()).toThrow('gone');
});

it('goes on after the number that the bank or a customer holds', async () => {
  const journal = open();
  operate(journal);
  await mirrored(journal);
  journal.close();
  for (const name of readdirSync(folder).filter((one) => one.startsWith(JOURNAL_FILE))) rmSync(join(folder, name));
  expect(await restoreAnswer({ config, from: copy, lastReceipt: '0428-000017' })).toMatchObject({ exitCode: 1, json: { problem: { code: 'NOT_A_RECEIPT' } } });
  expect(await restoreAnswer({ config, from: copy, lastReceipt: '0427-000017' })).toMatchObject({ exitCode: 0, json: { nextReceipt: '0427-000018', skippedReceiptCount: 16 } });
  const again = open();
  expect(again.entries({ kinds: ['numbers.skipped'], limit: 2 }).map(({ data }) => data)).toMatchObject([{ receiptCount: 17 }]);
  expect(again.compareBooks()).toEqual([]);
  again.close();
});

it.each([
  ['a changed line', (text: string) => text.replace('500000', '500001'), 1],
  ['a payload that is gone', (text: string) => text.replace(/"payload":"[^"]+"/, '"payload":null'), 1],
  ['a line left out', (text: string) => text.split('\n').filter((_, index, all) => index !== all.length - 2).join('\n'), 0],
  ['a torn end', (text: string) => text.slice(0, -40), 0],
] as const)('a copy with %s is not taken for more than it is', async (_what, change, exitCode) => {
  const journal = open();
  operate(journal);
  await mirrored(journal);
  journal.close();
  const first = join(copy, readdirSync(copy).filter((name) => name.endsWith('.jsonl')).sort()[0]!);
  writeFileSync(first, change(readFileSync(first, 'utf8')));
  for (const name of readdirSync(folder).filter((one) => one.startsWith(JOURNAL_FILE))) rmSync(join(folder, name));
  const answer = await restoreAnswer({ config, from: copy });
  expect(answer.exitCode).toBe(exitCode);
  if (exitCode === 0) expect(answer.json['stoppedBecause']).toEqual(expect.any(String));
  else expect(existsSync(path())).toBe(false);
});

it('a new key seals from now on, older seals and fields still open, and a search finds over all keys', async () => {
  const journal = open();
  const first = operate(journal);
  expect(rotateKeyAnswer(config)).toMatchObject({ exitCode: 1 });
  journal.close();
  expect(rotateKeyAnswer(config)).toMatchObject({ exitCode: 0, json: { fromKeyId: 'k1', toKeyId: 'k2' } });
  const second = open();
  const later = operate(second);
  second.close();
  expect(rotateKeyAnswer(config)).toMatchObject({ exitCode: 0, json: { fromKeyId: 'k2', toKeyId: 'k3' } });
  const found = (more: object) => (searchAnswer({ config, limit: 9, ...more }).json['operations'] as { operationId: string }[]).map(({ operationId }) => operationId);
  expect([found({ phone: '8 700 000 12 34' }), found({ account: 'kz62 999b bb00 0000 0002' }), found({ card: '4000 0000 0000 0012' }), found({ masked: '1234' })]).toEqual([[later, first], [later, first], [later, first], [later, first]]);
  expect([found({ phone: '87000001235' }), found({ account: 'KZ62999BBB0000000003' }), found({ card: '4000000000000013' })]).toEqual([[], [], []]);
  for (const more of [{ phone: '870000012' }, { card: '4000 0000' }, { iin: '12345678901' }, { account: 'KZ62' }]) expect(searchAnswer({ config, limit: 9, ...more })).toMatchObject({ exitCode: 1, json: { problem: { code: 'USAGE', detail: expect.not.stringContaining(Object.values(more)[0]!) as unknown } } });
  const third = open();
  const [one, two] = third.entries({ kinds: ['client.found'], limit: 9 });
  expect([third.secret(one!.entryNumber, 'phone'), third.secret(two!.entryNumber, 'phone'), one!.sealed!['phone']!.keyId, two!.sealed!['phone']!.keyId]).toEqual([{ ok: true, value: PHONE }, { ok: true, value: PHONE }, 'k1', 'k2']);
  expect(third.entries({ kinds: ['key.rotated'], limit: 9 }).length).toBe(2);
  expect(actsOf(third)).toEqual([`${cliPerson()} journal.rotateKey k2`, `${cliPerson()} journal.rotateKey k3`]);
  third.close();
  // The terminal's key at the bank changes too: what the old one sealed stays verifiable.
  rmSync(join(folder, RUN_FILES.pki), { recursive: true });
  createSamplePki(join(folder, RUN_FILES.pki), { nowUtcMs: START_UTC_MS, random: cryptoRandom() });
  const renewed = open();
  operate(renewed);
  expect(renewed.verify()).toMatchObject({ ok: true });
  expect(new Set(renewed.entries({ kinds: ['journal.sealed'], limit: 99 }).map(({ data }) => (data as { keyId: string }).keyId)).size).toBe(2);
  renewed.close();
});
