import { createCipheriv, createDecipheriv, createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { assert } from '../foundation/assert.ts';
import { err, ok, type Result } from '../foundation/outcome.ts';
import type { Random } from '../foundation/random.ts';

/**
 * Encryption of what is personal in the journal: AES-256-GCM for each field and payload, with the id of its key and bound to its place. Hashes go over
 * the ciphertext, so the chain is verified without a key. [issue "sensitive fields", S-26, R-8.27]
 */

/** What a value is decides how it is made comparable before it is searched for. */
export type SecretKind = 'phone' | 'iin' | 'card' | 'account' | 'name';

export interface Secret {
  readonly kind: SecretKind;
  readonly value: string;
}

/** A sealed field as it stands in an entry's data under `sealed`. */
export interface SealedField {
  readonly keyId: string;
  /** base64url of nonce ‖ ciphertext ‖ tag. */
  readonly text: string;
  /** Blind index, base64url; absent where nobody searches for it (names). */
  readonly index?: string;
}

export type KeyProblem = { readonly code: 'JNL_KEY_MISSING' | 'JNL_KEY_WRONG'; readonly detail: string };

/** Where a value stands; a ciphertext that is moved to another place does not open. */
export interface SecretPlace {
  readonly journalId: string;
  readonly entryNumber: number;
  readonly kind: string;
  readonly field: string;
}

/**
 * The data keys of a journal, wherever they lie. The file form is `createJournalKeys`; a security module implements the same calls.
 * Writing uses the current key, reading any key that was ever current: rotation adds a key and rewrites nothing.
 */
export interface JournalKeys {
  readonly currentKeyId: string;
  readonly keyIds: readonly string[];
  /** nonce ‖ ciphertext ‖ tag with the place's key under the current key. */
  encrypt(plain: Uint8Array, place: SecretPlace): Buffer;
  /** @error JNL_KEY_MISSING no key of this id · JNL_KEY_WRONG it does not open with it, or the text was changed or moved */
  decrypt(keyId: string, sealed: Uint8Array, place: SecretPlace): Result<Buffer, KeyProblem>;
  /** The key of one place alone, derived from the data key: shown with an extract, it opens that place and no other. @returns undefined: no such key */
  placeKey(keyId: string, place: SecretPlace): Buffer | undefined;
  /** Keyed, so that whoever has the file but no key cannot try out all telephone numbers. @returns null: not searched for */
  blindIndex(secret: Secret): string | null;
  /** Tells a wrong key of the right name without telling the key; written into the chain at its first use; `INDEX_KEY_ID` for that of the indices. @returns undefined: no such key */
  checkValue(keyId: string, journalId: string): string | undefined;
}

/** Keys as they lie in the key file. */
export interface KeyRing {
  readonly current: string;
  /** 32 bytes each. */
  readonly keys: Readonly<Record<string, Uint8Array>>;
  /** 32 bytes, for life: indices made with another would not be found again. */
  readonly indexKey: Uint8Array;
}

/** Under this name the key of the blind indices is introduced and checked; no data key may be called so. */
export const INDEX_KEY_ID = 'index';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const INDEX_BYTES = 12;
const CHECK_BYTES = 8;

/** @throws AssertionFailure  a key of a wrong length, or the current one missing: the file was checked when it was read */
export function createJournalKeys(ring: KeyRing, random: Random): JournalKeys {
  assert(Object.values(ring.keys).every((key) => key.length === KEY_BYTES) && ring.indexKey.length === KEY_BYTES, 'journal keys have 32 bytes');
  // Key objects, also of the short-lived keys: handed over as bytes, a key costs the crypto library three times what it does with it.
  const keys: ReadonlyMap<string, KeyObject> = new Map(Object.entries(ring.keys).map(([keyId, key]) => [keyId, createSecretKey(key)]));
  const indexKey = createSecretKey(ring.indexKey);
  const current = keys.get(ring.current);
  assert(current !== undefined && ring.keys[INDEX_KEY_ID] === undefined, 'the current key is on the ring');
  const placeKey = (key: KeyObject, place: Buffer) => createHmac('sha256', key).update('qolma.journal.place-key.1:').update(place).digest();
  return {
    placeKey: (keyId, place) => {
      const key = keys.get(keyId);
      return key && placeKey(key, placeBytes(place));
    },
    currentKeyId: ring.current,
    keyIds: [...keys.keys()].sort(),
    encrypt: (plain, place) => {
      // Random, not counted: an entry number is taken again when a commit fails, and a nonce must never be.
      const nonce = random.bytes(NONCE_BYTES);
      const where = placeBytes(place);
      const cipher = createCipheriv('aes-256-gcm', createSecretKey(placeKey(current, where)), nonce);
      cipher.setAAD(where);
      return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
    },
    decrypt: (keyId, sealed, place) => {
      const key = keys.get(keyId);
      if (key === undefined) return err({ code: 'JNL_KEY_MISSING', detail: `the key ${keyId} is not on the ring` });
      if (sealed.length < NONCE_BYTES + TAG_BYTES) return err({ code: 'JNL_KEY_WRONG', detail: 'the sealed text is too short' });
      const where = placeBytes(place);
      const decipher = createDecipheriv('aes-256-gcm', createSecretKey(placeKey(key, where)), sealed.subarray(0, NONCE_BYTES));
      decipher.setAAD(where);
      decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
      try {
        return ok(Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, sealed.length - TAG_BYTES)), decipher.final()]));
      } catch {
        return err({ code: 'JNL_KEY_WRONG', detail: `the key ${keyId} does not open entry ${place.entryNumber}` });
      }
    },
    blindIndex: ({ kind, value }) => {
      const comparable = comparableText(kind, value);
      return comparable === null ? null : createHmac('sha256', indexKey).update(`${kind}:${comparable}`).digest().subarray(0, INDEX_BYTES).toString('base64url');
    },
    checkValue: (keyId, journalId) => {
      const key = keyId === INDEX_KEY_ID ? indexKey : keys.get(keyId);
      return key && createHmac('sha256', key).update(`qolma.journal.key-check.1:${journalId}`).digest().subarray(0, CHECK_BYTES).toString('base64url');
    },
  };
}

