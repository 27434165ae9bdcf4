import type { LcdmFault } from './faults.ts';
import type { DispenserModel, Section } from './model.ts';

/** Rejects of one command before the device gives up. */
const REJECTS_MAX = 5;

/** Whether a fault of the board strikes at a note of a run, counted from 0. */
export type NoteStrike = (fault: LcdmFault, at: string, index: number) => boolean;

export interface CassetteRun {
  readonly cassetteNumber: number;
  readonly requestedCount: number;
  checkedCount: number;
  exitCount: number;
  rejectedCount: number;
  errorByte: number;
}

export type NoteStep =
  /** `events`: the three-byte groups that the device may send for it. */
  | { readonly kind: 'moved'; readonly events: readonly (readonly number[])[] }
  | { readonly kind: 'ended' }
  | { readonly kind: 'powerCut' }
  | { readonly kind: 'lineLoss' };

const DISPENSED = [0x01, 0x8d, 0x00];
const REJECTED_SKEWED = [0x01, 0x9c, 0x38];

export function startRun(cassetteNumber: number, requestedCount: number): CassetteRun {
  return { cassetteNumber, requestedCount, checkedCount: 0, exitCount: 0, rejectedCount: 0, errorByte: 0x31 };
}

/** What keeps a dispense from beginning at all, as an error byte, or null. */
export function obstacleOf(model: DispenserModel, cassetteNumber: number, requestedCount: number): number | null {
  if (requestedCount < 1 || requestedCount > 60) return 0x3b;
  if (!model.isTrayInserted) return 0x3f;
  if (!model.isInserted(cassetteNumber)) return cassetteNumber === 1 ? 0x45 : 0x46;
  const stuck = model.path[0]?.section;
  if (stuck !== undefined) return jamByte(stuck, cassetteNumber);
  return null;
}

/**
 * Moves the next note of a run, or ends the run. Counts follow the notes, so that what the device later says is what it did: CHK counts what was
 * picked, EXIT what left, REJ what went to the tray.
 */
export function stepRun(model: DispenserModel, strikes: NoteStrike, run: CassetteRun): NoteStep {
  if (run.exitCount >= run.requestedCount) return { kind: 'ended' };
  const index = run.exitCount;
  const at = (fault: LcdmFault, moment: string) => strikes(fault, moment, index);
  const stop = (errorByte: number): NoteStep => {
    run.errorByte = errorByte;
    return { kind: 'ended' };
  };
  const { cassetteNumber } = run;
  if (at('powerCut', 'note')) {
    // A note under way stays over the sensors.
    model.pick(cassetteNumber, 'div');
    return { kind: 'powerCut' };
  }
  if (at('lineLoss', 'note')) return { kind: 'lineLoss' };
  if (at('pickError', 'note')) return stop(0x32);
  if (at('motorStop', 'note')) return stop(0x41);
  if (at('billEnd', 'note') || model.isEmpty(cassetteNumber)) return stop(cassetteNumber === 1 ? 0x38 : 0x40);
  for (const section of ['chk', 'div', 'ejt', 'exit'] as const) {
    if (!at('jam', section)) continue;
    pick(model, run, section);
    return stop(jamByte(section, cassetteNumber));
  }
  if (at('overReject', 'note')) return overReject(model, run);
  pick(model, run, 'div');
  if (at('reject', 'note')) {
    model.rejectNewest();
    run.rejectedCount++;
    return { kind: 'moved', events: [REJECTED_SKEWED] };
  }
  model.presentNewest();
  run.exitCount++;
  if (at('extraNote', 'note') && !model.isEmpty(cassetteNumber)) {
    pick(model, run, 'div');
    model.presentNewest();
    run.exitCount++;
    run.errorByte = 0x34;
    // More than asked for only when it was the last note; the device stops either way.
    run.checkedCount = Math.max(run.checkedCount, run.exitCount + run.rejectedCount);
    return { kind: 'ended' };
  }
  return { kind: 'moved', events: [DISPENSED] };
}

function overReject(model: DispenserModel, run: CassetteRun): NoteStep {
  for (let rejects = 0; rejects < REJECTS_MAX && !model.isEmpty(run.cassetteNumber); rejects++) {
    pick(model, run, 'div');
    model.rejectNewest();
    run.rejectedCount++;
  }
  run.errorByte = 0x44;
  return { kind: 'ended' };
}

/** TEST: one note to the tray, nothing to the exit. */
export function testRun(model: DispenserModel, run: CassetteRun): void {
  if (model.isEmpty(run.cassetteNumber)) {
    run.errorByte = run.cassetteNumber === 1 ? 0x38 : 0x40;
    return;
  }
  pick(model, run, 'div');
  model.rejectNewest();
  run.rejectedCount++;
}

function pick(model: DispenserModel, run: CassetteRun, section: Section): void {
  if (model.pick(run.cassetteNumber, section)) run.checkedCount++;
}

function jamByte(section: Section, cassetteNumber: number): number {
  switch (section) {
    case 'chk':
      return cassetteNumber === 1 ? 0x33 : 0x4c;
    case 'div':
      return 0x36;
    case 'ejt':
      return 0x48;
    case 'exit':
      return 0x35;
  }
}
