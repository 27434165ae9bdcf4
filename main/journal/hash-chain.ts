import { createHash, hash as hashOnce } from 'node:crypto';
import canonicalize from 'canonicalize';
import { assert } from '../foundation/assert.ts';

/** Before the first entry: 32 zero bytes. */
export const GENESIS_HASH: Buffer = Buffer.alloc(32);

/** `version` of an entry that was written before entries had versions: hashed in the first form, its data have the shape of version 1. */
export const FIRST_FORM = 0;

/** What is hashed of an entry: everything but the hash. Data and payload enter by their own hashes, so that both can be purged and the chain still holds. */
export interface ChainedEntry {
  readonly entryNumber: number;
  readonly kind: string;
  /** Of the shape of the data; FIRST_FORM or 1, 2, 3 … */
  readonly version: number;
  readonly atUtcMs: number;
  readonly monotonicMs: number;
  readonly bootId: string;
  readonly sessionId: string | null;
  readonly operationId: string | null;
  /** SHA-256 of the canonical data as stored, hex. */
  readonly dataSha256: string;
  /** SHA-256 of the payload as stored (encrypted), hex; null: there is none. */
  readonly payloadSha256: string | null;
}

/** JSON by RFC 8785: the same value has the same bytes whoever writes them. */
export function canonicalJson(value: unknown): string {
  const json = canonicalize(value);
  assert(json !== undefined, 'an entry is a JSON value');
  return json;
}

/** SHA-256 as lower-case hex; text as UTF-8. */
export function sha256Hex(content: string | Uint8Array): string {
  return hashOnce('sha256', content, 'hex');
}

/**
 * RFC 8785 of the heads of entries, one after the other. Written out because the names are fixed and already in order; a test holds it equal to
 * `canonicalJson` of the object.
 */
export function createCanonicalEntry(): (entry: ChainedEntry) => string {
  const [bootId, sessionId, operationId] = [createQuoted(), createQuoted(), createQuoted()];
  return (entry) =>
    `{"atUtcMs":${entry.atUtcMs},"bootId":${bootId(entry.bootId)},"dataSha256":"${entry.dataSha256}","entryNumber":${entry.entryNumber},"kind":"${entry.kind}","monotonicMs":${entry.monotonicMs},"operationId":${operationId(entry.operationId)},"payloadSha256":${entry.payloadSha256 === null ? 'null' : `"${entry.payloadSha256}"`},"sessionId":${sessionId(entry.sessionId)},"version":${entry.version}}`;
}

/** JSON of a text that is mostly the one before: neighbours in a chain share boot, session and operation. */
function createQuoted(): (text: string | null) => string {
  let [last, json]: [string | null, string] = [null, 'null'];
  return (text) => {
    if (text !== last) [last, json] = [text, JSON.stringify(text)];
    return json;
  };
}

/** SHA-256 of the canonical entry, hex: all that a stranger must be shown of an entry to follow the chain past it. For entries one after the other. */
export function createEntryDigest(): (entry: ChainedEntry) => string {
  const canonicalEntry = createCanonicalEntry();
  return (entry) => sha256Hex(canonicalEntry(entry));
}

/** SHA-256(previous hash ‖ digest of the entry), both as 64 characters of lower-case hex. */
export function chainHash(previousHash: string, digest: string): string {
  return sha256Hex(previousHash + digest);
}

/** The first form: SHA-256(32 bytes of the previous hash ‖ RFC 8785 of the entry with its data). Read only; nothing is written so any more. */
export function firstFormHash(previousHash: string, entry: Omit<ChainedEntry, 'dataSha256' | 'payloadSha256' | 'version'>, dataJson: string): string {
  const text = `{"atUtcMs":${entry.atUtcMs},"bootId":${JSON.stringify(entry.bootId)},"data":${dataJson},"entryNumber":${entry.entryNumber},"kind":${JSON.stringify(entry.kind)},"monotonicMs":${entry.monotonicMs},"operationId":${JSON.stringify(entry.operationId)},"sessionId":${JSON.stringify(entry.sessionId)}}`;
  return createHash('sha256').update(Buffer.from(previousHash, 'hex')).update(text, 'utf8').digest('hex');
}
