/**
 * Goal: each cell of the table "what to send after a withdrawal" (host-messages §5.2) ends as it says, also when the report itself meets a bad line.
 * Method: the bank answers the authorisation in every way, the dispenser ends in every way, the report is hindered in every way; then journal, bank
 * and notes must agree, the hold is used or released, and the bank has booked once.
 */
import { describe, expect, it } from 'vitest';
import type { ScreenId } from '../../../main/contracts/screen-model.ts';
import { completeWithdrawal } from '../../../main/core/cash/withdrawal-completion.ts';
import type { BankFault } from '../../../simulators/bank-host/faults.ts';
import { expectMoneyHolds } from '../../support/money-equation.ts';
import { DeskWorld, IMPATIENT } from '../../support/virtual-desk.ts';

const RESULTS: readonly ScreenId[] = ['result-success', 'result-pending', 'result-refused', 'result-partial'];
const AMOUNT_MINOR = 2_500_000;
const NOTE_MINOR = 500_000;
const ACCOUNT = 'client:KZ60999KZT0000000001';

/** How the dispenser ends, and what follows from it. */
const DEVICE = {
  notDispensed: { fault: { fault: 'pickError', at: 'note', index: 0 }, outcome: 'none', cause: 'MALF', presented: 0, uncertain: 0, screen: 'result-refused', hold: 'released' },
  // The other cassette fails as well: what is owed cannot be made from it.
  partial: { fault: { fault: 'pickError', at: 'note', index: 3, opcode: 0x45 }, second: { fault: 'pickError', at: 'note', index: 0, opcode: 0x55 }, outcome: 'partial', cause: 'FILL', presented: 3, uncertain: 0, screen: 'result-partial', hold: 'posted' },
  full: { fault: null, outcome: 'full', cause: 'none', presented: 5, uncertain: 0, screen: 'result-success', hold: 'posted' },
  uncertain: { fault: { fault: 'powerCut', at: 'note', index: 2 }, outcome: 'doubtful', cause: 'MALF', presented: null, uncertain: null, screen: 'result-pending', hold: 'posted' },
} as const;
type DeviceEnd = keyof typeof DEVICE;

/** How the answer to the authorisation comes. `approved`: notes move. `reversed`: none does, and a reversal is durable before the screen says no. */
const ANSWERS: readonly (readonly [BankFault | 'inTime', 'approved' | 'reversed' | 'nothingSent'])[] = [
  ['inTime', 'approved'], ['slow', 'approved'], ['duplicateAnswer', 'approved'],
  ['lateAnswer', 'reversed'], ['silence', 'reversed'], ['lostRequest', 'reversed'], ['cutAfter', 'reversed'], ['cutBefore', 'reversed'], ['http500', 'reversed'], ['inProcess', 'reversed'],
  ['wrongSignature', 'reversed'], ['unsigned', 'reversed'], ['malformed', 'reversed'], ['otherTerminal', 'reversed'], ['replayOld', 'reversed'],
  ['refusal', 'nothingSent'],
];
const REPORT_FAULTS: readonly BankFault[] = ['lostRequest', 'silence', 'cutAfter', 'lateAnswer', 'duplicateAnswer', 'replayOld', 'wrongSignature', 'malformed', 'otherTerminal', 'inProcess', 'busy'];
/** Of every end of the dispenser; the rest of the line's sins are tried on one. */
const REPORT_FAULTS_OF_ALL: readonly BankFault[] = ['silence', 'duplicateAnswer'];

async function withdraw(options: { readonly answer: BankFault | 'inTime'; readonly device: DeviceEnd; readonly report?: BankFault }): Promise<DeskWorld> {
  const world = new DeskWorld({ limits: IMPATIENT });
  await world.boot();
  await world.toWithdrawalConfirm(AMOUNT_MINOR);
  if (options.answer !== 'inTime') world.arm(options.answer, 'cash.withdraw', { refusal: 'RF-02' });
  if (options.report !== undefined) world.arm(options.report, 'cash.withdraw.complete');
  const { fault } = DEVICE[options.device];
  if (fault !== null) world.fault('dispenser', { ...fault });
  if (options.device === 'partial') world.fault('dispenser', { ...DEVICE.partial.second });
  await world.press('next');
  await world.until(['take-cash', ...RESULTS], 300_000);
  if (world.model.screen === 'take-cash') {
    world.hands('dispenser', { do: 'takeNotes' });
    await world.until(RESULTS, 300_000);
  }
  return world;
}

async function settle(world: DeskWorld): Promise<void> {
  await world.press('next');
  await world.until(['attract', 'out-of-service'], 300_000);
  await world.settleQueue(1_800_000);
  // A late or doubled answer has its time, too.
  await world.clock.advance(world.journal.messages({ limit: 100 }).some((message) => message.attemptCount > 1) ? 60_000 : 5_000);
  expectMoneyHolds(world);
  expect(world.journal.openOperationIds()).toEqual([]);
}

const holds = (world: DeskWorld) => world.bank.database.prepare('SELECT state FROM holds').pluck().all();
const bookings = (world: DeskWorld) => world.bank.ledger.postings().filter((posting) => posting.account === ACCOUNT && posting.amountMinor < 0).length;

