import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { reconciliationOf } from '../../../main/core/day/day-reporter.ts';
import { dayTotals } from '../../../main/core/day/day-totals.ts';
import { settleSuspense } from '../../../main/core/service/settle-suspense.ts';
import type { StaffLevel } from '../../../state-machines/service/service.types.ts';
import { DeskWorld, IMPATIENT } from '../../support/virtual-desk.ts';

let world: DeskWorld;
beforeEach(async () => {
  world = new DeskWorld({ limits: IMPATIENT });
  await world.boot();
});
afterEach(() => world.stop());

const home = async () => {
  await world.press('next');
  await world.until(['attract', 'out-of-service'], 300_000);
};
const deposit = async (denominationMinor = 1_000_000) => {
  await world.toCashIn();
  await world.insertCounted(denominationMinor);
  await world.press('next');
  await world.until(['result-success', 'result-pending', 'result-refused']);
  await home();
};
const withdraw = async (amountMinor: number) => {
  await world.toWithdrawalConfirm(amountMinor);
  await world.press('next');
  await world.until('take-cash');
  world.hands('dispenser', { do: 'takeNotes' });
  await world.until(['result-success', 'result-partial'], 300_000);
  await home();
};

describe('a business day', () => {
  it('adds up three ways, per kind of operation and per cash unit', async () => {
    await deposit();
    await withdraw(2_500_000);
    await world.settleQueue();
    const totals = dayTotals(world.journal)!;
    expect(totals.day).toBe('2026-04-27');
    expect(totals.operations).toEqual([
      { operation: 'op-01', count: 1, deviceMinor: 1_000_000, journalMinor: 1_000_000, hostMinor: 1_000_000 },
      { operation: 'op-10', count: 1, deviceMinor: -2_500_000, journalMinor: -2_500_000, hostMinor: -2_500_000 },
    ]);
    expect(totals.units).toContainEqual({ unitId: 'acceptor.box', movedMinor: 1_000_000, countedMinor: 1_000_000, compared: null });
    for (const unit of totals.units) expect(unit.movedMinor, unit.unitId).toBe(unit.countedMinor);
    expect(totals.differences).toEqual([]);
  });

  it('explains each difference down to its operation', async () => {
    world.arm('refusal', 'cash.deposit', { refusal: 'RF-02' });
    await deposit();
    world.fault('dispenser', { fault: 'jam', at: 'ejt', index: 2 });
    await withdraw(2_500_000);
    await world.settleQueue();
    const totals = dayTotals(world.journal)!;
    const [refusedId] = world.dataOf('suspense.recorded').map((item) => item.suspenseId);
    expect(refusedId).toBeDefined();
    expect(totals.differences).toMatchObject([{ kind: 'refused', amountMinor: 1_000_000 }]);
    expect(totals.units).toContainEqual({ unitId: 'dispenser.transport', movedMinor: 500_000, countedMinor: 500_000, compared: null });
    expect(totals.isExplained).toBe(true);
  });

  it('waits with what the bank has not answered, and is settled when it has', async () => {
    await world.toCashIn();
    await world.insertCounted(1_000_000);
    world.arm('linkDown');
    await world.when(() => world.data('cash-in').stoppedBy === 'host', 'the loss is seen');
    await world.press('next');
    await world.until('result-pending');
    expect(dayTotals(world.journal)!.differences).toMatchObject([{ kind: 'waiting', amountMinor: 1_000_000 }]);
    world.arm('linkUp');
    await world.settleQueue();
    expect(dayTotals(world.journal)!.differences).toEqual([]);
  });

  it('begins when the host says so; what was agreed on before stays with its day, and a late word of yesterday changes nothing', async () => {
    await deposit();
    world.bank.businessDay.set('2026-04-28');
    await world.when(() => world.dataOf('businessDay.began').length === 2, 'the cut-over is heard', 300_000);
    await deposit(500_000);
    await world.settleQueue();
    const sums = (day: string) => dayTotals(world.journal, day)!.operations.map((total) => total.journalMinor);
    expect([sums('2026-04-27'), sums('2026-04-28')]).toEqual([[1_000_000], [500_000]]);
    world.bank.businessDay.set('2026-04-27');
    await world.clock.advance(120_000);
    expect(world.dataOf('businessDay.began')).toHaveLength(2);
    expect(dayTotals(world.journal, '2026-04-26')).toBeNull();
  });
});

