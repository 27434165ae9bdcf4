import { z } from 'zod';
import { intentSchema } from './intent.ts';
import { screenModelSchema } from './screen-model.ts';

/**
 * WebSocket over a Unix domain socket (`<runFolder>/core.sock`), one JSON object per message.
 * The first message of a client is `hello` with the token of this start of the core (`<runFolder>/core.token`, mode 0600);
 * anything else, or a wrong token, closes the connection with 4401. `screen` clients (the shell, the browser page, a scripted customer) get the model at once and on
 * every change; when a newer one connects, all keep seeing the same screen.
 */
export const CORE_SOCKET_PROTOCOL = 1;
export const CORE_SOCKET_FILE = 'core.sock';
export const CORE_TOKEN_FILE = 'core.token';

export const toCoreSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('hello'), protocol: z.literal(CORE_SOCKET_PROTOCOL), token: z.string().length(64), role: z.enum(['shell', 'browser', 'script']) }),
  z.strictObject({ type: z.literal('intent'), intent: intentSchema }),
  /** The window has painted this revision; the core counts Q-07's ten seconds from it. */
  z.strictObject({ type: z.literal('shown'), revision: z.number().int().nonnegative() }),
]);
export type ToCore = z.infer<typeof toCoreSchema>;

export const fromCoreSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('screen'), model: screenModelSchema }),
  /** Each intent has one answer; for tests and counters, customers see nothing. What it leads to may be shown later. */
  z.strictObject({ type: z.literal('taken'), revision: z.number().int().nonnegative() }),
  /** It had no effect. */
  z.strictObject({ type: z.literal('dropped'), reason: z.enum(['stale', 'notAllowed', 'malformed', 'tooMany']) }),
]);
export type FromCore = z.infer<typeof fromCoreSchema>;

/** A message longer than this closes the connection. */
export const CORE_SOCKET_MESSAGE_BYTES_MAX = 256 * 1024;

/** What the preload offers to the page as `window.qolma`; the same shape is offered by the browser fallback over its WebSocket. */
export interface ShellBridge {
  /** Called with each model, the present one first; `null` while there is no core. */
  onScreen(listener: (model: unknown) => void): () => void;
  sendIntent(intent: unknown): void;
  reportShown(revision: number): void;
}
