import { describe, expect, it } from 'vitest';
import type { CashAcceptor, CashAcceptorEvent } from '../../../drivers/interfaces/cash-acceptor.ts';
import type { DeviceStatus } from '../../../drivers/interfaces/device.ts';
import { watchUnheardUnits } from '../../../main/core/cash/unheard-unit.ts';
import type { Journal } from '../../../main/journal/journal.ts';
import { entry } from '../../../main/journal/journal.ts';
import type { InsertedNote } from '../../../state-machines/cash-in/cash-in.types.ts';
import { memoryJournal } from '../journal/journal-fixture.ts';

const NOTHING = { acknowledge: () => {}, postpone: () => {} };

/** One life of the core before a unit whose words are the test's. */
function life(journal: Journal, more: Partial<CashAcceptor> = {}, deviceClass = 'cashAcceptor', written: (commit: () => boolean) => Promise<boolean> = async (commit) => commit()) {
  const doubts: string[] = [];
  const told = { isSeen: false };
  const listeners = { event: (_: CashAcceptorEvent) => {}, status: (_: DeviceStatus) => {} };
  const acceptor = { onEvent: (listener: typeof listeners.event) => (listeners.event = listener), onStatus: (listener: typeof listeners.status) => (listeners.status = listener), ...more } as unknown as CashAcceptor;
  watchUnheardUnits({
    acceptor, journal, isSeen: () => told.isSeen,
    doubt: (evidence, facts) => (doubts.push(evidence), written(() => journal.commit({ facts }).ok)),
  });
  const status = (state: string) => (serialNumber: string | null, protocol = 'ssp') => (listeners.status({ deviceClass, state, protocol, model: 'm', serialNumber } as DeviceStatus), Promise.resolve());
  return { doubts, told, ready: status('ready'), offline: status('offline'), say: (event: CashAcceptorEvent) => listeners.event(event), powersUp: (isUnheard = false) => listeners.event({ kind: 'poweredUp', position: 'none', isUnheard, postpone: () => {} }) };
}

describe('what is heard of a unit', () => {
  const moved = (kind: 'noteStacked' | 'noteReturned', note: InsertedNote | null): CashAcceptorEvent => ({ kind, note: note === null ? null : { ...note, currency: 'KZT' }, denominationMinor: 500_000, currency: 'KZT', ...NOTHING }) as CashAcceptorEvent;

  it.each<[string, CashAcceptorEvent, number]>([
    ['a note of before that went into the box', moved('noteStacked', null), 0],
    ['one that came back', moved('noteReturned', null), 0],
    ['one that it was ordered to move', moved('noteStacked', { noteId: 'a', denominationMinor: 500_000 }), 1],
    ['one that it was ordered to give back', moved('noteReturned', { noteId: 'a', denominationMinor: 500_000 }), 1],
  ])('%s is all that was in its path, or says nothing of it', async (_, event, doubtCount) => {
    const { doubts, ready, say } = life(memoryJournal());
    await ready('1');
    say(event);
    await ready('2');
    expect(doubts).toHaveLength(doubtCount);
  });

  it.each(['noteEntering', 'noteEscrowed'] as const)('is of a power-up that is over when a note comes (%s)', async (kind) => {
    const { doubts, ready, say, powersUp } = life(memoryJournal());
    await ready('1');
    powersUp();
    say({ kind } as CashAcceptorEvent);
    await ready('2');
    expect(doubts).toHaveLength(1);
  });

  it('stays known of one that does not say its number any more', async () => {
    const journal = memoryJournal();
    await life(journal).ready('1');
    await life(journal).ready(null);
    const { doubts, ready } = life(journal);
    await ready('2');
    expect(doubts).toHaveLength(1);
  });

  it('is doubted once, however often it is ready while that is written', async () => {
    const journal = memoryJournal();
    await life(journal).ready('1');
    let write = () => {};
    const slow = life(journal, {}, 'cashAcceptor', (commit) => new Promise((resolve) => (write = () => resolve(commit()))));
    await slow.ready('2');
    await slow.ready('2');
    expect(slow.doubts).toHaveLength(1);
    write();
    await Promise.resolve();
    await Promise.resolve();
    await slow.ready('2');
    expect(slow.doubts).toHaveLength(1);
  });
});

describe('a unit in the place of another', () => {
  it('that nobody heard from its power-up on may have a note in the box: once in doubt', async () => {
    const journal = memoryJournal();
    await life(journal).ready('1');
    const second = life(journal);
    second.powersUp(true);
    await second.ready('2');
    await second.ready('2');
    expect(second.doubts).toHaveLength(1);
    const third = life(journal);
    await third.ready('2');
    expect(third.doubts).toEqual([]);
  });

  it('that was heard is in no doubt, nor are the first one and one that does not say who it is', async () => {
    const journal = memoryJournal();
    const { doubts, ready, offline, powersUp } = life(journal);
    await ready('1');
    await offline('1');
    powersUp();
    await ready('2');
    await ready(null);
    await ready('2');
    expect(doubts).toEqual([]);
  });

  it.each([['without a word', false, 1], ['in good order', true, 0]] as const)('that came after a core that ended %s may have been powered before', async (_, isStopped, doubtCount) => {
    const journal = memoryJournal();
    const started = entry('terminal.started', { softwareVersion: '1', bootId: 'b', configSha256: '0' });
    // A life before those two ended the other way.
    journal.commit({ entries: [started, ...(isStopped ? [] : [entry('terminal.stopped', { reason: 'asked' })]), started] });
    await life(journal).ready('1');
    journal.commit({ entries: [...(isStopped ? [entry('terminal.stopped', { reason: 'asked' })] : []), started] });
    const { doubts, ready, powersUp, offline } = life(journal);
    powersUp();
    await ready('2');
    expect(doubts).toHaveLength(doubtCount);
    await offline('2');
    powersUp();
    await ready('3');
    expect(doubts, 'listened to from the second on').toHaveLength(doubtCount);
  });

  it('an older power-up is not that of the next one', async () => {
    const journal = memoryJournal();
    const { doubts, ready, offline, powersUp, say } = life(journal);
    powersUp();
    await ready('1');
    say({ kind: 'noteEntering' });
    await ready('2');
    await offline('2');
    powersUp();
    await offline('2');
    await ready('3');
    expect(doubts).toHaveLength(2);
  });

  it('one that tells of a note of before has told all that was in its path', async () => {
    const journal = memoryJournal();
    const { doubts, ready, offline, say } = life(journal);
    await ready('1');
    await offline('1');
    say({ kind: 'noteStacked', note: null, denominationMinor: 500_000, currency: 'KZT', ...NOTHING });
    await ready('2');
    expect(doubts).toEqual([]);
  });

  it('whose note behind the gate an earlier life of the core saw has its item of that', async () => {
    const journal = memoryJournal();
    await life(journal).ready('1');
    const { doubts, ready, told } = life(journal);
    told.isSeen = true;
    await ready('2');
    told.isSeen = false;
    await ready('2');
    expect(doubts).toEqual([]);
  });

  it('another protocol is another unit; recyclers and services count for themselves', async () => {
    const journal = memoryJournal();
    await life(journal).ready('1');
    for (const counting of [life(journal, {}, 'cashRecycler'), life(journal, { storage: {} } as Partial<CashAcceptor>)]) {
      await counting.ready('9');
      expect(counting.doubts).toEqual([]);
    }
    const ebds = life(journal);
    await ebds.ready(null, 'ebds');
    expect(ebds.doubts).toHaveLength(1);
  });
});
