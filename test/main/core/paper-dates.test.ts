/**
 * Goal: receipts and consents bear the time that it is, also where somebody sets the terminal's clock in the middle of a visit or it comes up years back.
 * Method: whole visits in virtual time; the wall clock jumps between two touches, or between two lives of the core.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { receiptRecordSchema } from '../../../main/receipt/receipt-record.ts';
import { DeskWorld, IMPATIENT } from '../../support/virtual-desk.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const TOLERANCE_MS = 60_000;
let world: DeskWorld;
beforeEach(async () => {
  world = new DeskWorld({ limits: IMPATIENT });
  await world.boot();
});
afterEach(() => world.stop());

function expectRightDate(): void {
  const [issued] = world.dataOf('receipt.issued');
  const record = receiptRecordSchema.parse(JSON.parse(world.journal.receipt(issued!.receiptNumber)!.receipt.recordJson));
  expect(Math.abs(record.acceptedAtUtcMs - world.clock.nowUtcMs())).toBeLessThan(TOLERANCE_MS);
}

describe.each([1, -1])('a clock that is set by %i day while a customer is there', (days) => {
  it('dates the receipt of a deposit no other way, and the bank takes the deposit', async () => {
    await world.toCashIn();
    await world.insertCounted(1_000_000);
    world.wallOffsetMs = days * DAY_MS;
    await world.press('next');
    await world.until('result-success');
    expectRightDate();
  });

  it('does not turn a withdrawal away that was agreed to in time', async () => {
    await world.toWithdrawalConfirm(1_000_000);
    world.wallOffsetMs = days * DAY_MS;
    await world.press('next');
    await world.until(['take-cash', 'result-refused']);
    expect(world.model.screen).toBe('take-cash');
    world.hands('dispenser', { do: 'takeNotes' });
    await world.until('result-success');
    expectRightDate();
  });
});

it('a clock that comes up ten years back dates no receipt that recovery issues', async () => {
  await world.toCashIn();
  await world.insertCounted(1_000_000);
  world.die();
  world.wallOffsetMs = -3_650 * DAY_MS;
  world.restart();
  await world.when(() => world.isJournalOpen && world.dataOf('receipt.issued').length === 1, 'recovered', 300_000);
  expectRightDate();
});

it('a clock that was five hours ahead at a start, and is set right, dates no receipt of the five hours after; its entries go on behind those of before', async () => {
  world.die();
  world.wallOffsetMs = 5 * HOUR_MS;
  world.restart();
  await world.when(() => world.model.screen === 'out-of-service' && world.data('out-of-service').reason === 'clock', 'the bank says another time', 300_000);
  world.wallOffsetMs = 0;
  await world.until('attract', 300_000);
  await world.toCashIn();
  await world.insertCounted(1_000_000);
  await world.press('next');
  await world.until('result-success');
  expectRightDate();
  expect(Math.abs(world.data('result-success').atUtcMs - world.clock.nowUtcMs())).toBeLessThan(TOLERANCE_MS);
  expect(world.journal.verify().ok).toBe(true);
});
