/**
 * Goal: after a journal lost its end (restored from its second copy) nothing is given a second time that was booked in the lost part, whether a device tells it again or the bank knows it already. Method: whole
 * terminals in virtual time, whose disk is lost after a visit that the copy has only the beginning of.
 */
import { rmSync } from 'node:fs';
import { expect, it } from 'vitest';
import { settleSuspense } from '../../../main/core/service/settle-suspense.ts';
import { dayTotals } from '../../../main/core/day/day-totals.ts';
import type { JournalEntry, SuspenseRow } from '../../../main/journal/journal.ts';
import { SAMPLE_TERMINAL_ID } from '../../../simulators/bank-host/sample-bank.ts';
import { bookedByOperation } from '../../../simulators/world/checkers/booked.ts';
import { bringBack, loseDisk } from '../../../simulators/world/lost-disk.ts';
import { cutAfter } from '../../../simulators/world/short-copy.ts';
import { keepUncredited } from '../../support/kept-deposit.ts';
import { DeskWorld, IMPATIENT, SAMPLE } from '../../support/virtual-desk.ts';

const HUNDRED = 10_000;
/** Whatever waits was tried often enough. */
const DELIVERED_MS = 120_000;

/** The disk is lost, and the journal restored from a copy that ends with this entry. */
async function restored(desk: DeskWorld, lastEntryNumber: number): Promise<void> {
  await restoredAndDark(desk, lastEntryNumber);
  await desk.boot();
  await desk.clock.advance(DELIVERED_MS);
}

/** As far as the start of the core. */
async function restoredAndDark(desk: DeskWorld, lastEntryNumber: number): Promise<void> {
  const { sealer, journalPath } = desk;
  desk.die();
  await desk.clock.advance(0);
  desk.journal.close();
  await loseDisk({ beforeSession: 0, leaves: 'nothing', lacksPercent: 0, isTorn: false, lacksCommits: 0 }, journalPath, (folder) => cutAfter(folder, lastEntryNumber));
  for (const end of ['-wal', '-shm']) rmSync(`${journalPath}${end}`, { force: true });
  await bringBack({ journalPath, terminalNumber: '0427', clock: desk.clock, sealer, bootId: 'restore' });
  desk.restart();
}

it('coins that were credited after the end of the copy are not credited to who opened the gate before', async () => {
  const desk = new DeskWorld({ limits: IMPATIENT, coins: { denominationMinor: HUNDRED, coinCount: 50 } });
  await desk.boot();
  await desk.when(() => desk.parts.devices.coinAcceptor?.status().state === 'ready', 'coins are taken');
  await desk.toCashIn(SAMPLE.phone);
  const copyEnd = desk.entries().at(-1)!.entryNumber;
  await desk.press('cancel');
  await desk.clock.advance(30_000);
  await desk.until('attract');
  await desk.toCashIn(SAMPLE.onePhone);
  for (let count = 1; count <= 5; count += 1) {
    desk.surroundings.coins!.acceptor.control({ do: 'insertCoin', denominationMinor: HUNDRED });
    await desk.when(() => desk.data('cash-in').insertedMinor === count * HUNDRED, 'the coin is counted');
  }
  await desk.press('next');
  await desk.until('result-success');
  await desk.settleQueue(1_800_000);
  await restored(desk, copyEnd);
  expect([...bookedByOperation(desk.bank, SAMPLE_TERMINAL_ID).values()].reduce((sum, { inMinor }) => sum + inMinor, 0)).toBe(5 * HUNDRED);
  expect(desk.journal.suspense().filter(({ reason }) => reason === 'unassigned').map(({ amountMinor }) => amountMinor)).toEqual([HUNDRED, HUNDRED, HUNDRED, HUNDRED, HUNDRED]);
  expect(desk.journal.cashUnits().find(({ unitId }) => unitId === 'coinAcceptor.box')?.noteCount).toBe(5);
  await desk.stop();
});