it('is not in force for messages before it is in the journal', async () => {
  const { gateway, journal } = world.parts;
  world.bank.businessDay.set('2026-04-28');
  world.bank.pause();
  const asked = gateway.ask('link.heartbeat', { state: 'inService', queueDepth: 0, oldestAgeMs: 0 }, { operationId: null, sessionId: null, language: 'kk' });
  await world.clock.advance(0);
  world.isDiskFull = true;
  world.bank.resume();
  await world.clock.advance(100);
  expect(await asked).toMatchObject({ kind: 'answered' });
  world.isDiskFull = false;
  expect([gateway.businessDay, world.dataOf('businessDay.began').length]).toEqual(['2026-04-27', 1]);
  await world.clock.advance(5_000);
  expect([gateway.businessDay, journal.entries({ kinds: ['businessDay.began'], limit: 5 }).length]).toEqual(['2026-04-28', 2]);
});

it('is not entered where the bank names one of another year by mistake, so that the right ones can follow', async () => {
  world.bank.businessDay.set('2099-01-01');
  await world.clock.advance(180_000);
  world.bank.businessDay.set('2026-04-30');
  await world.when(() => world.dataOf('businessDay.began').length === 2, 'the next day is heard', 300_000);
  expect(world.dataOf('businessDay.began').map(({ day }) => day)).toEqual(['2026-04-27', '2026-04-30']);
});

