import type { Language } from '../../main/contracts/languages.ts';
import type { IntentEvent } from '../events.ts';
import type { SessionInput, SessionOutput } from '../session/session.types.ts';

/** Why nothing or not everything can be offered. */
export type OutReason = 'starting' | 'recovering' | 'devices' | 'host' | 'journal' | 'clock';

export interface Availability {
  /** full: all operations; partial: some; none: no operation can start. */
  readonly level: 'full' | 'partial' | 'none';
  readonly reason: OutReason | null;
}

export interface TerminalInput {
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
  readonly sessionInput: SessionInput | null;
  /** Why the last session ended, for the journal. */
  readonly sessionEnd: SessionOutput['reason'] | 'broken';
}

export type TerminalEvent =
  | IntentEvent
  | { readonly type: 'availability.changed'; readonly availability: Availability }
  | { readonly type: 'key.turned'; readonly on: boolean };

export type BootReply = { readonly kind: 'ready' } | { readonly kind: 'failed'; readonly reason: OutReason };