it('a deposit that the bank has booked in the lost part is not told anew: no person has to end a report that it would refuse, no second receipt contradicts the first, and what may have come in has its item', async () => {
  const desk = new DeskWorld({ limits: IMPATIENT });
  await desk.boot();
  await desk.toCashIn();
  await desk.insertCounted(5 * HUNDRED);
  const copyEnd = desk.entries().at(-1)!.entryNumber;
  await desk.insertCounted(10 * HUNDRED);
  await desk.press('next');
  await desk.until('result-success');
  await desk.settleQueue(1_800_000);
  const told = () => desk.bank.telephones.messages(SAMPLE.phone).filter(({ kind }) => kind === 'receipt').length;
  const toldBefore = told();
  await restored(desk, copyEnd);
  expect([desk.journal.messages({ states: ['parked'], limit: 10 }), desk.pendingMessages(), told() - toldBefore]).toEqual([[], 0, 0]);
  expect(desk.journal.suspense().map(({ reason, amountMinor, reference }) => [reason, amountMinor, reference])).toEqual([['noteUncertain', 0, expect.stringMatching(/^[0-9A-Z]{3}-\d{3}$/)]]);
  expect(desk.dataOf('operation.toldBefore').at(-1)?.documents.map(({ operation }) => operation)).toEqual(['cash.deposit', 'cash.deposit.complete']);
  expect(desk.journal.verify().ok && dayTotals(desk.journal)?.isExplained).toBe(true);
  await desk.stop();
});

it('money for which the customer has a claim is not credited to him as well where the copy ends before he said so', async () => {
  const desk = new DeskWorld({ limits: IMPATIENT });
  await desk.boot();
  await keepUncredited(desk, 100 * HUNDRED);
  await desk.until('result-pending');
  const copyEnd = desk.entries().find(({ kind }) => kind === 'deposit.cancelled')!.entryNumber - 1;
  await desk.settleQueue(1_800_000);
  await restored(desk, copyEnd);
  expect([...bookedByOperation(desk.bank, SAMPLE_TERMINAL_ID).values()].map(({ inMinor }) => inMinor)).toEqual([100 * HUNDRED]);
  expect([desk.journal.messages({ states: ['parked'], lanes: ['mustDeliver'], limit: 10 }), desk.pendingMessages()]).toEqual([[], 0]);
  await desk.stop();
});

/** Money was kept, the bank was told of it, and the copy ends there. */
async function keptAndCopied(): Promise<{ readonly desk: DeskWorld; readonly copyEnd: number }> {
  const desk = new DeskWorld({ limits: IMPATIENT });
  await desk.boot();
  await keepUncredited(desk, 10 * HUNDRED);
  await desk.until('attract', 300_000);
  await desk.clock.advance(DELIVERED_MS);
  const copyEnd = desk.entries().at(-1)!.entryNumber;
  return { desk, copyEnd };
}

it('an item that a person ended as paid in the lost part is ended so by the bank, which is asked first: nobody here ends it another way meanwhile', async () => {
  const { desk, copyEnd } = await keptAndCopied();
  const [{ suspenseId }] = desk.journal.suspense() as [SuspenseRow];
  expect(settleSuspense(desk.parts, { staff: { login: 'c-007', name: 'C.', level: 'cashOfficer' }, suspenseId, to: 'paid', why: 'claim 4471' }).ok).toBe(true);
  await desk.clock.advance(DELIVERED_MS);
  desk.arm('linkDown');
  await restoredAndDark(desk, copyEnd);
  const settle = () => settleSuspense(desk.parts, { staff: { login: 'a-001', name: 'A.', level: 'administrator' }, suspenseId, to: 'writtenOff', why: 'too old' });
  await desk.clock.advance(DELIVERED_MS);
  expect([desk.journal.suspense({ suspenseId })[0]!.state, settle()]).toEqual(['open', { ok: false, error: 'bankNotHeard' }]);
  // It comes back, and does not answer what it is asked of items.
  desk.arm('linkUp');
  desk.arm('silence', 'suspense.status', { times: 3 });
  await desk.boot();
  expect(settle()).toEqual({ ok: false, error: 'bankNotHeard' });
  await desk.clock.advance(5 * 60_000);
  expect([desk.journal.suspense({ suspenseId })[0]!.state, settle()]).toEqual(['paid', { ok: false, error: 'notOpen' }]);
  await desk.stop();
});

