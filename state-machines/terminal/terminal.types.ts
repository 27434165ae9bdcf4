import type { Language } from '../../main/contracts/languages.ts';
import type { OperationCode } from '../../main/contracts/operations.ts';
import type { IntentEvent, OperationEnd } from '../events.ts';
import type { SessionInput, SessionOutput } from '../session/session.types.ts';

/** Why nothing or not everything can be offered. */
export type OutReason = 'starting' | 'recovering' | 'devices' | 'host' | 'queueLimit' | 'journal' | 'clock' | 'power' | 'door' | 'security';

export interface Availability {
  /** full: all operations; partial: some; none: no operation can start. */
  readonly level: 'full' | 'partial' | 'none';
  readonly reason: OutReason | null;
}

/** What a customer whose session a restart cut off may still read. */
export interface RecoveredResult {
  readonly operation: OperationCode;
  readonly language: Language;
  readonly end: Exclude<OperationEnd, { kind: 'cancelled' | 'left' }>;
}

export interface TerminalInput {
  /** How long the result of an interrupted operation is shown after a restart. */
  readonly recoveredResultMs: number;
  readonly bootRetryMs: number;
  readonly noticeMs: number;
  readonly serviceInactivityMs: number;
}

export interface TerminalContext extends TerminalInput {
  readonly availability: Availability;
  readonly isKeyOn: boolean;
  /** Language and display chosen on attract, before a session exists. */
  readonly language: Language;
  readonly outReason: OutReason;
  readonly recovered: RecoveredResult | null;
  readonly sessionInput: SessionInput | null;
  /** Why the last session ended, for the journal. */
  readonly sessionEnd: SessionOutput['reason'] | 'broken';
}

export type TerminalEvent =
  | IntentEvent
  /** The bank answers, and an operation of before waits for its word. */
  | { readonly type: 'recovery.due' }
  | { readonly type: 'availability.changed'; readonly availability: Availability }
  | { readonly type: 'key.turned'; readonly on: boolean };

export type BootReply = { readonly kind: 'ready' } | { readonly kind: 'failed'; readonly reason: OutReason };