describe('the totals of a day that is over', () => {
  const cutOver = async (day = '2026-04-28') => {
    world.bank.businessDay.set(day);
    await world.when(() => world.dataOf('businessDay.began').length === 2, 'the cut-over is heard', 300_000);
  };
  /** Of a deposit, whose report the bank is silent about that many times. */
  const cutOverBeforeAnswer = async (times: number) => {
    await world.toCashIn();
    await world.insertCounted(1_000_000);
    world.arm('silence', 'cash.deposit', { times });
    await world.press('next');
    await world.until('result-pending', 300_000);
    await cutOver();
  };
  const answered = () => world.when(() => world.dataOf('day.reconciled').length > 0, 'the bank has answered to the totals', 1_200_000);
  const atBank = (sql: string) => world.bank.database.prepare(sql).all() as Record<string, unknown>[];

  it('go to the bank once, which agrees and keeps them with the newest seal', async () => {
    await deposit();
    await withdraw(2_500_000);
    await cutOver();
    await answered();
    expect(world.dataOf('day.reconciled')).toMatchObject([{ day: '2026-04-27', result: 'agreed', bank: [] }]);
    expect(atBank('SELECT business_day, result FROM day_totals')).toEqual([{ business_day: '2026-04-27', result: 'agreed' }]);
    await world.clock.advance(3_600_000);
    expect(world.dataOf('day.totalsSent')).toHaveLength(1);
  });

  it('are answered with the bank’s own sums where it disagrees, for the technician to see', async () => {
    await deposit();
    world.arm('totalsDiffer');
    await cutOver();
    await answered();
    expect(world.dataOf('day.reconciled')).toMatchObject([{ result: 'different', bank: [{ operation: 'op-01', bookedMinor: 1_100_000 }] }]);
    expect(reconciliationOf(world.journal, '2026-04-27')).toMatchObject({ result: 'different' });
    expect(reconciliationOf(world.journal, '2026-04-28')).toBeNull();
  });

  it('wait for what is not answered yet, and no longer than the grace', async () => {
    await cutOverBeforeAnswer(40);
    await world.clock.advance(120_000);
    expect(world.dataOf('day.totalsSent')).toEqual([]);
    await world.when(() => world.dataOf('day.totalsSent').length === 1, 'the grace is over', 900_000);
    await answered();
    // Booked at the bank, the answer lost: the bank says so.
    expect(world.dataOf('day.reconciled')).toMatchObject([{ result: 'different', bank: [{ operation: 'op-01', bookedMinor: 1_000_000 }] }]);
  });

  it('wait for a person where the bank does not understand them, and are not told as refused', async () => {
    await deposit();
    world.arm('rejected', 'recon.totals', { times: 1000 });
    await cutOver();
    await world.when(() => world.journal.messages({ states: ['parked'], limit: 10 }).length === 1, 'the totals are parked', 1_800_000);
    expect(world.dataOf('day.reconciled')).toEqual([]);
  });

  it('go after the grace although the clock was set back', async () => {
    await cutOverBeforeAnswer(400);
    world.wallOffsetMs = -86_400_000;
    await world.clock.advance(20 * 60_000);
    expect(world.dataOf('day.totalsSent')).toHaveLength(1);
  });

  it('go after the grace although the clock was ahead when the terminal started, and stamps stand still', async () => {
    await world.stopCore();
    world.wallOffsetMs = 30 * 86_400_000;
    world.restart();
    await world.until('out-of-service', 60_000);
    world.wallOffsetMs = 0;
    await world.until('attract', 600_000);
    await cutOverBeforeAnswer(400);
    await world.clock.advance(20 * 60_000);
    expect(world.dataOf('day.totalsSent')).toHaveLength(1);
  });

  it('agree where recovery accepted the cash without a line and the day ended before the bank was back', async () => {
    await world.toCashIn();
    await world.insertCounted(1_000_000);
    world.die();
    world.arm('linkDown');
    world.restart();
    await world.when(() => world.isJournalOpen && world.dataOf('deposit.accepted').length === 1, 'the deposit is accepted', 300_000);
    world.bank.businessDay.set('2026-04-28');
    world.arm('linkUp');
    await answered();
    expect(world.dataOf('day.reconciled')).toMatchObject([{ day: '2026-04-27', result: 'agreed' }]);
    expect(world.dataOf('day.totalsSent')).toHaveLength(1);
  });

  it('count a retained sum as the bank does: a note in doubt is in neither', async () => {
    await world.toCashIn();
    await world.insertCounted(500_000);
    world.insert(1_000_000);
    await world.when(() => world.dataOf('intent.stack').length === 2, 'the note is ordered');
    world.hands('acceptor', { do: 'unplug' });
    await world.when(() => world.model.screen === 'cash-in' && world.data('cash-in').canFinish, 'it can be finished');
    await world.press('cancel');
    await world.until('cash-in-leave');
    await world.press('leaveWithoutCredit');
    await world.until('result-pending');
    await home();
    await world.settleQueue();
    await cutOver();
    await answered();
    expect(world.dataOf('day.reconciled')).toMatchObject([{ result: 'agreed' }]);
  });

  it('do not claim that the bank booked what left on top of its authorisation', async () => {
    world.fault('dispenser', { fault: 'extraNote', at: 'note', index: 0 });
    await withdraw(500_000);
    await world.settleQueue();
    const totals = dayTotals(world.journal)!;
    expect(totals.operations).toMatchObject([{ deviceMinor: -1_000_000, journalMinor: -1_000_000, hostMinor: -500_000 }]);
    expect(totals).toMatchObject({ isExplained: true, differences: [{ kind: 'overDispensed', amountMinor: -500_000 }] });
    await cutOver();
    await answered();
    expect(world.dataOf('day.reconciled')).toMatchObject([{ result: 'agreed' }]);
  });

  it('and seals are held by the bank, at intervals and never twice at one place with another hash', async () => {
    await deposit();
    await world.when(() => world.dataOf('seal.held').length > 0, 'the bank holds a seal', 900_000);
    const { upToEntryNumber } = world.dataOf('seal.held')[0]!;
    const [held] = atBank('SELECT journal_id, up_to_entry_number, hash FROM journal_seals');
    const sealed = world.journal.entries({ fromEntryNumber: upToEntryNumber, limit: 1 })[0]!;
    expect(held).toEqual({ journal_id: world.journal.journalId, up_to_entry_number: upToEntryNumber, hash: sealed.hash });
    world.arm('refusal', 'journal.seal', { refusal: 'RF-24' });
    await deposit();
    await world.clock.advance(2 * 3_600_000);
    expect(atBank('SELECT 1 FROM journal_seals').length).toBeGreaterThan(1);
    expect(world.journal.verify().ok).toBe(true);
  });

  it('of entries that the journal has not are the bank’s word that it is an older copy: nobody is served from it', async () => {
    await deposit();
    await world.when(() => world.dataOf('seal.held').length > 0, 'the bank holds a seal', 900_000);
    const { upToEntryNumber } = world.dataOf('seal.held')[0]!;
    world.bank.database.prepare('INSERT INTO journal_seals SELECT terminal_id, journal_id, up_to_entry_number + 5000, hash, key_id, signature, at_utc_ms, 0 FROM journal_seals WHERE up_to_entry_number = ?').run(upToEntryNumber);
    await deposit();
    await world.when(() => world.journal.distrust() !== null, 'the bank holds more', 2 * 3_600_000);
    expect(world.journal.distrust()).toMatchObject({ code: 'JNL_CORRUPT', detail: expect.stringContaining(`the bank holds a seal of entry ${upToEntryNumber + 5000}`) as string });
    // Nothing that it has not is let go of on the strength of that seal.
    expect(world.dataOf('seal.held').every((held) => held.upToEntryNumber <= upToEntryNumber)).toBe(true);
    await world.until('out-of-service', 300_000);
  });
});

