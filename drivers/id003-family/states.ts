import type { ErrorCode } from '../../main/foundation/error-catalogue.ts';
import type { Look } from '../life/look.ts';
import type { NoteReport } from '../life/note-cycle.ts';
import type { Id003State } from './codec.ts';

/** What a state of ID003 means for notes, faults and the device's life. [id003 §6, §13–§15] */
export function lookOf(state: Id003State): Look {
  const detail = 'code' in state ? `state ${state.state} ${state.code.toString(16).padStart(2, '0')}` : `state ${state.state}`;
  const look = (reports: readonly NoteReport[], more: Partial<Look> = {}): Look => ({ reports, faults: [], isAccepting: null, detail, ...more });
  const fault = (code: ErrorCode, ...reports: NoteReport[]): Look => look(reports, { faults: [code] });
  switch (state.state) {
    case 'idling':
      return look([{ report: 'boxIn' }, { report: 'atRest' }], { isAccepting: true });
    case 'disabled':
      return look([{ report: 'boxIn' }, { report: 'atRest' }], { isAccepting: false });
    case 'accepting':
      return look([{ report: 'entering' }]);
    case 'escrow':
      return look([{ report: 'escrow', noteType: state.escrowCode }]);
    case 'stacking':
      return look([{ report: 'stacking' }]);
    case 'stacked': // not the credit: that is 15, which lasts until it is acknowledged
      return look([{ report: 'stored' }]);
    case 'vendValid':
      return look([{ report: 'stacked', noteType: null }]);
    case 'rejecting':
      return look([{ report: 'rejected', reason: state.reason }]);
    case 'returning':
      return look([{ report: 'returning' }]);
    case 'powerUp':
      return look([{ report: 'poweredUp', position: 'none' }], { hasRestarted: true });
    case 'powerUpBillInAcceptor':
      return look([{ report: 'poweredUp', position: 'inHead' }], { hasRestarted: true });
    case 'powerUpBillInStacker':
      return look([{ report: 'poweredUp', position: 'inStackerPath' }], { hasRestarted: true });
    case 'initialize':
      return look([{ report: 'initialising' }], { hasRestarted: true });
    case 'stackerFull':
      return fault('CIM_BOX_FULL');
    case 'stackerOpen':
      return fault('CIM_BOX_REMOVED', { report: 'boxOut' });
    case 'jamInAcceptor':
    case 'jamInStacker':
    case 'recyclerError':
      return fault('CIM_JAMMED', { report: 'stopped' });
    case 'failure':
      return fault('CIM_FAILURE', { report: 'stopped' });
    case 'cheated':
      return fault('CIM_CHEATED', { report: 'cheated' });
    case 'unknown':
    case 'communicationError':
      return look([], { isMute: true });
    default: // held, paused or paying out: nothing about a note
      return look([]);
  }
}

export function isPoweredUp(state: Id003State): boolean {
  return state.state === 'powerUp' || state.state === 'powerUpBillInAcceptor' || state.state === 'powerUpBillInStacker';
}

export function isAtRest(state: Id003State): boolean {
  return state.state === 'idling' || state.state === 'disabled';
}

/** Nothing moves until a person comes. */
export function isStopped(state: Id003State): boolean {
  return ['stackerFull', 'stackerOpen', 'jamInAcceptor', 'jamInStacker', 'failure', 'recyclerError'].includes(state.state);
}
