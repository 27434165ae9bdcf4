import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ScreenData } from '../../../main/contracts/screen-model.ts';
import type { StaffLevel } from '../../../state-machines/service/service.types.ts';
import { dayTotals } from '../../../main/core/day/day-totals.ts';
import { settleSuspense } from '../../../main/core/service/settle-suspense.ts';
import { confirmMessageAct, proposalOf, proposeMessageAct } from '../../../main/core/service/message-acts.ts';
import { keepUncredited } from '../../support/kept-deposit.ts';
import { DeskWorld, IMPATIENT } from '../../support/virtual-desk.ts';

let world: DeskWorld;
beforeEach(async () => {
  world = new DeskWorld({ limits: IMPATIENT });
  await world.boot();
});
afterEach(() => world.stop());

const person = (login: string, level: StaffLevel = 'technician') => ({ login, name: login, level });
const deposit = () => world.journal.messages({ limit: 500 }).find(({ operation }) => operation === 'cash.deposit')!;
const bankCash = () => world.bank.ledger.terminalCash('0427');
const propose = (act: 'settle' | 'replace', login = 't-014', level?: StaffLevel) => proposeMessageAct(world.parts, { staff: person(login, level), messageId: deposit().messageId, act, why: 'bankKnows' });
const confirm = (login: string, level?: StaffLevel) => {
  const done = confirmMessageAct(world.parts, { staff: person(login, level), messageId: deposit().messageId });
  world.parts.deliveries.wake();
  return done;
};

/** A deposit whose report is parked. `fault` decides whether the bank has booked it. */
async function parkedDeposit(fault: 'lostRequest' | 'wrongSignature'): Promise<void> {
  world.arm(fault, 'cash.deposit', { times: 1000 });
  await world.toCashIn();
  await world.insertCounted(1_000_000);
  await world.press('next');
  await world.until(['result-success', 'result-pending', 'result-refused']);
  await world.press('next');
  await world.until(['attract', 'out-of-service'], 300_000);
  if (fault === 'lostRequest') {
    await world.when(() => deposit().state === 'unknown', 'the request was not answered', 600_000);
    world.journal.commit({ messageMoves: [{ messageId: deposit().messageId, to: 'parked', detail: 'as after thirty days' }] });
  }
  await world.when(() => deposit().state === 'parked', 'it waits for a person', 3_600_000);
  expect(deposit().state).toBe('parked');
  world.parts.deliveries.wake();
  world.bank.clearFaults();
}

