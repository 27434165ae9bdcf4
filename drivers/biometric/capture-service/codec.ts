import { z } from 'zod';
import type { CompletionCode } from '../../../main/foundation/outcome.ts';
import type { CaptureRequest } from '../../interfaces/biometric.ts';
import { BIOMETRIC_MODALITIES, CAPTURE_HINTS } from '../../interfaces/biometric.ts';

/** Of this driver and the service it speaks to. */
export const PROTOCOL_VERSION = 1;
/** A sealed face picture is the longest thing that comes. */
export const MESSAGE_BYTES_MAX = 256 * 1024;

const text = z.string().max(80);
const captureId = z.string().regex(/^[\w-]{1,40}$/);

/** Strict: a field that is not in the protocol, such as a sample in clear, makes the whole message no message of it. [README §Messages] */
const serviceMessage = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('ready'), protocol: z.number().int(), model: text, firmware: text, serialNumber: text, modalities: z.array(z.enum(BIOMETRIC_MODALITIES)).max(BIOMETRIC_MODALITIES.length) }),
  z.strictObject({ type: z.literal('pong'), id: z.number().int(), sensor: z.enum(['ok', 'missing', 'dirty']) }),
  z.strictObject({ type: z.literal('hint'), captureId, hint: z.enum(CAPTURE_HINTS) }),
  z.strictObject({ type: z.literal('captured'), captureId, sealedSample: z.string().max(MESSAGE_BYTES_MAX), format: text, qualityPercent: z.number().int().min(0).max(100), liveness: z.enum(['live', 'notChecked']) }),
  z.strictObject({ type: z.literal('failed'), captureId, reason: z.enum(['timeOut', 'canceled', 'notLive', 'lowQuality', 'unsupported', 'badKey', 'busy', 'sensor']) }),
]);
export type ServiceMessage = z.infer<typeof serviceMessage>;
export type FailureReason = Extract<ServiceMessage, { type: 'failed' }>['reason'];

export type HostMessage =
  | { readonly type: 'hello'; readonly protocol: number }
  | { readonly type: 'ping'; readonly id: number }
  | ({ readonly type: 'capture'; readonly captureId: string } & CaptureRequest)
  | { readonly type: 'cancel'; readonly captureId: string };

export function encodeMessage(message: HostMessage): string {
  return JSON.stringify(message);
}

/** null: no message of the protocol. Total. */
export function decodeMessage(message: string): ServiceMessage | null {
  if (message.length > MESSAGE_BYTES_MAX) return null;
  let json: unknown;
  try {
    json = JSON.parse(message);
  } catch {
    return null;
  }
  const parsed = serviceMessage.safeParse(json);
  return parsed.success ? parsed.data : null;
}

/** How a failure is told to the core. */
export const FAILURES: Readonly<Record<FailureReason, CompletionCode>> = {
  timeOut: 'timeOut', canceled: 'canceled', notLive: 'fraudAttempt', lowQuality: 'userError', unsupported: 'unsupportedCommand', badKey: 'invalidData', busy: 'sequenceError', sensor: 'hardwareError',
};
