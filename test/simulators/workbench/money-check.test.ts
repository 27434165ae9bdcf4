import { describe, expect, it } from 'vitest';
import type { MoneyTotals } from '../../../simulators/workbench/money-check.ts';
import { BROKEN_AFTER_MS, checkMoney, moneyTotals, totalsSince, WAITING_AFTER_MS } from '../../../simulators/workbench/money-check.ts';

const NOTHING: MoneyTotals = { insideMinor: 0, returnedMinor: 0, handedMinor: 0, inPathMinor: 0, removedNoteCount: 0, bookedInMinor: 0, suspenseInMinor: 0, bookedOutMinor: 0, suspenseOutMinor: 0, trialBalanceMinor: 0 };
const stateOf = (totals: Partial<MoneyTotals>, openForMs = 0, isLinkDown = false) => checkMoney({ ...NOTHING, ...totals }, openForMs, isLinkDown).state;

describe('money check', () => {
  it('holds to the note, suspense included', () => {
    expect(stateOf({})).toBe('holds');
    expect(stateOf({ insideMinor: 1_500_000, bookedInMinor: 1_000_000, suspenseInMinor: 500_000 })).toBe('holds');
    expect(stateOf({ handedMinor: 700_000, bookedOutMinor: 700_000 })).toBe('holds');
    // A doubtful note: in suspense whether it left or not.
    expect(stateOf({ handedMinor: 700_000, bookedOutMinor: 500_000, suspenseOutMinor: 200_000 })).toBe('holds');
    expect(stateOf({ handedMinor: 500_000, bookedOutMinor: 500_000, suspenseOutMinor: 200_000 })).toBe('holds');
  });

  it('is red at once when the host has booked what did not move', () => {
    expect(stateOf({ insideMinor: 500_000, bookedInMinor: 500_001 })).toBe('broken');
    expect(stateOf({ handedMinor: 500_000, bookedOutMinor: 700_000 })).toBe('broken');
    expect(stateOf({ trialBalanceMinor: 1 })).toBe('broken');
  });

  it('is open while an operation goes on, waits when that lasts, and is red when nobody books', () => {
    const open = { insideMinor: 500_000 };
    expect(stateOf(open)).toBe('open');
    expect(stateOf(open, WAITING_AFTER_MS - 1)).toBe('open');
    expect(stateOf(open, WAITING_AFTER_MS)).toBe('waiting');
    expect(stateOf(open, BROKEN_AFTER_MS)).toBe('broken');
    expect(stateOf(open, BROKEN_AFTER_MS, true)).toBe('waiting');
    expect(checkMoney({ ...NOTHING, handedMinor: 900_000, bookedOutMinor: 200_000 }, 0, false)).toMatchObject({ state: 'open', openOutMinor: 700_000 });
  });

  it('reads notes by where they are: in the hand and in the mouth is not inside', () => {
    const places = { customer: { sumMinor: 1 }, mouth: { sumMinor: 2 }, head: { sumMinor: 10 }, escrow: { sumMinor: 20 }, transport: { sumMinor: 40 }, box: { sumMinor: 80 }, collected: { sumMinor: 160 }, technician: { sumMinor: 320 } };
    const dispenser = { exitMinor: 3, takenMinor: 4, path: [{ denominationMinor: 5 }], removedCount: 1 };
    const bank = { terminals: { '0427': { cashInMinor: 7, cashOutMinor: 8, suspenseInMinor: 9, suspenseOutMinor: 10 } }, trialBalanceMinor: 0 };
    const totals = moneyTotals({ acceptor: { places }, dispenser, bank });
    expect(totals).toEqual({ insideMinor: 630, returnedMinor: 3, handedMinor: 7, inPathMinor: 5, removedNoteCount: 1, bookedInMinor: 7, suspenseInMinor: 9, bookedOutMinor: 8, suspenseOutMinor: 10, trialBalanceMinor: 0 });
    expect(moneyTotals({ acceptor: { places }, dispenser, bank: undefined })).toBeNull();
    // Coins in the box and in the customer's reach are money like notes.
    const coins = [{ denominationMinor: 500, place: 'box' }, { denominationMinor: 700, place: 'tray' }];
    expect(moneyTotals({ acceptor: { places }, dispenser, bank, coinAcceptor: { coins }, hopper: { denominationMinor: 100, trayCount: 2, takenCount: 1 } })).toEqual({ ...totals, insideMinor: totals!.insideMinor + 500, returnedMinor: totals!.returnedMinor + 700, handedMinor: totals!.handedMinor + 300 });
    // A recycler: what it handed out had come in before, and is nobody's returned note.
    const recycler = { paidOutMinor: 6_000, places: { ...places, store: { sumMinor: 1_000 }, bezel: { sumMinor: 2_000 }, customer: { sumMinor: 4_001 } } };
    expect(moneyTotals({ acceptor: recycler, dispenser, bank })).toMatchObject({ insideMinor: 7_630, returnedMinor: 3, handedMinor: 6_007 });
    expect(totalsSince(totals!, { ...totals!, insideMinor: 631, trialBalanceMinor: 5 })).toEqual({ ...NOTHING, insideMinor: 1, trialBalanceMinor: 5 });
  });
});
