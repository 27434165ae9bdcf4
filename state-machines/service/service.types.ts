import type { IntentEvent } from '../events.ts';

export type StaffLevel = 'viewer' | 'technician' | 'cashOfficer' | 'administrator';

export interface StaffMember {
  readonly login: string;
  readonly name: string;
  readonly level: StaffLevel;
}

export type PasswordProblem = 'tooShort' | 'tooFewGroups' | 'reused' | 'tooYoung' | 'wrongCurrent' | 'mismatch';

export type LoginReply =
  | { readonly kind: 'ok'; readonly staff: StaffMember; readonly mustChange: 'first' | 'due' | null }
  | { readonly kind: 'refused'; readonly problem: 'wrong' | 'locked' | 'noHost' | 'unknown' };

export interface ServiceContext {
  readonly staff: StaffMember | null;
  readonly mustChange: 'first' | 'due' | null;
  readonly loginProblem: 'wrong' | 'locked' | 'noHost' | 'unknown' | null;
  readonly passwordProblems: readonly PasswordProblem[];
  readonly inactivityMs: number;
  readonly leaveReason: 'logout' | 'keyOff' | 'inactivity';
}

export interface ServiceInput {
  readonly inactivityMs: number;
}

export type ServiceEvent = IntentEvent | { readonly type: 'key.turned'; readonly on: boolean } | { readonly type: 'presence.felt' };
