import { describe, expect, it } from 'vitest';
import type { NoteReport } from '../../../drivers/life/note-cycle.ts';
import { NoteCycle } from '../../../drivers/life/note-cycle.ts';

/** Feeds reports; `stack` and `return` stand for the order of the core. */
function run(restAfterStack: 'returned' | 'unknown', ...steps: readonly (NoteReport | 'stack' | 'return')[]): string[] {
  let number = 0;
  const cycle = new NoteCycle({ makeNoteId: () => `note-${++number}`, restAfterStack });
  const told: string[] = [];
  for (const step of steps) {
    if (typeof step === 'string') cycle.order(step);
    else for (const fact of cycle.take(step)) told.push('noteId' in fact ? `${fact.fact} ${fact.noteId}` : fact.fact);
  }
  return told;
}

const plain = (report: 'entering' | 'stacking' | 'returning' | 'atRest' | 'stopped'): NoteReport => ({ report }) as NoteReport;
const [REST, STOPPED, RETURNING, STACKING] = [plain('atRest'), plain('stopped'), plain('returning'), plain('stacking')];
const escrow = (noteType: number): NoteReport => ({ report: 'escrow', noteType });
const stacked = (noteType: number | null): NoteReport => ({ report: 'stacked', noteType });

describe('a power-up', () => {
  const poweredUp = (position: 'none' | 'inStackerPath'): NoteReport => ({ report: 'poweredUp', position });
  const [BOX_IN, BOX_OUT]: readonly NoteReport[] = [{ report: 'boxIn' }, { report: 'boxOut' }] as const;

  it('is told once, whatever is said of the box beside it, and again where it finds the note elsewhere or after something else', () => {
    expect(run('unknown', poweredUp('none'), BOX_IN!, poweredUp('none'), BOX_IN!)).toEqual(['poweredUp']);
    expect(run('unknown', poweredUp('none'), BOX_OUT!, poweredUp('inStackerPath'))).toEqual(['poweredUp', 'boxRemoved', 'poweredUp']);
    expect(run('unknown', poweredUp('none'), BOX_IN!, REST, poweredUp('none'))).toEqual(['poweredUp', 'poweredUp']);
  });
});

describe.each(['returned', 'unknown'] as const)('note cycle, rest after stack means %s', (meaning) => {
  it('the same credit again is a repeat; of another kind it is another note, whatever was missed between the two', () => {
    expect(run(meaning, escrow(3), 'stack', stacked(3), stacked(3), stacked(null))).toEqual(['noteEscrowed note-1', 'noteStacked note-1', 'repeated', 'repeated']);
    expect(run(meaning, escrow(3), 'stack', stacked(3), stacked(5), stacked(5))).toEqual(['noteEscrowed note-1', 'noteStacked note-1', 'noteStacked null', 'repeated']);
    expect(run(meaning, escrow(3), 'stack', stacked(null), stacked(5))).toEqual(['noteEscrowed note-1', 'noteStacked note-1', 'noteStacked null']);
  });

  it('a note on its way back is returned at rest; one that jammed there, or was stacked against the order, is lost', () => {
    expect(run(meaning, escrow(3), 'return', REST)).toEqual(['noteEscrowed note-1', 'noteReturned note-1']);
    expect(run(meaning, escrow(3), 'return', RETURNING, STOPPED, REST)).toEqual(['noteEscrowed note-1', 'noteLost note-1']);
    expect(run(meaning, escrow(3), 'return', STOPPED, plain('entering'))).toEqual(['noteEscrowed note-1', 'noteLost note-1', 'noteEntering']);
    // Where no credit can be missed, none means that it is not in the box.
    expect(run(meaning, escrow(3), 'return', STACKING, REST)).toEqual(['noteEscrowed note-1', meaning === 'returned' ? 'noteReturned note-1' : 'noteLost note-1']);
    expect(run(meaning, escrow(3), 'return', STOPPED, RETURNING, REST)).toEqual(['noteEscrowed note-1', 'noteReturned note-1']);
  });
});
