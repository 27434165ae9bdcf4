import { afterEach, describe, expect, it } from 'vitest';
import type { ScreenModel } from '../../../main/contracts/screen-model.ts';
import type { JournalEntry } from '../../../main/journal/journal.ts';
import { expectMoneyHolds } from '../../support/money-equation.ts';
import { DeskWorld } from '../../support/virtual-desk.ts';

let world: DeskWorld;
afterEach(() => world.stop());

const killAndRestart = async () => {
  world.die();
  await world.clock.advance(2_000);
  world.restart();
};
/** Of a withdrawal: five notes are ordered, and nobody hears what becomes of them. */
const dieAtFirstCommand = async () => {
  await world.toWithdrawalConfirm(3_200_000);
  await world.press('next');
  await world.when(() => world.dataOf('intent.dispense').length === 1, 'notes are ordered');
  await world.clock.advance(200);
  await killAndRestart();
  await world.until('result-pending');
};
/** Account, name, telephone, receipt text: none of it is on the screen. */
const isImpersonal = (model: ScreenModel) => model.data as { readonly target: null; readonly targetTrilingual: null; readonly receipt: null; readonly electronic: null };

describe('after the core was restarted in the middle of an operation', () => {
  it('shows the result of the deposit for 60 s with its receipt number and reference, nothing personal, then the greeting', async () => {
    world = new DeskWorld();
    await world.boot();
    await world.toCashIn();
    await world.insertCounted(1_000_000);
    world.arm('lostRequest', 'cash.deposit');
    await killAndRestart();
    await world.until('result-pending');
    const shownAtMs = world.clock.monotonicMs();
    const { receiptNumber, reference, amountMinor } = world.data('result-pending');
    expect({ receiptNumber, amountMinor }).toEqual({ receiptNumber: '0427-000001', amountMinor: 980_000 });
    expect(world.journal.receipt(receiptNumber!)!.receipt.reference).toBe(reference);
    expect(isImpersonal(world.model)).toMatchObject({ target: null, targetTrilingual: null, receipt: null, electronic: null });
    expect(world.model.timeLimit).toMatchObject({ totalMs: 60_000 });
    const [closed] = world.journal.entries({ kinds: ['operation.closed'], limit: 1 });
    expect(world.dataOf('recovery.report').at(-1)).toMatchObject({ openOperations: 1, suspendedItems: 0, suspendedMinor: 0, openNoteOrders: 0, waitingMessages: 1, lines: [`${closed!.operationId}: pending 1000000`] });
    // What he had agreed to has done its work.
    expect(world.journal.fact(`operation.memo.${closed!.operationId}`)).toBe('');
    await world.until('attract', 70_000);
    expect(world.clock.monotonicMs() - shownAtMs).toBeGreaterThanOrEqual(60_000);
    await world.settleQueue();
    expectMoneyHolds(world);
    expect(world.dataOf('session.ended').at(-1)).toEqual({ reason: 'cutOff' });
  });

  it.each([
    ['', []],
    [', also where the disk cuts the first try off before the operation is closed', ['operation.closed']],
    [', also where it cuts it off before the report', ['recovery.report']],
  ])('reports the notes of whose end nobody had heard, in doubt or not%s', async (_, refused) => {
    world = new DeskWorld();
    await world.boot();
    await world.toCashIn();
    world.journal.onCommitted((entries) => {
      if (entries.some(({ kind }) => kind === 'intent.stack')) world.die();
    });
    world.insert(1_000_000);
    await world.clock.runUntil(() => world.isDead, 60_000);
    let refusals = 0;
    world.refusal = (entries) => (entries.some(({ kind }) => refused.includes(kind)) && ++refusals === 1 ? { code: 'JNL_UNWRITABLE', detail: 'once (test)' } : null);
    world.restart();
    await world.until('attract', 300_000);
    expect(refusals).toBeGreaterThanOrEqual(refused.length);
    const [closed] = world.journal.entries({ kinds: ['operation.closed'], limit: 1 });
    expect(world.dataOf('recovery.report').at(-1)!.lines).toContain(`${closed!.operationId}: ${(closed as JournalEntry<'operation.closed'>).data.outcome} ${(closed as JournalEntry<'operation.closed'>).data.movedMinor}`);
    const unknown = world.dataOf('outcome.stack').filter(({ result }) => result === 'unknown').length;
    expect(world.dataOf('recovery.report').at(-1)).toMatchObject({ openOperations: 1, openNoteOrders: 1, suspendedItems: unknown, suspendedMinor: unknown * 1_000_000 });
  });

  it('shows a withdrawal in doubt, leaves at a touch, and reports what the path of the dispenser showed', async () => {
    world = new DeskWorld();
    await world.boot();
    await dieAtFirstCommand();
    expect(world.data('result-pending')).toMatchObject({ why: 'cashUncertain', reference: world.journal.suspense({ state: 'open' })[0]!.reference });
    await world.press('next');
    await world.until('attract');
    expect(world.dataOf('operation.closed')).toMatchObject([{ outcome: 'pending', refusal: null }]);
    const report = world.dataOf('recovery.report').at(-1)!;
    expect(report).toMatchObject({ openOperations: 1, suspendedItems: 1, suspendedMinor: -2_500_000 });
    expect(report.lines.join()).toMatch(/path and exit are free|notes lie in the/);
    expect(world.journal.suspense({ state: 'open' })[0]!.evidence).toMatch(/after the restart/);
    await world.settleQueue();
    expectMoneyHolds(world);
  });

  it('doubts one note more than was ordered where the dispenser says that its counting failed [lcdm §4.3]', async () => {
    world = new DeskWorld();
    await world.boot();
    world.fault('dispenser', { fault: 'extraNote', index: 4 });
    await dieAtFirstCommand();
    expect(world.money().outMinor).toBe(3_000_000);
    expect(world.journal.suspense({ state: 'open' })).toMatchObject([{ reason: 'dispenseUncertain', amountMinor: -3_000_000, evidence: expect.stringContaining('nothing says that its counting held') }]);
    await world.settleQueue();
  });

  it('shows the result again that was on the screen when the core died', async () => {
    world = new DeskWorld();
    await world.boot();
    await world.toCashIn();
    await world.insertCounted(1_000_000);
    await world.press('next');
    await world.until('result-success');
    const { reference, receiptNumber, amountMinor } = world.data('result-success');
    await killAndRestart();
    await world.until('result-success');
    expect(world.data('result-success')).toMatchObject({ reference, receiptNumber, amountMinor });
    await world.until('attract');
  });

  it('shows nothing where nothing had moved, and reports at each start', async () => {
    world = new DeskWorld();
    await world.boot();
    await world.toIntro();
    await killAndRestart();
    await world.until('attract');
    expect(world.screens.filter((screen) => screen.startsWith('result-'))).toEqual([]);
    expect(world.dataOf('recovery.report')).toMatchObject([{ openOperations: 0, lines: [] }, { openOperations: 1, suspendedItems: 0 }]);
  });
});

describe('the first screens', () => {
  it('are held until each device and the bank have said a first word: attract never shows an operation missing', async () => {
    world = new DeskWorld();
    const seen: boolean[] = [];
    world.desk.onModel((model) => {
      if (model.screen === 'attract') seen.push(model.data.operations.every((tile) => tile.available));
    });
    await world.until('attract', 15_000);
    expect(world.screens).toEqual(['out-of-service', 'attract']);
    await world.clock.advance(5_000);
    expect(seen).not.toContain(false);
  });

  it.each(['acceptor', 'dispenser', 'printer'] as const)('open within the limit when the %s never answers', async (device) => {
    world = new DeskWorld();
    world.hands(device, { do: 'powerOff' });
    await world.until('attract', 11_000);
  });
});
