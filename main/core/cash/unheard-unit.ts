import type { CashAcceptor } from '../../../drivers/interfaces/cash-acceptor.ts';
import type { Journal } from '../../journal/journal.ts';
import { isOtherUnit, type Identity } from '../replaced-device.ts';

/** The unit that was ready last, and was heard from its power-up on or is doubted. */
const HEARD = 'acceptor.heardUnit';

interface Parts {
  readonly acceptor: CashAcceptor;
  readonly journal: Journal;
  /** A power-up showed a note behind the gate, in whichever life of the core, and it is not explained yet. */
  readonly isSeen: () => boolean;
  /** Writes the item and `facts` in one transaction. @returns whether they are durable */
  readonly doubt: (evidence: string, facts: Readonly<Record<string, string>>) => Promise<boolean>;
}

/**
 * A unit says once where it found a note when it was powered, and may say so to a core that died of hearing it, or over the word for a box that is out. Where another unit is ready and
 * nobody heard its power-up, a note that was in its path may lie in the box, and no count, order or event tells of it: that is an item. Nor has anybody heard its first one where the last
 * core ended without a word, and a later one moves nothing any more. One whose service counts its box tells by its count; of a recycler its units are counted.
 */
export function watchUnheardUnits({ acceptor, journal, isSeen, doubt }: Parts): void {
  if (acceptor.storage !== undefined) return;
  let heard: 'nothing' | 'powerUp' | 'note' = 'nothing';
  /** The one of which the fact tells was ready in this life: whatever comes in its place is listened to from its first power-up on. */
  let isWatched = false;
  let isJudging = false;
  acceptor.onEvent((event) => {
    if (event.kind === 'poweredUp' && event.isUnheard !== true && heard === 'nothing') heard = 'powerUp';
    // It works: that power-up is over, and the next unit has its own.
    if (event.kind === 'noteEntering' || event.kind === 'noteEscrowed') heard = 'nothing';
    // Of no note of this start: the one that was in its path.
    if ((event.kind === 'noteStacked' || event.kind === 'noteReturned') && event.note === null) heard = 'note';
  });
  acceptor.onStatus(({ deviceClass, state, protocol, model, serialNumber }) => {
    if (state === 'offline') heard = 'nothing';
    if (state !== 'ready' || deviceClass === 'cashRecycler' || isJudging) return;
    const kept = journal.fact(HEARD) ?? '';
    const then = kept === '' ? null : (JSON.parse(kept) as Identity);
    const isOther = then !== null && isOtherUnit({ protocol, model, serialNumber }, then);
    const facts = { [HEARD]: JSON.stringify({ protocol, model: model ?? (isOther ? null : (then?.model ?? null)), serialNumber: serialNumber ?? (isOther ? null : (then?.serialNumber ?? null)) } satisfies Identity) };
    if (facts[HEARD] === kept) return void (isWatched = true);
    const hasToldAll = heard === 'note' || (heard === 'powerUp' && (isWatched || hasEndedInOrder(journal)));
    if (!isOther || hasToldAll || isSeen()) return void (isWatched ||= journal.commit({ facts }).ok);
    isJudging = true;
    void doubt(`${serialNumber ?? protocol} stands in another unit's place, and nobody heard whether it had a note in its path when it was powered`, facts).then((isDurable) => {
      isJudging = false;
      isWatched ||= isDurable;
    });
  });
}

/** Of the life before this one: whoever exchanged a device after it did so with the terminal off. */
function hasEndedInOrder(journal: Parts['journal']): boolean {
  const [, before] = journal.entries({ kinds: ['terminal.started', 'terminal.stopped'], newestFirst: true, limit: 2 });
  return before?.kind !== 'terminal.started';
}
