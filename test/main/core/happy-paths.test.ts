import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DeskWorld, SAMPLE } from '../../support/virtual-desk.ts';
import { expectMoneyHolds } from '../../support/money-equation.ts';

const BEGIN = ['session.started', 'operation.chosen', 'terms.accepted'];
const CODE = ['otp.requested', 'otp.verified'];
const NOTE = ['note.escrowed', 'intent.stack', 'outcome.stack'];
const DISPENSE = ['intent.dispense', 'outcome.dispense'];
const END = ['intent.print', 'outcome.print', 'session.ended'];

describe('operations that go well', () => {
  let world: DeskWorld;
  beforeEach(async () => {
    world = new DeskWorld();
    await world.boot();
  });
  afterEach(() => world.stop());

  const leave = async () => {
    await world.press('next');
    await world.until('attract');
    await world.settleQueue();
  };
  const kindsOf = (kinds: readonly string[]) => world.kinds().filter((kind) => kinds.includes(kind));

  it('OP-01 journals each step in the order of the design map (T-2.1.2, T-2.6)', async () => {
    await world.toCashIn();
    await world.insertCounted(1_000_000);
    await world.insertCounted(500_000);
    expect(world.data('cash-in')).toMatchObject({ insertedMinor: 1_500_000, creditMinor: 1_480_000, noteCount: 2, canFinish: true });
    await world.press('next');
    await world.until('result-success');
    expect(world.data('result-success')).toMatchObject({ outcome: 'credited', amountMinor: 1_480_000, feeMinor: 20_000, receiptNumber: '0427-000001' });
    await leave();
    const kinds = world.kinds();
    const given = kinds.indexOf('receipt.given');
    expect(given).toBeGreaterThan(kinds.indexOf('receipt.issued'));
    expect(kinds.filter((kind) => kind !== 'receipt.given')).toEqual([
      ...BEGIN, 'client.found', 'client.identified', ...CODE, 'account.chosen', 'quote.received', 'consent.given', 'acceptor.enabled', ...NOTE, ...NOTE,
      'consent.given', 'deposit.accepted', 'receipt.issued', 'receipt.statusChanged', 'operation.closed', ...END,
    ]);
    expect(world.dataOf('consent.given').map((data) => data.stage)).toEqual(['terms', 'figures']);
    expect(world.dataOf('receipt.given')).toHaveLength(1);
    expect(world.dataOf('message.staged').map((data) => data.operation).filter((operation) => operation.startsWith('cash.') || operation === 'receipt.send')).toEqual(['cash.deposit', 'receipt.send', 'cash.deposit.complete']);
    expect(world.dataOf('session.ended')[0]!.reason).toBe('exit');
    expect(world.dataOf('operation.closed')).toMatchObject([{ outcome: 'completed', movedMinor: 1_500_000 }]);
    expectMoneyHolds(world);
    expect(world.journal.verify().ok).toBe(true);
  });

  it('OP-05 pays a fixed sum and puts the rest where the payer said (Q-15)', async () => {
    await world.toPayment('p-meal', { contract: '123456' });
    await world.insertCounted(200_000);
    await world.insertCounted(200_000);
    await world.press('next');
    await world.until('change-choice');
    expect(world.data('change-choice')).toMatchObject({ changeMinor: 100_000, choices: [{ target: 'phoneTopUp', feeMinor: 0 }] });
    await world.press('chooseChange', { target: 'phoneTopUp' });
    await world.until('result-success');
    await leave();
    expect(world.kinds().filter((kind) => kind !== 'receipt.given')).toEqual([
      ...BEGIN, 'payer.stated', ...CODE, 'provider.chosen', 'quote.received', 'consent.given', 'acceptor.enabled', ...NOTE, ...NOTE,
      'consent.given', 'consent.given', 'deposit.accepted', 'receipt.issued', 'receipt.statusChanged', 'operation.closed', ...END,
    ]);
    expect(world.dataOf('consent.given').map((data) => data.stage)).toEqual(['terms', 'figures', 'change']);
    // Each on the screen that said it.
    expect(new Set(world.dataOf('consent.given').map((data) => data.textSha256)).size).toBe(3);
    expect(world.dataOf('deposit.accepted')[0]).toMatchObject({ insertedMinor: 400_000, creditMinor: 300_000, feeMinor: 0, changeMinor: 100_000 });
    expect(world.dataOf('operation.closed')).toMatchObject([{ outcome: 'completed', movedMinor: 400_000 }]);
    expectMoneyHolds(world);
  });

  it('OP-10 pays out few notes per command, each between intent and outcome (T-2.1.3)', async () => {
    await world.toWithdrawalConfirm(3_200_000);
    expect(world.data('confirm')).toMatchObject({ operation: 'op-10', totalMinor: 3_232_000 });
    await world.press('next');
    await world.until('take-cash');
    expect(world.data('take-cash')).toMatchObject({ amountMinor: 3_200_000, canRetract: false });
    world.hands('dispenser', { do: 'takeNotes' });
    await world.until('result-success');
    await leave();
    const steps = world.dataOf('intent.dispense');
    expect(steps.every((step) => step.noteCount <= 5)).toBe(true);
    expect(world.kinds().filter((kind) => kind !== 'receipt.given')).toEqual([
      ...BEGIN, 'client.found', 'client.identified', ...CODE, 'account.chosen', 'amount.chosen', 'quote.received', 'consent.given', 'authorisation.received',
      ...steps.flatMap(() => DISPENSE), 'outcome.present', 'outcome.take', 'withdrawal.completed', 'receipt.issued', 'operation.closed', 'receipt.statusChanged', ...END,
    ]);
    expect(world.dataOf('outcome.take')[0]).toMatchObject({ result: 'notObservable', presentedMinor: 3_200_000 });
    expect(world.dataOf('operation.closed')).toMatchObject([{ outcome: 'completed', movedMinor: 3_200_000 }]);
    expectMoneyHolds(world);
  });

  it('a second operation runs under the same code while its scope covers it (Q-03)', async () => {
    await world.toCashIn();
    await world.insertCounted(1_000_000);
    await world.press('next');
    await world.until('result-success');
    await world.press('anotherOperation');
    await world.until('menu');
    await world.press('chooseOperation', { operation: 'op-01' });
    await world.until('cash-in-intro');
    expect(kindsOf(['otp.requested'])).toHaveLength(1);
  });

  it('several clients on one telephone are told apart by the birth date (T-2.4.2)', async () => {
    await world.chooseOperation('op-01');
    await world.identify(SAMPLE.sharedPhone);
    await world.until('disambiguate');
    await world.press('submitBirthDate', { birthDate: '31121999' });
    await world.when(() => world.model.screen === 'disambiguate' && world.data('disambiguate').problem === 'noMatch', 'the mismatch is said');
    await world.press('submitBirthDate', { birthDate: SAMPLE.sharedBirthDate });
    await world.until('otp');
    expect(kindsOf(['client.identified'])).toHaveLength(1);
  });

  it('counts a receipt as given by the screen only after ten seconds on a painted result (Q-07)', async () => {
    world.arm('silence', 'receipt.send', { times: 20 });
    await world.toCashIn();
    await world.insertCounted(1_000_000);
    await world.press('next');
    await world.until('result-success');
    await world.clock.advance(15_000);
    expect(world.dataOf('receipt.given')).toEqual([]);
    world.desk.shown(world.model.revision - 1);
    await world.clock.advance(11_000);
    expect(world.dataOf('receipt.given')).toEqual([]);
    world.desk.shown(world.model.revision);
    await world.clock.advance(5_000);
    await world.press('language', { language: 'ru' });
    await world.clock.advance(4_900);
    expect(world.dataOf('receipt.given')).toEqual([]);
    await world.clock.advance(200);
    expect(world.dataOf('receipt.given')).toEqual([{ receiptNumber: '0427-000001', by: 'screen' }]);
  });
});
