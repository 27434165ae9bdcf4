/**
 * Goal: a terminal that stood for weeks without a line loses and drops nothing, says why it serves nobody, shows nobody another one's result, and works again when the line is back.
 * Method: power and line go in the middle of a deposit, or with its report on the wire; time passes on virtual time; a start without a line, then the line.
 */
import { afterEach, describe, expect, it } from 'vitest';
import { confirmMessageAct, proposeMessageAct } from '../../../main/core/service/message-acts.ts';
import { expectMoneyHolds } from '../../support/money-equation.ts';
import { CoreDied, DeskWorld, IMPATIENT } from '../../support/virtual-desk.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
let world: DeskWorld;
afterEach(() => world.stop());

const deposits = () => world.journal.messages({ limit: 500 }).filter(({ operation }) => operation === 'cash.deposit');
const stateOf = () => deposits().map(({ state, lastError }) => [state, lastError]);
const troubles = async () => {
  world.switches.control({ do: 'turnKey', on: true });
  await world.until('service-login');
  const named = world.data('service-login').troubles.map(({ code, detail }) => `${code} ${detail}`);
  world.switches.control({ do: 'turnKey', on: false });
  return named;
};

async function insertedNote(): Promise<void> {
  world = new DeskWorld({ limits: IMPATIENT, hasOperatorKey: true });
  await world.boot();
  await world.toCashIn();
  await world.insertCounted(1_000_000);
}

/** Its report is on its way when the line goes. */
async function acceptedUnheard(fault: 'lostRequest' | 'silence'): Promise<void> {
  await insertedNote();
  world.arm(fault, 'cash.deposit');
  world.arm(fault, 'receipt.send');
  await world.press('next');
  await world.when(() => deposits().length === 1 && deposits()[0]!.attemptCount === 1, 'it is on the wire');
}

/** Power and line gone; power comes back first. */
async function dark(ms: number): Promise<void> {
  await world.clock.advance(1_000);
  world.die();
  world.arm('linkDown');
  await world.clock.advance(ms);
  world.screens.length = 0;
  world.reboot();
  await world.when(() => world.isJournalOpen && world.model.screen === 'attract', 'it is up', 300_000);
  await world.clock.advance(5 * 60_000);
}

async function lineBack(): Promise<void> {
  world.arm('linkUp');
  await world.clock.advance(15 * 60_000);
}

/** By two persons. */
async function replaced(messageId: string): Promise<void> {
  const staff = (login: string) => ({ login, name: login, level: 'technician' as const });
  expect(proposeMessageAct(world.parts, { staff: staff('a'), messageId, act: 'replace', why: 'thirty days' }).ok).toBe(true);
  expect(confirmMessageAct(world.parts, { staff: staff('b'), messageId }).ok).toBe(true);
  world.parts.deliveries.wake();
  await world.settleQueue();
}

async function servesAgain(): Promise<void> {
  await world.boot();
  await world.toCashIn();
  await world.insertCounted(500_000);
  await world.press('next');
  await world.until('result-success');
  await world.press('next');
  await world.until('attract');
  // What he agrees to is dated as the bank dates it, also where stamps of the journal stand still.
  await world.toWithdrawalConfirm(500_000);
  await world.press('next');
  await world.until(['result-success', 'result-refused']);
  expect(world.model.screen).toBe('result-success');
  await world.press('next');
  await world.until('attract');
}

describe('a terminal without a line for more than thirty days', () => {
  it.each([[20], [35], [120]])('%i days: a deposit that the power cut off is dated so that the bank takes it, though the start knew no time', async (days) => {
    await insertedNote();
    await dark(days * DAY_MS);
    expect(stateOf()).toMatchObject([['ready', expect.stringContaining('HST_UNREACHABLE')]]);
    await lineBack();
    expect(stateOf()).toEqual([['executed', null]]);
    await servesAgain();
    await world.settleQueue();
    expectMoneyHolds(world);
  });

  it.each(['lostRequest', 'silence'] as const)('a report of which nobody knows (%s) is the reason why it serves nobody; then it waits for two persons, and the bank books it once', async (fault) => {
    await acceptedUnheard(fault);
    await dark(35 * DAY_MS);
    expect(stateOf()[0]![0]).toBe('unknown');
    expect(await troubles()).toEqual([expect.stringContaining('HST_QUEUE_LIMIT age: 1 messages')]);
    await lineBack();
    expect(stateOf()).toEqual([['parked', 'not delivered in 30 days']]);
    const { messageId } = deposits()[0]!;
    expect(world.parts.deliveries.retry(messageId)).toBe(false);
    await servesAgain();
    await replaced(messageId);
    expect(stateOf().filter(([state]) => state === 'executed')).toHaveLength(2);
    expectMoneyHolds(world);
    expect([world.journal.verify().ok, world.journal.compareBooks()]).toEqual([true, []]);
  });

  it('a report that was dated by the bank’s last word and waited longer than the bank takes that date is not given up: two persons send it anew, and the bank books it once', async () => {
    await insertedNote();
    await dark(14 * DAY_MS);
    await dark(17 * DAY_MS);
    expect(stateOf()[0]![0]).toBe('ready');
    await lineBack();
    expect(stateOf()).toEqual([['parked', '3 times declined RF-31']]);
    expect(world.journal.suspense({})).toEqual([]);
    await replaced(deposits()[0]!.messageId);
    expect(stateOf().map(([state]) => state)).toEqual(['refused', 'executed']);
    expectMoneyHolds(world);
  });
});

