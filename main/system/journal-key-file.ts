import { existsSync, readFileSync, statSync } from 'node:fs';
import { z } from 'zod';
import { err, ok, type Result } from '../foundation/outcome.ts';
import type { Random } from '../foundation/random.ts';
import { replaceFile } from './replace-file.ts';

/**
 * The journal's data keys in a file: the third custody tier, until a security module holds them. One JSON object, mode 0600:
 * `{ form: 1, current, keys: [{ keyId, key }], indexKey }`, keys as base64 of 32 bytes.
 */
export interface KeyFileContent {
  readonly current: string;
  readonly keys: Readonly<Record<string, Uint8Array>>;
  readonly indexKey: Uint8Array;
}

export type KeyFileProblem = { readonly code: 'JNL_KEY_MISSING' | 'JNL_KEY_WRONG'; readonly detail: string };

const KEY_BYTES = 32;
const KEY_FILE_MODE = 0o600;
const KEY_FILE_BYTES_MAX = 64 * 1024;
const key = z.base64().transform((text) => new Uint8Array(Buffer.from(text, 'base64'))).refine((bytes) => bytes.length === KEY_BYTES);
const content = z.strictObject({ form: z.literal(1), current: z.string(), keys: z.array(z.strictObject({ keyId: z.string().regex(/^[a-z0-9-]{1,40}$/), key })).min(1).max(1000), indexKey: key });

/**
 * @error JNL_KEY_MISSING  there is no such file, or it cannot be read
 * @error JNL_KEY_WRONG    others may read it, or it is not a key file
 */
export function readJournalKeyFile(path: string): Result<KeyFileContent, KeyFileProblem> {
  if (!existsSync(path)) return err({ code: 'JNL_KEY_MISSING', detail: 'there is no key file' });
  let parsed: unknown;
  try {
    const { mode, size } = statSync(path);
    // Windows has no such bits; there the folder's rights count.
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) return err({ code: 'JNL_KEY_WRONG', detail: `the key file may be read by others (mode ${(mode & 0o777).toString(8)}, not 600)` });
    if (size > KEY_FILE_BYTES_MAX) return err({ code: 'JNL_KEY_WRONG', detail: 'the key file is too long' });
    parsed = JSON.parse(readFileSync(path, 'utf8'));
  } catch (thrown) {
    return thrown instanceof SyntaxError ? err({ code: 'JNL_KEY_WRONG', detail: 'the key file is not JSON' }) : err({ code: 'JNL_KEY_MISSING', detail: 'the key file cannot be read' });
  }
  const checked = content.safeParse(parsed);
  if (!checked.success) return err({ code: 'JNL_KEY_WRONG', detail: `the key file is not in form 1: ${checked.error.issues[0]!.path.join('.')}` });
  const { current, keys, indexKey } = checked.data;
  const byId = Object.fromEntries(keys.map((one) => [one.keyId, one.key]));
  // Under the name of the index key that one is known in the journal.
  const wrongId = keys.find(({ keyId }, index) => keyId === 'index' || keys.findIndex((other) => other.keyId === keyId) !== index)?.keyId;
  if (wrongId !== undefined) return err({ code: 'JNL_KEY_WRONG', detail: `the key ${wrongId} of the key file has a name that is taken` });
  if (!Object.hasOwn(byId, current)) return err({ code: 'JNL_KEY_WRONG', detail: `the current key ${current} is not in the key file` });
  return ok({ current, keys: byId, indexKey });
}

/** Durable and whole before it returns: what is sealed with a key that is lost with the power is lost, also what the bank was to be told. @throws the file system's error */
export function writeJournalKeyFile(path: string, { current, keys, indexKey }: KeyFileContent): void {
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
  replaceFile(path, `${JSON.stringify({ form: 1, current, keys: Object.entries(keys).map(([keyId, bytes]) => ({ keyId, key: base64(bytes) })), indexKey: base64(indexKey) }, null, 2)}\n`, KEY_FILE_MODE);
}

/** Keys for a journal that begins. */
export function newJournalKeys(random: Random): KeyFileContent {
  return { current: 'k1', keys: { k1: random.bytes(KEY_BYTES) }, indexKey: random.bytes(KEY_BYTES) };
}

/** One more key, which becomes the current one; the old ones stay for what they have sealed. */
export function withNextKey(content: KeyFileContent, random: Random): KeyFileContent {
  const next = Math.max(0, ...Object.keys(content.keys).map((keyId) => Number(/^k(\d+)$/.exec(keyId)?.[1] ?? 0))) + 1;
  return { ...content, current: `k${next}`, keys: { ...content.keys, [`k${next}`]: random.bytes(KEY_BYTES) } };
}