describe('a suspense item', () => {
  const staff = (level: StaffLevel) => ({ login: 't-014', name: 'T.', level });
  const open = () => world.journal.suspense({ state: 'open' });

  beforeEach(async () => {
    world.arm('refusal', 'cash.deposit', { refusal: 'RF-02' });
    await deposit();
  });

  it('is ended once, by a person with the authority for it and with a reason; the act is in the chain and the books follow it', () => {
    const [item] = open();
    const settle = (level: StaffLevel, to: 'matched' | 'paid' | 'writtenOff', why = 'countAgrees') => settleSuspense(world.parts, { staff: staff(level), suspenseId: item!.suspenseId, to, why });
    expect(settle('viewer', 'matched')).toEqual({ ok: false, error: 'notAllowed' });
    expect(settle('technician', 'paid')).toEqual({ ok: false, error: 'notAllowed' });
    expect(settle('cashOfficer', 'writtenOff')).toEqual({ ok: false, error: 'notAllowed' });
    expect(settle('cashOfficer', 'paid', ' ')).toEqual({ ok: false, error: 'noReason' });
    expect(settle('cashOfficer', 'paid', 'claimPaid').ok).toBe(true);
    expect(settle('administrator', 'writtenOff')).toEqual({ ok: false, error: 'notOpen' });
    expect(open()).toEqual([]);
    expect(world.journal.suspense({ state: 'paid' })).toMatchObject([{ suspenseId: item!.suspenseId, amountMinor: 1_000_000 }]);
    expect(world.dataOf('suspense.settled')).toMatchObject([{ to: 'paid', by: 't-014', authority: 'cashOfficer', why: 'claimPaid', amountMinor: 1_000_000, reference: item!.reference }]);
    expect(world.dataOf('service.acted').at(-1)).toMatchObject({ login: 't-014', action: 'suspense.paid' });
  });
});
