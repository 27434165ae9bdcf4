import type { DeviceOutcome } from '../../main/foundation/outcome.ts';
import type { Device, Unsubscribe } from './device.ts';

export const BIOMETRIC_MODALITIES = ['palmVein', 'face'] as const;
export type BiometricModality = (typeof BIOMETRIC_MODALITIES)[number];

/** What the person is to do, for the screen. */
export const CAPTURE_HINTS = ['present', 'moveCloser', 'moveAway', 'holdStill', 'turnPalm', 'lookAtCamera', 'moreLight', 'remove'] as const;
export type CaptureHint = (typeof CAPTURE_HINTS)[number];

/** Public key of the host, P-256 (RFC 7518 §6.2). Nobody but its owner can open the sample. */
export interface RecipientKey {
  readonly kty: 'EC';
  readonly crv: 'P-256';
  readonly x: string;
  readonly y: string;
}

export interface CaptureRequest {
  readonly modality: BiometricModality;
  readonly recipient: RecipientKey;
  /** Sealed in with the sample, so that it counts for this request only. 22 to 86 characters base64url, new each time. */
  readonly challenge: string;
  /** For the person; 1 000 … 120 000. */
  readonly timeoutMs: number;
}

export interface CapturedSample {
  /** JWE compact (ECDH-ES, A256GCM) for `recipient`. This process cannot open it, sends it on and keeps nothing. */
  readonly sealedSample: string;
  readonly modality: BiometricModality;
  /** Of the sample inside, e.g. `ISO/IEC 19794-9`. */
  readonly format: string;
  /** 0…100, by the service's measure. */
  readonly qualityPercent: number;
  /** `live` or not by presentation attack detection (ISO/IEC 30107-3); what is not live is never handed out. */
  readonly liveness: 'live' | 'notChecked';
}

export interface BiometricReader extends Device {
  readonly capabilities: { readonly palmVein: boolean; readonly face: boolean };
  onHint(listener: (hint: CaptureHint) => void): Unsubscribe;
  /** failed: `timeOut`, `canceled`, `fraudAttempt` (not live), `userError` (quality), `unsupportedCommand` (modality), or the device is not there. Nothing of a person is left anywhere then. */
  capture(request: CaptureRequest): Promise<DeviceOutcome<CapturedSample>>;
  /** The capture under way, if any, ends with `canceled`. */
  cancel(): void;
}
