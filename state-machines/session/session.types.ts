import type { Language } from '../../main/contracts/languages.ts';
import type { OperationCode } from '../../main/contracts/operations.ts';
import type { CustomerLeft, IntentEvent, LeaveReason, OperationEnd } from '../events.ts';
import type { Identity } from '../identify/identify.types.ts';
import type { Authentication } from '../one-time-code/one-time-code.types.ts';
import type { CashOutSettings } from '../withdrawal/withdrawal.types.ts';

export interface DisplayOptions {
  readonly lowReach: boolean;
  readonly largeText: boolean;
  readonly highContrast: boolean;
  readonly voice: boolean;
}

export interface SessionInput {
  readonly sessionId: string;
  readonly language: Language;
  readonly display: DisplayOptions;
  readonly cashOut: CashOutSettings;
  /** ms of one person's patience, then of the warning. (requirements §0 session.inactivity) */
  readonly patienceMs: { readonly ordinary: number; readonly cashIn: number; readonly warning: number; readonly result: number };
  readonly farewellMs: number;
  readonly takeReceiptMs: number;
  /** Whether the printer can print as the session begins. */
  readonly isPaperAvailable: boolean;
}

export interface SessionContext extends SessionInput {
  readonly operation: OperationCode | null;
  readonly operationId: string | null;
  readonly identity: Identity | null;
  readonly authentication: Authentication | null;
  readonly end: Exclude<OperationEnd, { kind: 'cancelled' | 'left' }> | null;
  readonly selectedReceipt: 'paper' | 'electronic';
  readonly receiptPrinted: boolean;
  /** The result has stood there for ten seconds. */
  readonly isResultShown: boolean;
  /** What the presence watch runs with now; null while no person is awaited. */
  readonly patience: { readonly patienceMs: number; readonly warns: boolean } | null;
  readonly leaveReason: LeaveReason | 'exit' | null;
}

export type SessionEvent =
  | IntentEvent
  | CustomerLeft
  /** The core saw the machine in front of the customer begin to wait for a person, or stop waiting. */
  | { readonly type: 'presence.awaited'; readonly patienceMs: number; readonly warns: boolean }
  | { readonly type: 'presence.notAwaited' }
  /** A touch, a note: somebody is there. */
  | { readonly type: 'presence.felt' }
  | { readonly type: 'paper.changed'; readonly isAvailable: boolean }
  /** The terminal must close: nothing new begins. */
  | { readonly type: 'terminal.closing' }
  /** Raised by the session itself. */
  | { readonly type: 'session.authenticated' }
  | { readonly type: 'session.over' };

export interface SessionOutput {
  readonly sessionId: string;
  readonly reason: LeaveReason | 'exit';
}

export interface ClosedOperation {
  /** With the reference that the call centre will be told; of an interrupted operation what settling it found. null: nothing is shown. */
  readonly end: SessionContext['end'];
}

/** Journaled as chosen. */
export interface OpenedOperation {
  readonly operationId: string;
}