it('a claim that was paid in the lost part is not paid again under the name that the restored journal finds for it', async () => {
  const desk = new DeskWorld({ limits: IMPATIENT });
  await desk.boot();
  desk.arm('refusal', 'cash.deposit', { refusal: 'RF-02' });
  await desk.toCashIn();
  await desk.insertCounted(100 * HUNDRED);
  await desk.press('next');
  await desk.until(['result-refused', 'result-pending']);
  await desk.settleQueue(1_800_000);
  const refused = desk.entries().find(({ kind }) => kind === 'suspense.recorded')!.monotonicMs;
  const copyEnd = desk.entries().find(({ monotonicMs }) => monotonicMs === refused)!.entryNumber - 1;
  const officer = { login: 'c-007', name: 'C.', level: 'cashOfficer' } as const;
  const pay = () => desk.journal.suspense({ state: 'open' }).map(({ suspenseId }) => settleSuspense(desk.parts, { staff: officer, suspenseId, to: 'paid', why: 'claim 4471' }));
  const [{ suspenseId: lostId }] = desk.journal.suspense() as [SuspenseRow];
  expect(pay()).toEqual([{ ok: true, value: undefined }]);
  await desk.clock.advance(DELIVERED_MS);
  await restoredAndDark(desk, copyEnd);
  desk.arm('silence', 'suspense.report', { times: 3 });
  await desk.boot();
  await desk.when(() => desk.journal.suspense().length > 0, 'the bank has refused it again');
  expect([desk.journal.suspense()[0]!.suspenseId === lostId, pay()]).toEqual([false, [{ ok: false, error: 'bankNotHeard' }]]);
  await desk.clock.advance(10 * 60_000);
  expect([desk.journal.suspense().map(({ reason, amountMinor, state }) => [reason, amountMinor, state]), pay()]).toEqual([[['depositRefused', 100 * HUNDRED, 'paid']], []]);
  await desk.stop();
});

it('what nobody has ended is ended here as ever, once the bank was asked', async () => {
  const { desk, copyEnd } = await keptAndCopied();
  await desk.clock.advance(DELIVERED_MS);
  await restored(desk, copyEnd);
  desk.arm('linkDown');
  const settle = ({ suspenseId }: SuspenseRow) => settleSuspense(desk.parts, { staff: { login: 'a-001', name: 'A.', level: 'administrator' }, suspenseId, to: 'writtenOff', why: 'too old' }).ok;
  expect(desk.journal.suspense().map(settle)).toEqual([true]);
  await desk.stop();
});

const heldMinor = (desk: DeskWorld) => desk.bank.database.prepare("SELECT amount_minor FROM holds WHERE state = 'held'").pluck().all();
const doubts = (desk: DeskWorld) => desk.journal.suspense().map(({ reason, amountMinor }) => [reason, amountMinor]);

/** Agreed to by the bank; the core is gone. @returns the entry that the copy ends before */
async function authorisedAndCut(desk: DeskWorld, isEnd: (entry: JournalEntry) => boolean): Promise<number> {
  await desk.boot();
  await desk.toWithdrawalConfirm(1_000_000);
  await desk.press('next');
  await desk.when(() => desk.entries().some(({ kind }) => kind === 'authorisation.received'), 'the bank has agreed');
  const copyEnd = desk.entries().find(isEnd)!.entryNumber - 1;
  desk.die();
  return copyEnd;
}
const isRequest = ({ kind, data }: JournalEntry) => kind === 'message.staged' && (data as { operation: string }).operation === 'cash.withdraw';