describe('a parked message', () => {
  it('is ended by two persons, not by one, nor by a viewer, nor without a reason', async () => {
    await parkedDeposit('lostRequest');
    expect([confirm('t-021'), proposeMessageAct(world.parts, { staff: person('t-014'), messageId: deposit().messageId, act: 'settle', why: ' ' })]).toMatchObject([{ error: 'nothingProposed' }, { error: 'noReason' }]);
    expect([propose('settle', 'v-001', 'viewer'), confirm('t-021')]).toMatchObject([{ error: 'notAllowed' }, { error: 'nothingProposed' }]);
    expect(propose('settle').ok).toBe(true);
    expect([confirm('t-014'), confirm('v-001', 'viewer')]).toMatchObject([{ error: 'samePerson' }, { error: 'notAllowed' }]);
    expect([deposit().state, world.journal.suspense().length]).toEqual(['parked', 0]);
  });

  it('whose document cannot be made anew is settled, and nobody proposes to replace it', async () => {
    await parkedDeposit('lostRequest');
    const parts = { ...world.parts, gateway: { draft: world.parts.gateway.draft.bind(world.parts.gateway), renew: () => undefined } };
    const wish = (act: 'settle' | 'replace') => proposeMessageAct(parts, { staff: person('t-014'), messageId: deposit().messageId, act, why: 'bankKnows' });
    expect([wish('replace'), wish('settle').ok, confirm('t-021').ok]).toMatchObject([{ error: 'notReplaceable' }, true, true]);
  });

  it('settled by hand leaves its cash as an item in doubt, of which the bank is told, with both persons', async () => {
    await parkedDeposit('lostRequest');
    expect([propose('settle').ok, confirm('t-021').ok]).toEqual([true, true]);
    await world.clock.advance(5_000);
    await world.settleQueue();
    expect(deposit()).toMatchObject({ state: 'refused', lastError: 'settled by hand' });
    expect(world.dataOf('message.actConfirmed')).toMatchObject([{ act: 'settle', proposedBy: 't-014', by: 't-021', newMessageId: null }]);
    const [item] = world.journal.suspense();
    expect(item).toMatchObject({ reason: 'reportSettled', amountMinor: 1_000_000, state: 'open' });
    expect(item?.evidence).toContain('t-014 and t-021: bankKnows');
    expect(world.bank.suspense.items()).toMatchObject([{ kind: 'reportSettled', amountMinor: 1_000_000 }]);
    expect(world.bank.database.prepare('SELECT error_code FROM device_events').pluck().all()).toContain('HST_MESSAGE_ENDED');
    world.bank.suspense.decide({ suspenseId: item!.suspenseId, to: 'paid', authority: 'cash centre', reason: 'claim' });
    expect([bankCash().cashInMinor, world.journal.compareBooks(), world.journal.verify().ok]).toEqual([1_000_000, [], true]);
  });

  it('that the bank has booked after all is not booked again when its item is ended', async () => {
    await parkedDeposit('wrongSignature');
    expect(bankCash().cashInMinor).toBe(1_000_000);
    propose('settle');
    confirm('t-021');
    await world.clock.advance(5_000);
    await world.settleQueue();
    world.bank.suspense.decide({ suspenseId: world.journal.suspense()[0]!.suspenseId, to: 'matched', authority: 'cash centre', reason: 'booked' });
    expect(bankCash().cashInMinor).toBe(1_000_000);
  });

  it.each(['rejected', 'wrongSignature'] as const)('about cash that was kept, settled by hand: the bank has that cash once, by its item (%s)', async (fault) => {
    world.arm(fault, 'cash.deposit.complete', { times: 1000 });
    await keepUncredited(world, 1_000_000);
    await world.until(['attract', 'out-of-service'], 600_000);
    const completion = () => world.journal.messages({ limit: 500 }).find(({ operation }) => operation === 'cash.deposit.complete')!;
    await world.when(() => completion().state === 'parked', 'it waits for a person', 3_600_000);
    world.bank.clearFaults();
    const { messageId } = completion();
    expect(proposeMessageAct(world.parts, { staff: person('t-014'), messageId, act: 'settle', why: 'bankKnows' }).ok).toBe(true);
    expect(confirmMessageAct(world.parts, { staff: person('t-021'), messageId }).ok).toBe(true);
    await world.clock.advance(5_000);
    await world.settleQueue();
    expect(world.journal.suspense().map(({ reason, amountMinor }) => [reason, amountMinor])).toEqual([['retained', 1_000_000], ['reportSettled', 0]]);
    expect(bankCash()).toMatchObject({ suspenseInMinor: 1_000_000 });
    world.bank.suspense.decide({ suspenseId: world.journal.suspense()[0]!.suspenseId, to: 'paid', authority: 'cash centre', reason: 'claim' });
    expect(bankCash()).toMatchObject({ suspenseInMinor: 0, cashInMinor: 1_000_000 });
  });

  it('about cash that was kept, refused by the bank: the bank has that cash once, by its item', async () => {
    world.arm('refusal', 'cash.deposit.complete', { refusal: 'RF-15' });
    await keepUncredited(world, 1_000_000);
    await world.until(['attract', 'out-of-service'], 600_000);
    await world.clock.advance(5_000);
    await world.settleQueue();
    expect(world.journal.suspense().map(({ reason, amountMinor }) => [reason, amountMinor])).toEqual([['retained', 1_000_000], ['reportRefused', 0]]);
    expect(bankCash()).toMatchObject({ suspenseInMinor: 1_000_000 });
    for (const { suspenseId } of world.journal.suspense()) world.bank.suspense.decide({ suspenseId, to: 'paid', authority: 'cash centre', reason: 'claim' });
    expect(bankCash()).toMatchObject({ suspenseInMinor: 0, cashInMinor: 1_000_000 });
  });

  it.each(['lostRequest', 'wrongSignature'] as const)('replaced is sent as another document of the same instruction, and booked once (%s)', async (fault) => {
    await parkedDeposit(fault);
    const old = deposit();
    expect([propose('replace').ok, confirm('t-021').ok]).toEqual([true, true]);
    await world.settleQueue();
    const sent = world.journal.messages({ limit: 500 }).filter(({ operation }) => operation === 'cash.deposit');
    expect(sent.map(({ state }) => state)).toEqual(['refused', 'executed']);
    expect(sent[1]).toMatchObject({ operationId: old.operationId, digest: old.digest });
    expect(sent[1]?.messageId).not.toBe(old.messageId);
    expect(world.dataOf('message.actConfirmed')).toMatchObject([{ act: 'replace', newMessageId: sent[1]?.messageId }]);
    expect([bankCash().cashInMinor, world.journal.suspense().length, world.journal.compareBooks()]).toEqual([1_000_000, 0, []]);
  });

  it('replaced counts in the totals by the answer to the new document', async () => {
    await parkedDeposit('lostRequest');
    expect([propose('replace').ok, confirm('t-021').ok]).toEqual([true, true]);
    await world.settleQueue();
    expect(dayTotals(world.journal)).toMatchObject({ operations: [{ journalMinor: 1_000_000, hostMinor: 1_000_000 }], differences: [] });
  });

  it('settled by hand is told in the totals as what it is, no refusal of the bank', async () => {
    await parkedDeposit('lostRequest');
    expect([propose('settle').ok, confirm('t-021').ok]).toEqual([true, true]);
    expect(dayTotals(world.journal)).toMatchObject({ operations: [{ hostMinor: 0 }], differences: [{ kind: 'settled', amountMinor: 1_000_000 }] });
  });

  it('replaced goes before what waited behind it', async () => {
    world.arm('rejected', 'suspense.report', { times: 1000 });
    world.arm('refusal', 'cash.deposit', { refusal: 'RF-02' });
    await world.toCashIn();
    await world.insertCounted(1_000_000);
    await world.press('next');
    await world.until('result-refused');
    const report = () => world.journal.messages({ limit: 500 }).find(({ operation }) => operation === 'suspense.report');
    await world.when(() => report()?.state === 'parked', 'the report of the item is parked', 600_000);
    world.bank.clearFaults();
    const { suspenseId } = world.journal.suspense()[0]!;
    expect(settleSuspense(world.parts, { staff: person('t-014'), suspenseId, to: 'matched', why: 'found' }).ok).toBe(true);
    const { messageId } = report()!;
    proposeMessageAct(world.parts, { staff: person('t-014'), messageId, act: 'replace', why: 'bankKnows' });
    expect(confirmMessageAct(world.parts, { staff: person('t-021'), messageId }).ok).toBe(true);
    const told: string[] = [];
    world.bank.onEvent(({ event }) => void told.push(event));
    world.parts.deliveries.wake();
    await world.settleQueue();
    expect(told.filter((event) => event.startsWith('host.suspense'))).toEqual(['host.suspense.reported', 'host.suspense.settledThere']);
  });

  it('is retried by one person: that takes a proposal back; and a proposal counts for a day', async () => {
    await parkedDeposit('lostRequest');
    propose('settle');
    expect(proposalOf(world.journal, deposit())?.by).toBe('t-014');
    expect(proposalOf({ ...world.journal, nowUtcMs: () => world.journal.nowUtcMs() + 25 * 3_600_000 }, deposit())).toBeNull();
    world.arm('silence', 'cash.deposit', { times: 1000 });
    world.parts.deliveries.retry(deposit().messageId);
    await world.clock.advance(1_000);
    expect([proposalOf(world.journal, deposit()), confirm('t-021')]).toMatchObject([null, { error: 'notParked' }]);
  });

  it('stays parked, and the proposal stands, where the disk does not take the end of it', async () => {
    await parkedDeposit('lostRequest');
    propose('settle');
    world.dieAtCommit(1, 'before');
    expect(() => confirm('t-021')).toThrow();
    expect([deposit().state, world.journal.suspense().length, proposalOf(world.journal, deposit())?.act]).toEqual(['parked', 0, 'settle']);
  });
});

