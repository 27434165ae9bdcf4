/** Goal: money moves whatever the bank calls its quotes, codes and answers. Method: whole operations in virtual time with a bank each of whose references looks like a card's number, check digit and all. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { expectMoneyHolds } from '../../support/money-equation.ts';
import { DeskWorld } from '../../support/virtual-desk.ts';

const CARD_LIKE = /\d{16}/;

describe('references that look like numbers of cards', () => {
  let world: DeskWorld;
  beforeEach(async () => {
    world = new DeskWorld({ hasCardLikeReferences: true });
    await world.boot();
  });
  afterEach(() => world.stop());

  const leave = async () => {
    await world.press('next');
    await world.until('attract');
    await world.settleQueue();
    expectMoneyHolds(world);
    expect(world.dataOf('quote.received').map(({ quoteId }) => quoteId)).toEqual([expect.stringMatching(CARD_LIKE)]);
    expect(JSON.stringify(world.dataOf('otp.verified'))).toMatch(CARD_LIKE);
  };

  it('OP-01', async () => {
    await world.toCashIn();
    await world.insertCounted(1_000_000);
    await world.press('next');
    await world.until('result-success');
    await leave();
    expect(world.dataOf('receipt.statusChanged').map(({ hostRef }) => hostRef)).toEqual([expect.stringMatching(CARD_LIKE)]);
  });

  it('OP-10', async () => {
    await world.toWithdrawalConfirm(1_000_000);
    await world.press('next');
    await world.until('take-cash');
    world.hands('dispenser', { do: 'takeNotes' });
    await world.until('result-success');
    await leave();
  });
});