it('a withdrawal of which neither request nor report is left is asked about by its operation: it is charged in doubt, and nothing stays held until people look', async () => {
  const desk = new DeskWorld({ limits: IMPATIENT });
  const copyEnd = await authorisedAndCut(desk, isRequest);
  await restored(desk, copyEnd);
  expect([heldMinor(desk), doubts(desk)]).toEqual([[], [['dispenseUncertain', -1_000_000]]]);
  expect([...bookedByOperation(desk.bank, SAMPLE_TERMINAL_ID).values()]).toEqual([{ inMinor: 0, outMinor: 0, suspenseOutMinor: 1_000_000 }]);
  await desk.stop();
});

it('one of which not even the consent is left is money in doubt, and its account is free when the bank has decided', async () => {
  const desk = new DeskWorld({ limits: IMPATIENT });
  const copyEnd = await authorisedAndCut(desk, ({ kind }) => kind === 'consent.given');
  await restored(desk, copyEnd);
  expect([heldMinor(desk), doubts(desk)]).toEqual([[1_000_000], [['dispenseUncertain', 0]]]);
  desk.bank.suspense.decide({ suspenseId: desk.journal.suspense()[0]!.suspenseId, to: 'matched', authority: 'cash centre', reason: 'counted' });
  expect(heldMinor(desk)).toEqual([]);
  await desk.stop();
});

it('one that the bank never heard of is no doubt: without its word nothing was paid', async () => {
  const desk = new DeskWorld({ limits: IMPATIENT });
  await desk.boot();
  await desk.toWithdrawalConfirm(1_000_000);
  desk.arm('lostRequest', 'cash.withdraw');
  await desk.press('next');
  await desk.when(() => desk.entries().some(isRequest), 'it is asked for');
  const copyEnd = desk.entries().find(isRequest)!.entryNumber - 1;
  await restored(desk, copyEnd);
  expect([heldMinor(desk), doubts(desk), desk.pendingMessages()]).toEqual([[], [], 0]);
  await desk.stop();
});

it.each(['linkDown', 'silence'] as const)('where the bank does not say it at the first start (%s), nothing is given back that may have been paid out: the operation waits, is charged in doubt when the bank speaks, and people act on cash then', async (trouble) => {
  const desk = new DeskWorld({ limits: IMPATIENT });
  const copyEnd = await authorisedAndCut(desk, ({ entryNumber }) => entryNumber > desk.entries().find(isRequest)!.entryNumber);
  if (trouble === 'linkDown') desk.arm('linkDown');
  else desk.arm('silence', 'doc.status', { times: 100 });
  await restoredAndDark(desk, copyEnd);
  await desk.clock.advance(5 * 60_000);
  expect([heldMinor(desk), doubts(desk), desk.journal.openOperationIds().length]).toEqual([[1_000_000], [], 1]);
  if (trouble === 'linkDown') desk.arm('linkUp');
  else desk.bank.clearFaults();
  await desk.clock.advance(DELIVERED_MS);
  expect([heldMinor(desk), doubts(desk), desk.journal.openOperationIds()]).toEqual([[], [['dispenseUncertain', -1_000_000]], []]);
  expect([...bookedByOperation(desk.bank, SAMPLE_TERMINAL_ID).values()]).toEqual([{ inMinor: 0, outMinor: 0, suspenseOutMinor: 1_000_000 }]);
  await desk.stop();
});

