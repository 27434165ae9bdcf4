import type { ErrorCode } from '../../../main/foundation/error-catalogue.ts';
import type { Look } from '../../life/look.ts';
import type { NoteReport } from '../../life/note-cycle.ts';
import type { Status } from './codec.ts';

export interface Context {
  /** Of the note in an extended reply: its number in the device's table; null: a short reply, which does not say. */
  readonly noteType: number | null;
  /** An extended reply whose note is all zeros. */
  readonly isBlank: boolean;
  /** The device was powered and has not rested since: what it stacks now has no value. [ebds §11] */
  readonly isAfterPowerUp: boolean;
  /** What the last message said; the device obeys it at rest. */
  readonly isEnabled: boolean;
}

/**
 * What the status bits mean for notes, faults and the device's life; events stand before states: what is accepted beside a stacked bit is the next note. [ebds §5, §11–§13]
 */
export function lookOf(status: Status, context: Context): Look {
  const reports: NoteReport[] = [];
  const faults: ErrorCode[] = [];
  // One that was in the path, and whose word follows. [ebds §11]
  if (status.isPowerUp) reports.push({ report: 'poweredUp', position: status.hasStacked && status.isCassetteIn ? 'inStackerPath' : 'none' });
  reports.push({ report: status.isCassetteIn ? 'boxIn' : 'boxOut' });
  if (!status.isCassetteIn) faults.push('CIM_BOX_REMOVED');
  if (status.isJammed || status.isStalled) faults.push('CIM_JAMMED');
  if (status.hasFailed) faults.push('CIM_FAILURE');
  if (status.isFull) faults.push('CIM_BOX_FULL');
  if (status.isJammed || status.isStalled || status.hasFailed) reports.push({ report: 'stopped' });
  if (status.hasCheated) reports.push({ report: 'cheated' });
  if (status.isCalibrating && !status.isPowerUp) reports.push({ report: 'initialising' });
  // A stacked bit with an all-zero note is no credit, but the word of a device after power-up. [ebds §11, §12, §13.3]
  if (status.hasStacked && (!context.isBlank || context.isAfterPowerUp)) reports.push({ report: 'stacked', noteType: context.noteType });
  if (status.hasReturned) reports.push({ report: 'returned', noteType: null });
  if (status.hasRejected) reports.push({ report: 'rejected', reason: 0 }); // EBDS has no reasons
  if (status.isAccepting) reports.push({ report: 'entering' });
  if (status.isEscrowed && context.noteType !== null) reports.push({ report: 'escrow', noteType: context.noteType });
  if (status.isStacking) reports.push({ report: 'stacking' });
  if (status.isReturning && !status.hasRejected) reports.push({ report: 'returning' });
  const isAtRest = status.isIdling && !status.isEscrowed && !status.isPowerUp;
  if (isAtRest) reports.push({ report: 'atRest' });
  const isNowhere = !status.isIdling && !status.isAccepting && !status.isEscrowed && !status.isStacking && !status.hasStacked && !status.isReturning && !status.hasReturned;
  const isMute = isNowhere && faults.length === 0 && !status.isPowerUp && !status.isCalibrating && !status.isPaused; // out of service [ebds §5]
  if (status.hasCheated) faults.push('CIM_CHEATED');
  return { reports, faults, isAccepting: isAtRest ? context.isEnabled : null, hasRestarted: status.isPowerUp, isMute, detail: `states ${reports.map((report) => report.report).join(' ')}` };
}
