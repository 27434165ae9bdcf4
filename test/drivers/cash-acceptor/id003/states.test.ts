/** What states mean for a note, each sequence through the driver's own words. [id003 §6, §15] */
import { describe, expect, it } from 'vitest';
import { decodeState } from '../../../../drivers/id003-family/codec.ts';
import { lookOf } from '../../../../drivers/id003-family/states.ts';
import { NoteCycle } from '../../../../drivers/life/note-cycle.ts';

/** Feeds status bodies; `stack` stands for the order of the core. */
function run(...steps: readonly (readonly number[] | 'stack')[]): string[] {
  const cycle = new NoteCycle({ makeNoteId: () => 'note', restAfterStack: 'returned' });
  const told: string[] = [];
  for (const step of steps) {
    if (step === 'stack') cycle.order(step);
    else for (const report of lookOf(decodeState(Uint8Array.from(step))).reports) told.push(...cycle.take(report).map(({ fact }) => fact));
  }
  return told;
}

const [IDLING, ESCROW, STACKING, VEND_VALID, STACKED, RETURNING] = [[0x11], [0x13, 0x64], [0x14], [0x15], [0x16], [0x18]] as const;

describe('after an order to stack', () => {
  it('15 is the credit, however often 16 is seen', () => expect(run(ESCROW, 'stack', STACKING, STACKED, VEND_VALID, VEND_VALID, STACKED, IDLING)).toEqual(['noteEscrowed', 'noteStacked', 'repeated']));

  it('rest without 15 and without 16 means that it went back', () => {
    expect(run(ESCROW, 'stack', STACKING, IDLING)).toEqual(['noteEscrowed', 'noteReturned']);
    expect(run(ESCROW, 'stack', RETURNING, IDLING)).toEqual(['noteEscrowed', 'noteReturned']);
  });

  it('16 without 15 does not: it lies in the box, and its credit is lost (§15.7)', () => {
    expect(run(ESCROW, 'stack', STACKING, STACKED, IDLING)).toEqual(['noteEscrowed', 'noteLost']);
    expect(run(ESCROW, 'stack', STACKED, [0x12])).toEqual(['noteEscrowed', 'noteLost', 'noteEntering']);
  });
});