it('a withdrawal whose end the bank has heard is not told anew', async () => {
  const desk = new DeskWorld({ limits: IMPATIENT });
  await desk.boot();
  await desk.toWithdrawalConfirm(1_000_000);
  await desk.press('next');
  await desk.until('result-success');
  await desk.settleQueue(1_800_000);
  const copyEnd = desk.entries().find(({ kind }) => kind === 'outcome.dispense')!.entryNumber - 1;
  await restored(desk, copyEnd);
  expect([desk.journal.messages({ states: ['parked'], limit: 10 }), desk.pendingMessages(), doubts(desk)]).toEqual([[], 0, [['dispenseUncertain', -1_000_000]]]);
  expect([...bookedByOperation(desk.bank, SAMPLE_TERMINAL_ID).values()]).toEqual([{ inMinor: 0, outMinor: 1_000_000, suspenseOutMinor: 0 }]);
  expect(dayTotals(desk.journal)?.isExplained).toBe(true);
  await desk.stop();
});

it('a withdrawal whose request is left and whose answer is lost is charged in doubt where the bank agreed to it: nothing stays held, and nothing is given back that may have been paid out', async () => {
  const desk = new DeskWorld({ limits: IMPATIENT });
  await desk.boot();
  await desk.toWithdrawalConfirm(1_000_000);
  await desk.press('next');
  await desk.when(() => desk.entries().some(({ kind }) => kind === 'authorisation.received'), 'the bank has agreed');
  const copyEnd = desk.entries().find(({ kind, data }) => kind === 'message.staged' && (data as { operation: string }).operation === 'cash.withdraw')!.entryNumber;
  desk.die();
  await restored(desk, copyEnd);
  expect(desk.bank.database.prepare("SELECT state FROM holds WHERE state = 'held'").all()).toEqual([]);
  expect([...bookedByOperation(desk.bank, SAMPLE_TERMINAL_ID).values()]).toEqual([{ inMinor: 0, outMinor: 0, suspenseOutMinor: 1_000_000 }]);
  expect(desk.journal.suspense().map(({ reason, amountMinor }) => [reason, amountMinor])).toEqual([['dispenseUncertain', -1_000_000]]);
  await desk.stop();
});

it('one that the bank had refused is no doubt at all', async () => {
  const desk = new DeskWorld({ limits: IMPATIENT });
  await desk.boot();
  await desk.toWithdrawalConfirm(1_000_000);
  desk.arm('refusal', 'cash.withdraw', { refusal: 'RF-02' });
  await desk.press('next');
  await desk.until('result-refused');
  const copyEnd = desk.entries().find(({ kind, data }) => kind === 'message.staged' && (data as { operation: string }).operation === 'cash.withdraw')!.entryNumber;
  await restored(desk, copyEnd);
  expect([desk.journal.suspense(), desk.pendingMessages()]).toEqual([[], 0]);
  await desk.stop();
});

it('a seal that waits since before the loss is answered by a bank that holds one of the lost part: the journal is not said to be another one', async () => {
  const desk = new DeskWorld({ limits: IMPATIENT });
  await desk.boot();
  desk.arm('cutBefore', 'journal.seal', { times: 1_000 });
  await desk.when(() => desk.journal.messages({ states: ['unknown'], limit: 10 }).some(({ operation }) => operation === 'journal.seal'), 'a seal waits', 3_600_000);
  const copyEnd = desk.entries().at(-1)!.entryNumber;
  // It came with the totals of a day.
  desk.bank.database.prepare('INSERT INTO journal_seals (terminal_id, journal_id, up_to_entry_number, hash, key_id, signature, at_utc_ms) VALUES (?, ?, ?, ?, ?, ?, ?)').run(SAMPLE_TERMINAL_ID, desk.journal.journalId, copyEnd + 500, '0'.repeat(64), 'k', 's', 0);
  desk.bank.clearFaults();
  await restored(desk, copyEnd);
  expect([desk.journal.distrust(), desk.model.screen]).toEqual([null, 'attract']);
  expect(Math.max(...desk.dataOf('seal.held').map(({ upToEntryNumber }) => upToEntryNumber))).toBeLessThanOrEqual(desk.entries().length);
  await desk.stop();
});
