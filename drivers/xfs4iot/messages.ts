import { z } from 'zod';
import type { Result } from '../../main/foundation/outcome.ts';
import { err, ok } from '../../main/foundation/outcome.ts';

/** One JSON object a message: `{ header, payload }`, release 2024 and later. [xfs4iot §1.2, §1.3] */
const headerSchema = z.looseObject({
  type: z.enum(['command', 'acknowledge', 'event', 'completion', 'unsolicited']),
  name: z.string().regex(/^[A-Za-z0-9]{1,40}\.[A-Za-z0-9]{1,60}$/),
  version: z.string().max(20).nullish(),
  requestId: z.number().int().nullish(),
  timeout: z.number().nullish(),
  status: z.string().max(60).nullish(),
  completionCode: z.string().max(60).nullish(),
  errorDescription: z.string().nullish(),
});
const messageSchema = z.looseObject({ header: headerSchema, payload: z.record(z.string(), z.unknown()).nullish() });

export type Payload = Readonly<Record<string, unknown>>;

export type Message =
  /** `status` null: accepted. */
  | { readonly kind: 'acknowledge'; readonly name: string; readonly requestId: number; readonly status: string | null }
  | { readonly kind: 'completion'; readonly name: string; readonly requestId: number; readonly completionCode: string; readonly detail: string; readonly payload: Payload }
  /** `requestId` null: unsolicited, whatever its type says. [xfs4iot §14.1] */
  | { readonly kind: 'event'; readonly name: string; readonly requestId: number | null; readonly payload: Payload };

const DETAIL_CHARS_MAX = 200;

/** What a service says to a client. @error  why it is no message of this kind; the text itself is not told */
export function readMessage(bytes: Uint8Array): Result<Message, 'notJson' | 'badShape' | 'command'> {
  const read = readAny(bytes);
  if (!read.ok) return read;
  const { header, payload } = read.value;
  const { name } = header;
  const requestId = header.requestId ?? null;
  const body = payload ?? {};
  if (header.type === 'command') return err('command');
  if (header.type === 'event' || header.type === 'unsolicited') return ok({ kind: 'event', name, requestId: requestId === 0 ? null : requestId, payload: body });
  if (requestId === null) return err('badShape');
  if (header.type === 'acknowledge') return ok({ kind: 'acknowledge', name, requestId, status: header.status === 'ok' ? null : (header.status ?? null) });
  // Some services spell authorisation with s. [xfs4iot §14.5]
  const completionCode = (header.completionCode ?? 'success').replace('authorisation', 'authorization');
  return ok({ kind: 'completion', name, requestId, completionCode, detail: (header.errorDescription ?? '').slice(0, DETAIL_CHARS_MAX), payload: body });
}

/** Any message, for traces. */
export function readAny(bytes: Uint8Array): Result<z.infer<typeof messageSchema>, 'notJson' | 'badShape'> {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return err('notJson');
  }
  const parsed = messageSchema.safeParse(value);
  return parsed.success ? ok(parsed.data) : err('badShape');
}

/** @param timeoutMs  0: the service waits without end; the client has its own watch */
export function encodeCommand(command: { readonly name: string; readonly version: string; readonly requestId: number; readonly timeoutMs: number; readonly payload?: Payload }): Buffer {
  const { name, version, requestId, timeoutMs, payload } = command;
  return Buffer.from(JSON.stringify({ header: { type: 'command', name, requestId, version, timeout: timeoutMs }, ...(payload === undefined ? {} : { payload }) }));
}