/** The same person or card gives the same text however it was typed. @returns null for what is not searched for */
export function comparableText(kind: SecretKind, value: string): string | null {
  if (kind === 'name') return null;
  if (kind === 'account') return value.replace(/\s/g, '').toUpperCase();
  const digits = value.replace(/\D/g, '');
  // Kazakhstan: 8 707 … and +7 707 … are one number.
  return kind === 'phone' && digits.length === 11 && digits.startsWith('8') ? `7${digits.slice(1)}` : digits;
}

/** A payload as stored: 1 byte form, then by form. `plain`: a journal without keys (tests); `sealed`: 1 byte length and text of the key id, sealed bytes. */
const PLAIN_FORM = 0;
const SEALED_FORM = 1;

export function wrapPayload(keys: JournalKeys | undefined, plain: Uint8Array, place: SecretPlace): Buffer {
  if (keys === undefined) return Buffer.concat([Uint8Array.of(PLAIN_FORM), plain]);
  const keyId = Buffer.from(keys.currentKeyId, 'ascii');
  return Buffer.concat([Uint8Array.of(SEALED_FORM, keyId.length), keyId, keys.encrypt(plain, place)]);
}

export function unwrapPayload(keys: JournalKeys | undefined, stored: Uint8Array, place: SecretPlace): Result<Buffer, KeyProblem> {
  const bytes = Buffer.from(stored.buffer, stored.byteOffset, stored.byteLength);
  if (bytes[0] === PLAIN_FORM) return ok(bytes.subarray(1));
  const keyIdLength = bytes[1] ?? 0;
  const keyId = bytes.subarray(2, 2 + keyIdLength).toString('ascii');
  if (keys === undefined) return err({ code: 'JNL_KEY_MISSING', detail: `the journal was opened without the key ${keyId}` });
  return keys.decrypt(keyId, bytes.subarray(2 + keyIdLength), place);
}

export function sealField(keys: JournalKeys, secret: Secret, place: SecretPlace): SealedField {
  const index = keys.blindIndex(secret);
  return { keyId: keys.currentKeyId, text: keys.encrypt(Buffer.from(secret.value, 'utf8'), place).toString('base64url'), ...(index === null ? {} : { index }) };
}

export function openField(keys: JournalKeys | undefined, field: SealedField, place: SecretPlace): Result<string, KeyProblem> {
  if (keys === undefined) return err({ code: 'JNL_KEY_MISSING', detail: `the journal was opened without the key ${field.keyId}` });
  const opened = keys.decrypt(field.keyId, Buffer.from(field.text, 'base64url'), place);
  return opened.ok ? ok(opened.value.toString('utf8')) : opened;
}

export function isSameCheck(left: string, right: string): boolean {
  return left.length === right.length && timingSafeEqual(Buffer.from(left), Buffer.from(right));
}

function placeBytes({ journalId, entryNumber, kind, field }: SecretPlace): Buffer {
  return Buffer.from(`${journalId}|${entryNumber}|${kind}|${field}`, 'utf8');
}