/** As an outage leaves them: questions that went out and were not answered stay unknown for good. */
function pileUnanswered(desk: DeskWorld, count: number): void {
  const seq = desk.journal.peekSeq();
  const messages = Array.from({ length: count }, (_, n) => ({ messageId: `beat-${n}`, operation: 'link.heartbeat' as const, lane: 'online' as const, operationId: `beat-${n}`, sessionId: null, seq: seq + n, state: 'sending' as const, bytes: Buffer.from('beat'), digest: '00' }));
  expect(desk.journal.commit({ messages }).ok).toBe(true);
  expect(desk.journal.commit({ messageMoves: messages.map(({ messageId }) => ({ messageId, to: 'unknown' as const, detail: 'HST_TIMED_OUT' })) }).ok).toBe(true);
}

describe('after an outage with many unanswered questions', () => {
  it('the page shows the parked message to whoever turns the key', async () => {
    const desk = new DeskWorld({ limits: IMPATIENT, hasOperatorKey: true });
    await desk.boot();
    pileUnanswered(desk, 60);
    const seq = desk.journal.peekSeq();
    desk.journal.commit({ messages: [{ messageId: 'parked', operation: 'cash.deposit', lane: 'mustDeliver', operationId: 'parked', sessionId: null, seq, state: 'parked', bytes: Buffer.from('deposit'), digest: '00' }] });
    await toQueuePage(desk);
    expect(desk.data('service-queue').messages).toMatchObject([{ messageId: 'parked', state: 'parked' }]);
    await desk.stop();
  });

  it('it stands before a page of what goes by itself, and what waits is counted to the last', async () => {
    const desk = new DeskWorld({ limits: IMPATIENT, hasOperatorKey: true });
    await desk.boot();
    desk.arm('linkDown');
    const seq = desk.journal.peekSeq();
    const row = (n: number, state: 'staged' | 'parked') => ({ messageId: `receipt-${n}`, operation: 'receipt.send' as const, lane: 'bestEffort' as const, operationId: `receipt-${n}`, sessionId: null, seq: seq + n, state, bytes: Buffer.from('receipt'), digest: '00' });
    expect(desk.journal.commit({ messages: [...Array.from({ length: 60 }, (_, n) => row(n, 'staged')), { ...row(60, 'parked'), messageId: 'parked', operation: 'cash.deposit', lane: 'mustDeliver' }] }).ok).toBe(true);
    await toQueuePage(desk);
    const { messages, queueCount } = desk.data('service-queue');
    // The change of the password waits too.
    expect([messages[0]?.messageId, messages.length, queueCount]).toEqual(['parked', 50, 62]);
    await desk.stop();
  });

  it('a reversal that waits behind a thousand of them still keeps its session from asking for money again', async () => {
    const desk = new DeskWorld();
    await desk.boot();
    pileUnanswered(desk, 1_000);
    await expectNoSecondAuthorisation(desk, 'session');
  });
});

