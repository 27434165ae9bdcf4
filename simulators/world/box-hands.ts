import type { OperationCode } from '../../main/contracts/operations.ts';
import type { EntryKind } from '../../main/journal/entry-kinds.ts';
import type { Chance } from './chance.ts';
import type { FaultLevel, FaultTargets, PlannedFault } from './random-faults.ts';

const PERCENT = 8;
/** Behind a service the box is not known again before an exchange; where notes are credited at the gate, one that is under way goes into the next box. */
const ACCEPTORS: readonly string[] = ['ccnet', 'id003', 'ebds'];
/** After all others. */
const INDEX = 13;
/** In which a note is brought into the box. */
const STROKE_MS = 900;
const AFTER_MS_MAX = 4_000;
const STEPS: readonly (readonly [EntryKind, number])[] = [['intent.stack', 6], ['outcome.stack', 3], ['intent.return', 2], ['note.located', 2], ['deposit.accepted', 1], ['session.started', 1]];

/** Somebody takes the cash box out in the middle of a visit and puts another one in, and tells nobody: with the power on or off, and half of the time the core dies of it or is dead meanwhile. */
export function drawBoxHands(level: FaultLevel, { surroundings, dieNow }: FaultTargets, operation: OperationCode, session: number, chance: Chance): readonly PlannedFault[] {
  const { acceptor, spareHands } = surroundings;
  if (level !== 'all' || operation === 'op-10' || !exchangesBoxUnseen(acceptor.protocol) || !chance.isOnce(PERCENT)) return [];
  const afterMs = chance.weighted([[1, 2], [chance.between(1, STROKE_MS), 5], [chance.between(STROKE_MS, AFTER_MS_MAX), 3]]);
  const outMs = chance.weighted([[chance.between(100, 3_000), 4], [chance.between(3_000, 30_000), 4], [chance.between(30_000, 200_000), 2]]);
  const isPowerOff = chance.isOnce(50);
  const death = chance.weighted<'none' | 'out' | 'meanwhile' | 'in'>([['none', 5], ['out', 2], ['meanwhile', 2], ['in', 1]]);
  const hand = (what: string) => acceptor.control({ do: what });
  const begin = () => spareHands.plan(afterMs, () => {
    if (isPowerOff) hand('powerOff');
    hand('removeBox');
    if (death === 'out') dieNow();
    if (death === 'meanwhile') spareHands.plan(outMs / 2, dieNow);
    spareHands.plan(outMs, () => {
      hand('insertBox');
      if (isPowerOff) hand('powerOn');
      if (death === 'in') dieNow();
    });
  });
  const step = chance.weighted(STEPS);
  const name = `box of the acceptor is exchanged within ${outMs} ms${isPowerOff ? ' without power' : ''}${death === 'none' ? '' : `, the core dies (${death})`}, ${afterMs} ms after ${step}`;
  return [{ name, id: `${session}.${INDEX}`, at: { step: 0 }, strike: () => spareHands.planAt(step, begin) }];
}

export function exchangesBoxUnseen(protocol: string): boolean {
  return ACCEPTORS.includes(protocol);
}
