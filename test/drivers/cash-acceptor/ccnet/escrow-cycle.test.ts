import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PollState } from '../../../../drivers/ccnet-family/codec.ts';
import { PLAIN_STATE_CODES, decodePollState } from '../../../../drivers/ccnet-family/codec.ts';
import { EscrowCycle } from '../../../../drivers/ccnet-family/escrow-cycle.ts';

/** Feeds POLL bodies; `stack` and `return` stand for the order of the core. */
function run(...steps: readonly (readonly number[] | 'stack' | 'return')[]): string[] {
  let number = 0;
  const cycle = new EscrowCycle(() => `note-${++number}`);
  const told: string[] = [];
  for (const step of steps) {
    if (typeof step === 'string') cycle.order(step);
    else for (const fact of cycle.take(decodePollState(Uint8Array.from(step)))) told.push('noteId' in fact ? `${fact.fact} ${fact.noteId}` : fact.fact);
  }
  return told;
}

const [IDLING, DISABLED, ACCEPTING, STACKING, RETURNING, INITIALIZE, POWER_UP, IN_HEAD, IN_STACKER, BOX_OUT] = [[0x14], [0x19], [0x15], [0x17], [0x18], [0x13], [0x10], [0x11], [0x12], [0x42]] as const;
const escrow = (type: number) => [0x80, type];
const stacked = (type: number) => [0x81, type];
const returned = (type: number) => [0x82, type];

