import type { ErrorCode } from '../../main/foundation/error-catalogue.ts';
import type { Look, NoteType } from '../life/look.ts';
import type { NoteReport } from '../life/note-cycle.ts';
import type { PollEvent } from './codec.ts';
import { noteOf } from './payout-codec.ts';

export interface Context {
  /** What the unit was last told, and took. */
  readonly isEnabled: boolean;
  readonly wasReturnOrdered: boolean;
  /** Answer to LAST REJECT CODE, where there was a reject. */
  readonly rejectReason: number;
  /** As the channels have them. */
  readonly noteTypes: readonly NoteType[];
}

/** Of no channel. */
const NO_NOTE_TYPE = 0;

/** The first channel of a kind stands for all that have it, as two series of notes do: an event may tell a value instead of a channel. */
function firstOf(kind: { readonly denominationMinor: number; readonly currency: string }, noteTypes: readonly NoteType[]): number | null {
  return noteTypes.find(({ denominationMinor, currency }) => denominationMinor === kind.denominationMinor && currency === kind.currency)?.noteType ?? null;
}

/** By channel or by value. null: the event tells neither. */
function noteTypeOf(event: PollEvent, noteTypes: readonly NoteType[]): number | null {
  if ('channel' in event && event.channel !== undefined) {
    const kind = noteTypes.find(({ noteType }) => noteType === event.channel);
    return event.channel === 0 ? null : kind === undefined ? event.channel : firstOf(kind, noteTypes);
  }
  const note = noteOf(event);
  return note === null ? null : (firstOf(note, noteTypes) ?? NO_NOTE_TYPE);
}

/** What the events of one POLL mean for notes, faults and the unit's life, in their order. [ssp §9, §13–§15] */
export function lookOf(events: readonly PollEvent[], { isEnabled, wasReturnOrdered, rejectReason, noteTypes }: Context): Look {
  const reports: NoteReport[] = [];
  const faults: ErrorCode[] = [];
  let isMoving = false;
  let isDisabled = false;
  let hasRestarted = false;
  const moving = (report: NoteReport) => {
    isMoving = true;
    reports.push(report);
  };
  for (const each of events) {
    const { event } = each;
    const noteType = noteTypeOf(each, noteTypes);
    switch (event) {
      case 'slaveReset':
        hasRestarted = true;
        reports.push({ report: 'poweredUp', position: 'none' });
        break;
      case 'read':
        moving(noteType === null ? { report: 'entering' } : { report: 'escrow', noteType });
        break;
      // All but the first of a power-up: conditional credits – the note that was open, or a repeat of one that was told. [ssp §13]
      case 'noteCredit':
        reports.push({ report: 'stacked', noteType });
        break;
      case 'clearedIntoCashbox':
      case 'atResetIntoStacker':
      case 'atResetIntoStore':
        reports.push({ report: 'stacked', noteType, isByPowerUp: true });
        break;
      case 'clearedFromFront':
        reports.push({ report: 'returned', noteType });
        break;
      case 'stacking':
        moving({ report: 'stacking' });
        break;
      // No credit, but the end of the note's way: a note in escrow behind it is another one. [ssp §15.3, §15.4]
      case 'stacked':
      case 'storedInPayout':
        reports.push({ report: 'atRest' });
        break;
      case 'rejecting':
        moving({ report: 'returning' });
        break;
      case 'rejected':
        reports.push(wasReturnOrdered ? { report: 'returned', noteType: null } : { report: 'rejected', reason: rejectReason });
        break;
      case 'safeJam':
      case 'unsafeJam':
      case 'notePathOpen':
        faults.push('CIM_JAMMED');
        moving({ report: 'stopped' });
        break;
      case 'stackerFull':
        faults.push('CIM_BOX_FULL');
        break;
      case 'cashboxRemoved':
        faults.push('CIM_BOX_REMOVED');
        moving({ report: 'boxOut' });
        break;
      case 'cashboxReplaced':
        reports.push({ report: 'boxIn' });
        break;
      case 'fraudAttempt':
        faults.push('CIM_CHEATED');
        reports.push({ report: 'cheated' });
        break;
      case 'initialising':
        moving({ report: 'initialising' });
        break;
      case 'disabled':
        isDisabled = true;
        break;
      case 'payoutOutOfService':
        faults.push('CIM_FAILURE');
        break;
      default: // tickets, payout and coin events, and what is not known
        break;
    }
  }
  if (!isMoving) reports.push({ report: 'boxIn' }, { report: 'atRest' });
  return { reports, faults, isAccepting: isMoving ? null : isEnabled && !isDisabled, hasRestarted, detail: `events ${events.map(({ event }) => event).join(' ')}` };
}