it.each([['outcome.present', 3_200_000], ['authorisation.received', 0]] as const)('so is the end of a withdrawal that the power cut off at %s: the account pays for what left, and is held no longer', async (at, outMinor) => {
  world = new DeskWorld({ limits: IMPATIENT, hasOperatorKey: true });
  await world.boot();
  await world.toWithdrawalConfirm(3_200_000);
  world.journal.onCommitted((entries) => {
    if (entries.some(({ kind }) => kind === at)) world.die();
  });
  await expect(world.press('next').then(() => world.until('take-cash'))).rejects.toThrow(CoreDied);
  await dark(14 * DAY_MS);
  await dark(17 * DAY_MS);
  await lineBack();
  const ends = () => world.journal.messages({ limit: 500 }).filter(({ operation }) => operation === 'cash.withdraw.complete');
  expect(ends().map(({ state, lastError }) => [state, lastError])).toEqual([['parked', '3 times declined RF-31']]);
  await replaced(ends()[0]!.messageId);
  expect([ends().map(({ state }) => state), world.money().host.cashOutMinor]).toEqual([['refused', 'executed'], outMinor]);
  expect(world.bank.database.prepare("SELECT count(*) FROM holds WHERE state = 'held'").pluck().get()).toBe(0);
  expectMoneyHolds(world);
});

it('what the bank refused without booking it, it books with its decision on the item', async () => {
  await insertedNote();
  world.arm('notKnown', 'cash.deposit');
  await world.press('next');
  await world.when(() => world.bank.suspense.items().length === 1, 'the bank knows the item');
  const [item] = world.bank.suspense.items();
  expect([item?.kind, world.money().host.suspenseInMinor]).toEqual(['depositRefused', 0]);
  world.bank.suspense.decide({ suspenseId: item!.suspenseId, to: 'paid', authority: 'claims desk', reason: 'claim 118' });
  expectMoneyHolds(world);
  await world.parts.suspense.ask();
  expect(world.journal.suspense({ suspenseId: item!.suspenseId })).toMatchObject([{ state: 'paid' }]);
});

it('a clock that is weeks ahead at a start without a line makes nothing too old', async () => {
  await acceptedUnheard('lostRequest');
  world.wallOffsetMs = 40 * DAY_MS;
  await dark(HOUR_MS);
  const receipts = () => world.journal.messages({ limit: 500 }).filter(({ operation }) => operation === 'receipt.send').map(({ state }) => state);
  expect([stateOf()[0]![0], receipts()]).toEqual(['unknown', ['ready']]);
  await lineBack();
  expect([stateOf(), receipts()]).toEqual([[['executed', null]], ['executed']]);
  world.wallOffsetMs = 0;
  await servesAgain();
  await world.settleQueue();
  expectMoneyHolds(world);
});

it.each([[5 * 60_000, true], [HOUR_MS, false]])('after %i ms in the dark with a report in the queue: is the result of the one who stood there shown? %s', async (ms, isShown) => {
  await acceptedUnheard('lostRequest');
  await dark(ms);
  expect(world.screens.includes('result-pending')).toBe(isShown);
});

it('a clock that fell back in the dark says nothing of how long it was: nobody is shown another one’s result', async () => {
  await acceptedUnheard('lostRequest');
  await world.clock.advance(1_000);
  world.die();
  world.arm('linkDown');
  await world.clock.advance(10 * HOUR_MS);
  world.screens.length = 0;
  world.wallOffsetMs = -400 * DAY_MS;
  world.reboot();
  await world.when(() => world.isJournalOpen && world.journal.entries({ kinds: ['recovery.report'], newestFirst: true, limit: 1 }).length === 1, 'it is up', 300_000);
  await world.clock.advance(60_000);
  expect(world.screens).not.toContain('result-pending');
});