describe('escrow cycle', () => {
  it('one note: entering, escrowed, stacked, however often each state is repeated', () => {
    expect(run(IDLING, ACCEPTING, ACCEPTING, escrow(4), escrow(4), 'stack', STACKING, STACKING, stacked(4), IDLING)).toEqual(['noteEntering', 'noteEscrowed note-1', 'noteStacked note-1']);
  });

  it('81 again is a repeat until a new note begins, also after the 14 that followed it (§15.1)', () => {
    expect(run(escrow(4), 'stack', stacked(4), stacked(4), IDLING, stacked(4))).toEqual(['noteEscrowed note-1', 'noteStacked note-1', 'repeated', 'repeated']);
  });

  it('a unit that began anew while nobody listened says so with its first word, whatever faults stand before it (§10, §14)', () => {
    expect(run(DISABLED, DISABLED)).toEqual(['poweredUp']);
    expect(run(INITIALIZE, DISABLED)).toEqual(['poweredUp']);
    expect(run(BOX_OUT, INITIALIZE, DISABLED)).toEqual(['boxRemoved', 'boxInserted', 'poweredUp']);
    expect(run([0x43], [0x45], DISABLED)).toEqual(['cheatSuspected', 'poweredUp']);
  });

  it('one that was enabled or has a note to tell of did not; what it does later is no first word', () => {
    expect(run(IDLING, INITIALIZE, DISABLED)).toEqual([]);
    expect(run(STACKING, INITIALIZE, DISABLED)).toEqual([]);
    expect(run(stacked(4), DISABLED)).toEqual(['noteStacked null']);
    expect(run(POWER_UP, INITIALIZE, DISABLED)).toEqual(['poweredUp']);
  });

  it('81 without a cycle is nobody’s note', () => expect(run(IDLING, stacked(4))).toEqual(['noteStacked null']));

  it('the type told by 81 counts, and the difference is told (§15.3)', () => {
    expect(run(escrow(4), 'stack', stacked(5))).toEqual(['noteEscrowed note-1', 'typeMismatch', 'noteStacked note-1']);
  });

  it('1C after STACK ends the note as rejected (§15.6)', () => {
    expect(run(escrow(4), 'stack', [0x1c, 0x64], IDLING)).toEqual(['noteEscrowed note-1', 'noteRejected note-1']);
  });

  it('a note that jammed on its way back and whose end nobody saw is lost: the RESET may have stacked it (§15.8)', () => {
    for (const jam of [[0x43], [0x44], [0x47, 0x50], [0x48, 0x73]]) {
      expect(run(escrow(4), 'return', RETURNING, jam, INITIALIZE, DISABLED)).toEqual(['noteEscrowed note-1', 'noteLost note-1']);
      expect(run(escrow(4), 'return', jam, ACCEPTING)).toEqual(['noteEscrowed note-1', 'noteLost note-1', 'noteEntering']);
      expect(run(escrow(4), 'return', jam, INITIALIZE, RETURNING, IDLING)).toEqual(['noteEscrowed note-1', 'noteReturned note-1']);
      expect(run(escrow(4), 'return', jam, INITIALIZE, returned(4))).toEqual(['noteEscrowed note-1', 'noteReturned note-1']);
    }
  });

  it('17 against the order to return: nobody says that it went back', () => {
    expect(run(escrow(4), 'return', STACKING, IDLING)).toEqual(['noteEscrowed note-1', 'noteLost note-1']);
    expect(run(escrow(4), 'return', STACKING, stacked(4))).toEqual(['noteEscrowed note-1', 'noteStacked note-1']);
  });

  it('RETURN followed by 81 is stacked (§15.8)', () => {
    expect(run(escrow(4), 'return', RETURNING, INITIALIZE, stacked(4))).toEqual(['noteEscrowed note-1', 'noteStacked note-1']);
  });

  it('18 → 14 without 82 is returned (§12), 80 → 14 after STACK is not known (§15.4)', () => {
    expect(run(escrow(4), 'return', RETURNING, IDLING).at(-1)).toBe('noteReturned note-1');
    expect(run(escrow(4), 'stack', STACKING, IDLING).at(-1)).toBe('noteLost note-1');
    expect(run(escrow(4), IDLING).at(-1)).toBe('noteReturned note-1');
  });

  it('12 is stacked once with or without 81, 11 returned once with or without 82, 10 unknown unless 81 comes (§13)', () => {
    const cut = [escrow(4), 'stack', STACKING] as const;
    const ends = (...rest: (readonly number[])[]) => run(...cut, ...rest).filter((fact) => !fact.startsWith('noteEscrowed') && fact !== 'poweredUp');
    expect(ends(IN_STACKER, INITIALIZE, DISABLED, stacked(4), DISABLED)).toEqual(['noteStacked note-1', 'repeated']);
    expect(ends(IN_STACKER, INITIALIZE, stacked(4), DISABLED)).toEqual(['noteStacked note-1']);
    expect(ends(IN_HEAD, INITIALIZE, DISABLED)).toEqual(['noteReturned note-1']);
    expect(ends(IN_HEAD, INITIALIZE, RETURNING, returned(4), DISABLED)).toEqual(['noteReturned note-1']);
    expect(ends(POWER_UP, INITIALIZE, DISABLED)).toEqual(['noteLost note-1']);
    expect(ends(POWER_UP, INITIALIZE, stacked(4), DISABLED)).toEqual(['noteStacked note-1']);
  });

  it('the box is out once and in once, whatever faults are told between (§14)', () => {
    expect(run(IDLING, BOX_OUT, BOX_OUT, [0x47, 0x50], BOX_OUT, INITIALIZE, DISABLED)).toEqual(['boxRemoved', 'boxInserted']);
  });

  it('never ends a note twice and never credits an unordered escrow by itself, whatever the states', () => {
    const plain = fc.constantFrom(...Object.values(PLAIN_STATE_CODES)).map((code) => [code]);
    const withData = fc.tuple(fc.constantFrom(0x80, 0x81, 0x82, 0x1c, 0x1b, 0x47), fc.integer({ min: 2, max: 4 })).map((pair) => [...pair]);
    const step = fc.oneof(plain, withData, fc.constantFrom('stack' as const, 'return' as const));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const ends = run(...steps).filter((fact) => /^note(Stacked|Returned|Rejected|Lost) note-/.test(fact)).map((fact) => fact.split(' ')[1]);
        expect(new Set(ends).size).toBe(ends.length);
        const isEvent = (body: readonly number[] | string): body is readonly number[] => typeof body !== 'string' && (decodePollState(Uint8Array.from(body)) as PollState).state === 'billStacked';
        const inStackerPath = steps.some((body) => typeof body !== 'string' && body[0] === 0x12);
        if (!inStackerPath && !steps.some(isEvent)) expect(run(...steps).some((fact) => fact.startsWith('noteStacked'))).toBe(false);
      }),
      { numRuns: 400 },
    );
  });
});