function expectCell(world: DeskWorld, device: DeviceEnd): void {
  const cell = DEVICE[device];
  const [completed] = world.dataOf('withdrawal.completed');
  expect(world.dataOf('withdrawal.completed')).toMatchObject([{ outcome: cell.outcome, cause: cell.cause }]);
  if (cell.presented !== null) expect(completed).toMatchObject({ presentedMinor: cell.presented * NOTE_MINOR, uncertainMinor: 0 });
  else expect(completed!.uncertainMinor).toBeGreaterThan(0);
  expect(holds(world)).toEqual([cell.hold]);
  expect(bookings(world)).toBe(cell.outcome === 'none' ? 0 : 1);
  expect(world.dataOf('message.staged').filter((staged) => staged.operation === 'cash.withdraw.complete')).toHaveLength(1);
}

describe.each(Object.keys(DEVICE) as DeviceEnd[])('the dispenser ends %s', (device) => {
  // Where no note is ordered the dispenser makes no difference: one row stands for all.
  it.each(ANSWERS.filter(([, follows]) => device === 'full' || follows === 'approved'))('and the authorisation is answered %s: %s', async (answer, follows) => {
    const world = await withdraw({ answer, device });
    if (follows === 'approved') {
      expect(world.model.screen).toBe(DEVICE[device].screen);
      await settle(world);
      expectCell(world, device);
    } else {
      expect(world.data('result-refused')).toMatchObject({ refusal: follows === 'reversed' ? 'RF-34' : 'RF-02', keptMinor: 0, amountMinor: 0, mayBeHeld: follows === 'reversed' });
      await settle(world);
      expect(world.dataOf('intent.dispense')).toEqual([]);
      expect(holds(world).filter((state) => state !== 'released')).toEqual([]);
      expect(bookings(world)).toBe(0);
      const reversals = world.journal.messages({ limit: 100 }).filter((message) => message.operation === 'cash.withdraw.complete');
      expect(reversals.map((message) => message.state)).toEqual(follows === 'reversed' ? ['executed'] : []);
      // What was never believably answered ends through its reversal, not before it.
      expect(world.journal.messages({ limit: 100 }).find((message) => message.operation === 'cash.withdraw')!.state).toBe('refused');
    }
    await world.stop();
  });

  it.each(device === 'full' ? REPORT_FAULTS : REPORT_FAULTS_OF_ALL)('and its report meets %s: booked once', async (report) => {
    const world = await withdraw({ answer: 'inTime', device, report });
    await settle(world);
    expectCell(world, device);
    await world.stop();
  });

  it('and the line is down when it ends: the report waits, and is booked once', async () => {
    const world = new DeskWorld({ limits: IMPATIENT });
    await world.boot();
    await world.toWithdrawalConfirm(AMOUNT_MINOR);
    const { fault } = DEVICE[device];
    if (fault !== null) world.fault('dispenser', { ...fault });
    if (device === 'partial') world.fault('dispenser', { ...DEVICE.partial.second });
    await world.press('next');
    await world.when(() => world.dataOf('authorisation.received').length === 1, 'it is approved');
    world.arm('linkDown');
    await world.until(['take-cash', ...RESULTS], 300_000);
    if (world.model.screen === 'take-cash') world.hands('dispenser', { do: 'takeNotes' });
    await world.until(RESULTS, 300_000);
    expect(world.pendingMessages()).toBeGreaterThan(0);
    world.arm('linkUp');
    await settle(world);
    expectCell(world, device);
    await world.stop();
  });
});

it('a part of the sum never costs a larger fee than was agreed for all of it', async () => {
  const world = new DeskWorld({ limits: IMPATIENT });
  await world.boot();
  const completed = completeWithdrawal(world.parts, {
    operationId: 'operation', identity: { kind: 'client', clientId: 'c-1001', maskedName: 'A. B.', by: 'phone', phone: null }, requestedMinor: AMOUNT_MINOR,
    account: { accountRef: 'KZ60999KZT0000000001', kind: 'current', masked: '•• 0012', currency: 'KZT', canDeposit: true, canWithdraw: true },
    // The bank quoted less than its rule gives.
    quotedFeeMinor: 1_000, feeRule: { fixedMinor: 0, basisPoints: 100, minMinor: 20_000, maxMinor: null, payer: 'onTop' }, execution: 'atOnce',
    authorisationMessageId: 'asked', presented: [{ denominationMinor: NOTE_MINOR, noteCount: 3 }], presentedMinor: 3 * NOTE_MINOR, uncertainMinor: 0, cause: 'FILL', scope: { operationId: 'operation', sessionId: null, language: 'kk' },
  });
  expect(completed).toMatchObject({ outcome: 'partial', feeMinor: 1_000 });
  await world.stop();
});

it('a withdrawal that is mixed anew in the middle is still shown as the one that was agreed to', async () => {
  const world = new DeskWorld({ limits: IMPATIENT });
  await world.boot();
  await world.toWithdrawalConfirm(2_000_000);
  world.fault('dispenser', { fault: 'pickError', at: 'note', index: 2, opcode: 0x45 });
  const figures = new Set<number | null>();
  world.desk.onModel((model) => {
    if (model.screen === 'processing' && model.data.doing === 'preparingCash') figures.add(model.data.amountMinor);
  });
  await world.press('next');
  await world.until('take-cash', 300_000);
  expect(world.dataOf('outcome.dispense').length).toBeGreaterThan(1);
  expect([world.data('take-cash').amountMinor, [...figures]]).toEqual([2_000_000, [2_000_000]]);
  await world.stop();
});