it('an account that may be held for a reversed withdrawal is not asked for money in another session either (host-messages §5.1)', async () => {
  const desk = new DeskWorld();
  await desk.boot();
  await expectNoSecondAuthorisation(desk, 'account');
});

it('more messages without an answer than the limits allow, reached while a customer looks at the figures, stop his withdrawal before the bank is asked', async () => {
  await world.toWithdrawalConfirm(1_000_000);
  const seq = world.journal.peekSeq();
  const messages = Array.from({ length: 21 }, (_, n) => ({ messageId: `parked-${n}`, operation: 'cash.deposit' as const, lane: 'mustDeliver' as const, operationId: `parked-${n}`, sessionId: null, seq: seq + n, state: 'parked' as const, bytes: Buffer.from('deposit'), digest: '00' }));
  expect(world.journal.commit({ messages }).ok).toBe(true);
  await world.press('next');
  await world.until(['take-cash', 'result-refused']);
  expect([world.model.screen, world.dataOf('message.staged').filter(({ operation }) => operation === 'cash.withdraw').length]).toEqual(['result-refused', 0]);
});

/** The key is turned, the technician logs in for the first time and changes his password. */
async function toQueuePage(desk: DeskWorld): Promise<void> {
  desk.switches.control({ do: 'turnKey', on: true });
  await desk.until('service-login');
  await desk.press('serviceLogin', { login: 't-014', password: 'Qolma-2026' });
  await whenReal(desk, () => desk.model.screen === 'service-password');
  await desk.press('servicePassword', { current: 'Qolma-2026', next: 'Terminal-0427', repeat: 'Terminal-0427' });
  await whenReal(desk, () => desk.model.screen === 'service-status');
  await desk.press('serviceShow', { page: 'queue' });
  await desk.until('service-queue');
}

/** Passwords are hashed on threads that know no virtual time. */
const whenReal = (desk: DeskWorld, isSo: () => boolean) =>
  expect.poll(async () => {
    await desk.clock.advance(10);
    return isSo();
  }, { interval: 10 }).toBe(true);

/** A withdrawal that the bank did not answer and whose reversal does not get through; then another one, in the same session or by the same client later. */
async function expectNoSecondAuthorisation(desk: DeskWorld, same: 'session' | 'account'): Promise<void> {
  const asked = () => desk.dataOf('message.staged').filter(({ operation }) => operation === 'cash.withdraw').length;
  desk.arm('silence', 'cash.withdraw');
  desk.arm('lostRequest', 'cash.withdraw.complete', { times: 100 });
  await desk.toWithdrawalConfirm(1_000_000);
  await desk.press('next');
  await desk.until('result-refused');
  await desk.press(same === 'session' ? 'anotherOperation' : 'next');
  await desk.until(['menu', 'attract'], 300_000);
  const offered = () => (desk.model.data as ScreenData<'menu'>).operations?.some((tile) => tile.operation === 'op-10' && tile.available);
  await desk.when(() => ['menu', 'attract'].includes(desk.model.screen) && offered(), 'the tile is on again', 300_000);
  if (same === 'account') await desk.toWithdrawalConfirm(1_000_000);
  else {
    await desk.press('chooseOperation', { operation: 'op-10' });
    await desk.until('account-choice');
    await desk.press('chooseAccount', { accountRef: desk.data('account-choice').accounts[0]!.accountRef });
    await desk.until('cash-out-amount');
    await desk.press('chooseAmount', { amountMinor: 1_000_000 });
    await desk.until('confirm');
  }
  expect(asked()).toBe(1);
  await desk.press('next');
  await desk.until(['take-cash', 'result-refused', 'result-success'], 300_000);
  expect([desk.model.screen, asked()]).toEqual(['result-refused', 1]);
  await desk.stop();
}
