import { copyFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JournalEntry } from '../../../main/journal/journal.ts';
import { entry } from '../../../main/journal/journal.ts';
import { DeskWorld, IMPATIENT } from '../../support/virtual-desk.ts';

let world: DeskWorld;
beforeEach(async () => {
  world = new DeskWorld({ limits: IMPATIENT });
  await world.boot();
});
afterEach(() => world.stop());

const HOUR_MS = 3_600_000;
const atBank = (sql: string) => world.bank.database.prepare(sql).all() as Record<string, unknown>[];
/** Not `world.entries`: the file is replaced here. */
const sealsHeld = () => (world.journal.entries({ kinds: ['seal.held'], limit: 100 }) as readonly JournalEntry<'seal.held'>[]).map(({ data }) => data.upToEntryNumber);
const lastEntry = () => world.journal.entries({ newestFirst: true, limit: 1 })[0]!.entryNumber;
const serve = async () => {
  await world.toCashIn();
  await world.insertCounted(1_000_000);
  await world.press('next');
  await world.until('result-success');
  await world.press('next');
  await world.until('attract', 300_000);
  await world.settleQueue();
};
const nextSeal = async () => {
  const before = sealsHeld().length;
  await serve();
  await world.when(() => sealsHeld().length > before || world.journal.distrust() !== null, 'the bank has answered to a seal', 2 * HOUR_MS);
};

describe('a journal put back from an older copy of everything beside it', () => {
  /** As of now, the core in order. */
  const keep = async () => {
    await world.stopCore();
    copyFileSync(world.journalPath, `${world.journalPath}.kept`);
    world.restart();
    await world.until('attract', 300_000);
  };
  const putBack = async () => {
    await world.stopCore();
    copyFileSync(`${world.journalPath}.kept`, world.journalPath);
    world.restart();
    await world.until('attract', 300_000);
  };
  /** @returns up to where the bank holds a seal of what the journal has lost */
  const losesNewestSeal = async () => {
    await nextSeal();
    await keep();
    await nextSeal();
    const upToEntryNumber = sealsHeld().at(-1)!;
    await putBack();
    return upToEntryNumber;
  };
  const growPast = (entryNumber: number) => {
    while (lastEntry() <= entryNumber) world.journal.commit({ entries: [entry('door.closed', { door: 'safe' })] });
  };

  it('is found out by the bank’s seals although it has grown past them again', async () => {
    const upToEntryNumber = await losesNewestSeal();
    growPast(upToEntryNumber);
    await nextSeal();
    expect(world.journal.distrust()).toMatchObject({ code: 'JNL_CORRUPT', detail: expect.stringContaining(`another seal of entry ${upToEntryNumber}`) as string });
  });

  it('goes on in service where its loss is told, and the bank counts the lost seals no more, once', async () => {
    const lost = await losesNewestSeal();
    const entryCount = lastEntry();
    world.journal.commit({ entries: [entry('journal.restored', { entryCount, lastAtUtcMs: 0, knownLostCount: null, stoppedBecause: null })] });
    await nextSeal();
    expect(sealsHeld().at(-1)).toBeLessThanOrEqual(lastEntry());
    growPast(lost);
    await nextSeal();
    expect(world.journal.distrust()).toBeNull();
    expect(atBank('SELECT after_entry_number FROM journal_losses')).toEqual([{ after_entry_number: entryCount }]);
    expect(atBank('SELECT up_to_entry_number FROM journal_seals WHERE is_lost = 1')).toEqual([{ up_to_entry_number: lost }]);
  });

  it.each([4, null, 0])('goes on in service where it was restored again (lacking %s entries) before the bank had heard of a loss: what came of the first is told as well', async (knownLostCount) => {
    const lost = await losesNewestSeal();
    const entryCount = lastEntry();
    const restoredHere = (lacking: number | null) => world.journal.commit({ entries: [entry('journal.restored', { entryCount: lastEntry(), lastAtUtcMs: 0, knownLostCount: lacking, stoppedBecause: null })] });
    restoredHere(null);
    growPast(lost + 1);
    restoredHere(knownLostCount);
    await nextSeal();
    expect(world.journal.distrust()).toBeNull();
    expect(atBank('SELECT after_entry_number FROM journal_losses')).toEqual([{ after_entry_number: entryCount }]);
    // What it heard since stays held, also after the next loss.
    const heard = sealsHeld().at(-1)!;
    restoredHere(3);
    await nextSeal();
    expect([world.journal.distrust(), atBank(`SELECT is_lost FROM journal_seals WHERE up_to_entry_number = ${heard}`)]).toEqual([null, [{ is_lost: 0 }]]);
  });

  it.each([[true, null], [false, 'JNL_CORRUPT']])('goes on in service on its first course again, after a while on another, where it is told that it went another way: %s', async (isTold, code) => {
    await nextSeal();
    await keep();
    const forkedAfter = lastEntry();
    await nextSeal();
    await nextSeal();
    await world.stopCore();
    copyFileSync(world.journalPath, `${world.journalPath}.longer`);
    world.restart();
    await world.until('attract', 300_000);
    const longer = lastEntry();
    // From the older copy.
    await putBack();
    world.journal.commit({ entries: [entry('journal.restored', { entryCount: lastEntry(), lastAtUtcMs: 0, knownLostCount: 10, stoppedBecause: null })] });
    await nextSeal();
    expect(sealsHeld().at(-1)).toBeLessThan(longer);
    // And from the longer one after all.
    copyFileSync(`${world.journalPath}.longer`, `${world.journalPath}.kept`);
    await putBack();
    world.journal.commit({ entries: [entry('journal.restored', { entryCount: lastEntry(), lastAtUtcMs: 1, knownLostCount: 10, stoppedBecause: null, ...(isTold ? { forkedAfter } : {}) })] });
    await nextSeal();
    expect(world.journal.distrust()?.code ?? null).toBe(code);
  });
});

it('a seal that waits for a person holds back no newer one', async () => {
  const parked = () => world.journal.messages({ states: ['parked'], limit: 5 }).map(({ operation }) => operation);
  world.arm('rejected', 'journal.seal', { times: 1000 });
  await serve();
  await world.when(() => parked().length > 0, 'a seal waits for a person', 2 * HOUR_MS);
  world.bank.clearFaults();
  await world.when(() => sealsHeld().length > 0, 'the bank holds a newer one', 2 * HOUR_MS);
  expect(parked()).toEqual(['journal.seal']);
});
