import type { ErrorCode } from './error-catalogue.ts';

/** What the world answered. A returned value, never an exception; callers must look. */
export type Result<T, E> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E };

export const ok = <T>(value: T): { readonly ok: true; readonly value: T } => ({ ok: true, value });
export const err = <E>(error: E): { readonly ok: false; readonly error: E } => ({ ok: false, error });

/** XFS4IoT completion codes that our drivers use. [xfs4iot §1.5] */
export type CompletionCode =
  | 'commandErrorCode'
  | 'canceled'
  | 'timeOut'
  | 'deviceNotReady'
  | 'hardwareError'
  | 'userError'
  | 'fraudAttempt'
  | 'sequenceError'
  | 'invalidData'
  | 'unsupportedCommand';

/** What the device last said before its outcome became unknowable; evidence for the suspense item. */
export interface LastKnown {
  /** Protocol's own words, e.g. `ackReceivedNoResponse`. */
  readonly stage: string;
  /** Raw bytes as hex, where there were any. Never card data. */
  readonly rawHex?: string;
  /** Lower bound of notes that certainly moved, where the device reports them one by one. */
  readonly noteCountMin?: number;
  /** Upper bound of notes that can have moved. */
  readonly noteCountMax?: number;
  /** Beside those bounds: notes that came from cassettes which nobody asked, and may be out. They have another value. */
  readonly strangeCounts?: readonly { readonly cassetteNumber: number; readonly noteCount: number }[];
}

/**
 * What a device command that can move value came to. `failed` promises that nothing moved; `uncertain` is never retried and
 * never rounded to `failed`.
 */
export type DeviceOutcome<T> =
  | { readonly kind: 'completed'; readonly value: T }
  | { readonly kind: 'failed'; readonly completionCode: CompletionCode; readonly errorCode?: ErrorCode; readonly detail?: string }
  | { readonly kind: 'uncertain'; readonly completionCode: CompletionCode; readonly lastKnown: LastKnown };
