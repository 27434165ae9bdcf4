import type { ErrorCode } from '../../main/foundation/error-catalogue.ts';
import type { PollState, PollStateName } from './codec.ts';

/** What the states of POLL mean for the driver, one question each. [ccnet §7] */

/** Acceptance is on: the device says something else than 19. */
export const ACCEPTING_STATES: ReadonlySet<PollStateName> = new Set(['idling', 'accepting', 'escrowPosition', 'holding', 'stacking', 'returning', 'rejecting', 'billStacked', 'billReturned', 'pause']);

export function needsBillTable(state: PollState): boolean {
  return state.state === 'escrowPosition' || state.state === 'billStacked' || state.state === 'billReturned';
}

export function isPoweredUp(state: PollState): boolean {
  return state.state === 'powerUp' || state.state === 'powerUpBillInValidator' || state.state === 'powerUpBillInStacker';
}

export function isAtRest(state: PollState): boolean {
  return state.state === 'idling' || state.state === 'unitDisabled';
}

export function isInEscrow(state: PollState): boolean {
  return state.state === 'escrowPosition' || state.state === 'holding';
}

/** Faults that stop acceptance. 45 (cheated) and 46 (pause) may pass by themselves and are no such fault. [ccnet §7] */
export function faultOf(state: PollState): { readonly code: ErrorCode; readonly detail: string } | null {
  switch (state.state) {
    case 'dropCassetteFull':
      return { code: 'CIM_BOX_FULL', detail: 'state 41' };
    case 'dropCassetteOutOfPosition':
      return { code: 'CIM_BOX_REMOVED', detail: 'state 42' };
    case 'validatorJammed':
      return { code: 'CIM_JAMMED', detail: 'state 43: in the head' };
    case 'dropCassetteJammed':
      return { code: 'CIM_JAMMED', detail: 'state 44: at the cassette' };
    case 'failure':
      return { code: 'CIM_FAILURE', detail: `state 47 code ${state.code.toString(16).padStart(2, '0')}` };
    case 'billToBillJam':
      return { code: 'CIM_JAMMED', detail: `state 48 code ${state.code.toString(16).padStart(2, '0')}` };
    default:
      return null;
  }
}
