/**
 * Goal: what became of a note that was ordered in when the core died is what the acceptor says once it is up, however late that is. Method: the whole terminal in virtual time, the core dead at a step of one note, the
 * acceptor's cable out meanwhile.
 */
import { expect, it } from 'vitest';
import { checkBooks } from '../../../simulators/world/checkers/books.ts';
import { checkCash } from '../../../simulators/world/checkers/cash.ts';
import { readJournalMoney } from '../../../simulators/world/checkers/journal-money.ts';
import type { WorldAcceptorProtocol } from '../../../simulators/terminal/sample-config.ts';
import { DeskWorld, IMPATIENT } from '../../support/virtual-desk.ts';

const FIVE = 500_000;
const ACCEPTORS: readonly WorldAcceptorProtocol[] = ['ccnet', 'id003'];

it.each(ACCEPTORS.flatMap((acceptor) => [0, 9_000].flatMap((awayMs) => [['outcome.stack', 'stacked', FIVE], ['intent.stack', 'returned', 0]].map(([step, result, heldMinor]) => ({ acceptor, awayMs, step, result, heldMinor })))))(
  '$acceptor away for $awayMs ms after the core died at $step: the note is $result', async ({ acceptor, awayMs, step, result, heldMinor }) => {
    const world = new DeskWorld({ limits: IMPATIENT, acceptor });
    await world.boot();
    await world.toCashIn();
    // Stacked, and nobody wrote it; or ordered, and the device was not told.
    world.refusal = (entries) => {
      if (entries.some(({ kind }) => kind === step)) queueMicrotask(() => world.die());
      return step === 'outcome.stack' && entries.some(({ kind }) => kind === step) ? { code: 'JNL_UNWRITABLE', detail: 'dies (test)' } : null;
    };
    world.insert(FIVE);
    await world.clock.runUntil(() => world.isDead, 60_000);
    world.refusal = () => null;
    if (awayMs > 0) world.hands('acceptor', { do: 'unplug' });
    world.restart();
    await world.clock.advance(awayMs);
    if (awayMs > 0) world.hands('acceptor', { do: 'plug' });
    await world.when(() => world.isJournalOpen && world.journal.openOperationIds().length === 0, 'the operation is settled', 300_000);
    expect(world.dataOf('outcome.stack')).toMatchObject([{ result }]);
    expect(world.journal.cashUnits().reduce((sum, unit) => sum + (unit.unitId === 'acceptor.box' ? unit.noteCount * unit.denominationMinor : 0), 0)).toBe(heldMinor);
    const money = readJournalMoney(world.journal);
    expect([...checkCash(world.surroundings, money, world.journal.cashUnits()), ...checkBooks(world.journal, money)]).toEqual([]);
    await world.stop();
  });
