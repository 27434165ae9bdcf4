import type { IntentEvent } from '../events.ts';

export type StaffLevel = 'viewer' | 'technician' | 'cashOfficer' | 'administrator';

export interface StaffMember {
  readonly login: string;
  readonly name: string;
  readonly level: StaffLevel;
}

/** What a person does with the units of a recycler: all above a float, or all, to the cash box. */
export const RECYCLER_ACTS = ['float', 'empty'] as const;
export type RecyclerAct = (typeof RECYCLER_ACTS)[number];
/** `uncertain`: some of it left the units and is not in the box for certain. */
export type RecyclerActResult = 'moved' | 'nothing' | 'uncertain' | 'failed';

/** What a person does with hoppers and coin box, between start and end of an exchange: coins put into a hopper, a hopper emptied into the box, the box taken away. */
export const COIN_ACTS = ['startExchange', 'load', 'empty', 'collect', 'endExchange'] as const;
export type CoinAct = (typeof COIN_ACTS)[number];
/** `otherInside`: not loaded, pieces of another kind are counted in it. `underWay`: a customer's operation is not finished. */
export type CoinActResult = 'exchangeOpen' | 'loaded' | 'emptied' | 'collected' | 'nothing' | 'exchangeEnded' | 'otherInside' | 'underWay' | 'notWritten' | 'failed';

/** What a person does with the cassettes of a dispenser and the cash box of an acceptor or recycler, between start and end of an exchange: notes put into a cassette, a cassette emptied, box and reject bin taken away. */
export const NOTE_ACTS = ['startExchange', 'load', 'empty', 'collect', 'endExchange'] as const;
export type NoteAct = (typeof NOTE_ACTS)[number];
/** `otherInside`, `underWay` as with coins. `deviceFailed` `deviceUncertain`: the terminal's counts are as the act has it, the device did not do its part, or perhaps not. `unitsUncounted`: ended, but a recycler cannot say yet what lies in its units. `stillBringing`: not opened, it is bringing notes from them to the box. */
export type NoteActResult = 'exchangeOpen' | 'loaded' | 'emptied' | 'collected' | 'nothing' | 'exchangeEnded' | 'unitsUncounted' | 'stillBringing' | 'otherInside' | 'underWay' | 'deviceFailed' | 'deviceUncertain' | 'notWritten' | 'failed';

export type PasswordProblem = 'tooShort' | 'tooFewGroups' | 'reused' | 'tooYoung' | 'wrongCurrent' | 'mismatch' | 'notSaved';

export type LoginReply =
  | { readonly kind: 'ok'; readonly staff: StaffMember; readonly mustChange: 'first' | 'due' | null }
  | { readonly kind: 'refused'; readonly problem: 'wrong' | 'locked' | 'noHost' | 'unknown' };

/** What came of looking for an operation; `code` null: what was typed is neither a reference nor a receipt number. */
export interface FoundOperation {
  readonly code: string | null;
  /** null: there is none of this code. */
  readonly operationId: string | null;
}

export interface ServiceContext {
  readonly staff: StaffMember | null;
  readonly mustChange: 'first' | 'due' | null;
  readonly loginProblem: 'wrong' | 'locked' | 'noHost' | 'unknown' | null;
  readonly passwordProblems: readonly PasswordProblem[];
  /** Of the last act in this visit. */
  readonly recyclerResult: RecyclerActResult | null;
  readonly coinResult: CoinActResult | null;
  readonly noteResult: NoteActResult | null;
  /** Of the last look in this visit; null: none since the page was opened. `failed`: the journal did not take it. */
  readonly found: FoundOperation | 'failed' | null;
  readonly inactivityMs: number;
  readonly leaveReason: 'logout' | 'keyOff' | 'inactivity';
}

export interface ServiceInput {
  readonly inactivityMs: number;
}

export type ServiceEvent = IntentEvent | { readonly type: 'key.turned'; readonly on: boolean } | { readonly type: 'presence.felt' };
