/**
 * Goal: a window, whatever it sends, starts nothing that its screen does not offer, nothing twice, and with no odd content anything. Method: on each screen every intent that is not offered, then each that is, as odd as
 * the contract lets it be and twice on the same screen; then everybody leaves, and the money holds.
 */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { INTENT_KINDS, type IntentKind } from '../../../main/contracts/intent.ts';
import { expectMoneyHolds } from '../../support/money-equation.ts';
import { DeskWorld, IMPATIENT } from '../../support/virtual-desk.ts';
import { waysToScreens } from '../../support/ways-to-screens.ts';

let world: DeskWorld;
beforeEach(async () => {
  world = new DeskWorld({ limits: IMPATIENT });
  await world.boot();
});
afterEach(() => world.stop());

const inside = async () => {
  await world.toCashIn();
  await world.insertCounted(1_000_000);
};
const pressed = async (kind: 'next' | 'cancel', screen: 'cash-in-leave' | 'take-cash' | 'result-success' | 'change-choice' | 'take-receipt' | 'farewell') => {
  await world.press(kind);
  await world.until(screen);
};
const toResult = async () => {
  await inside();
  await pressed('next', 'result-success');
};
const WAYS: Readonly<Record<string, () => Promise<void>>> = {
  ...waysToScreens(() => world),
  attract: async () => undefined,
  'cash-in with money': inside,
  'cash-in-leave': async () => {
    await inside();
    await pressed('cancel', 'cash-in-leave');
  },
  'change-choice': async () => {
    await world.toPayment('p-meal', { contract: '123456' });
    await world.insertCounted(500_000);
    await pressed('next', 'change-choice');
  },
  'take-cash': async () => {
    await world.toWithdrawalConfirm(1_000_000);
    await pressed('next', 'take-cash');
  },
  'result-success': toResult,
  'take-receipt': async () => {
    await toResult();
    await pressed('next', 'take-receipt');
  },
  'timeout-warning': async () => {
    await inside();
    await world.until('timeout-warning', 100_000);
  },
};

/** What an intent carries, as odd as its form allows; left out: nothing. */
const ODD: Readonly<Partial<Record<IntentKind, readonly object[]>>> = {
  language: [{ language: 'en' }], display: [{ option: 'voice', on: true }], chooseOperation: [{ operation: 'op-10' }], turnPage: [{ page: 1000 }], identifyWith: [{ method: 'iin' }, { method: 'phone' }],
  submitPhone: [{ phone: '' }, { phone: '+7 700 000 77 77 7' }, { phone: 'abc' }], submitIin: [{ iin: '' }, { iin: '000000000000' }], submitBirthDate: [{ birthDate: '' }, { birthDate: '99999999' }, { birthDate: '0202200x' }],
  submitCode: [{ code: '' }, { code: '12345678' }, { code: 'abcdef' }], chooseAccount: [{ accountRef: 'not-mine' }, { accountRef: '' }], chooseCategory: [{ categoryId: '__proto__' }], searchProviders: [{ query: '%[(\\' }],
  chooseProvider: [{ providerId: 'constructor' }], submitFields: [{ fields: {} }, { fields: { contract: '12345678901234567890' } }, { fields: { contract: '123456', more: '1' } }],
  chooseAmount: [{ amountMinor: 0 }, { amountMinor: 1 }, { amountMinor: 10_000_000_000 }, { amountMinor: 1_000_001 }], chooseChange: [{ target: 'notes' }], chooseReceipt: [{ receipt: 'electronic' }, { receipt: 'paper' }],
  serviceLogin: [{ login: 'x', password: 'y' }], servicePassword: [{ current: '', next: '', repeat: '' }], serviceShow: [{ page: 'cash' }], serviceFind: [{ code: '' }, { code: '4400430000000000' }, { code: 'Q7K-482' }, { code: '0427-999999' }], serviceRetry: [{ messageId: 'x' }], serviceMessage: [{ messageId: 'x', act: 'confirm', why: '' }],
  serviceSettle: [{ suspenseId: 'x', to: 'paid', why: 'odd' }], serviceRecycler: [{ act: 'empty', keepCount: 0 }], serviceCoins: [{ act: 'collect', hopperNumber: 0, coinCount: 0 }], serviceNotes: [{ act: 'collect', cassetteNumber: 0, noteCount: 0 }],
  serviceReset: [{ deviceId: 'acceptor' }], serviceRestart: [{ what: 'computer' }],
};
/** Each at most once for each operation or visit, however often it was touched. */
const ONCE = ['deposit.accepted', 'deposit.cancelled', 'authorisation.received', 'withdrawal.completed', 'intent.print', 'session.ended'];

it.each(Object.keys(WAYS))('%s', async (screen) => {
  await WAYS[screen]!();
  const newest = () => world.journal.entries({ newestFirst: true, limit: 1 })[0]!.entryNumber;
  const touch = (kind: IntentKind, fields: object) => world.desk.intent({ kind, revision: world.model.revision, ...fields });
  const { intents: offered, revision } = world.model;
  const before = newest();
  const taken = INTENT_KINDS.filter((kind) => !offered.includes(kind) && touch(kind, ODD[kind]?.[0] ?? {}) !== 'notAllowed');
  expect([taken, world.model.revision, newest()]).toEqual([[], revision, before]);
  for (const kind of offered) for (const fields of ODD[kind] ?? [{}]) {
    // Where the one before led to another screen, what that screen offers too.
    if (kind === 'activity' || !world.model.intents.includes(kind)) continue;
    const seen = world.model.revision;
    for (let times = 0; times < 2; times += 1) world.desk.intent({ kind, revision: seen, ...fields });
    await world.clock.advance(1_500);
  }
  await world.when(() => world.model.screen === 'attract', 'everybody has gone', 900_000);
  await world.settleQueue();
  expect(world.journal.openOperationIds()).toEqual([]);
  for (const kind of ONCE) expect([kind, world.kinds().filter((one) => one === kind).length <= 1]).toEqual([kind, true]);
  expectMoneyHolds(world);
});
