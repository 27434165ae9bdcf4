import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { assert } from '../foundation/assert.ts';

/** Before the first entry: 32 zero bytes. */
export const GENESIS_HASH: Buffer = Buffer.alloc(32);

/** What is hashed of an entry: everything but the hash. `dataJson` is already canonical. */
export interface ChainedEntry {
  readonly entryNumber: number;
  readonly kind: string;
  readonly atUtcMs: number;
  readonly monotonicMs: number;
  readonly bootId: string;
  readonly sessionId: string | null;
  readonly operationId: string | null;
  readonly dataJson: string;
}

/** JSON by RFC 8785: the same value has the same bytes whoever writes them. */
export function canonicalJson(value: unknown): string {
  const json = canonicalize(value);
  assert(json !== undefined, 'an entry is a JSON value');
  return json;
}

/**
 * RFC 8785 of the whole entry. Written out because the names are fixed and already in order, and `dataJson` is canonical as stored, so that
 * neither writing nor verifying parses it; a test holds it equal to `canonicalJson` of the object.
 */
export function canonicalEntry(entry: ChainedEntry): string {
  const text = (value: string | null) => (value === null ? 'null' : JSON.stringify(value));
  return `{"atUtcMs":${entry.atUtcMs},"bootId":${text(entry.bootId)},"data":${entry.dataJson},"entryNumber":${entry.entryNumber},"kind":${text(entry.kind)},"monotonicMs":${entry.monotonicMs},"operationId":${text(entry.operationId)},"sessionId":${text(entry.sessionId)}}`;
}

/** SHA-256(previous hash ‖ canonical entry), 32 bytes. */
export function chainHash(previousHash: Uint8Array, entry: ChainedEntry): Buffer {
  return createHash('sha256').update(previousHash).update(canonicalEntry(entry), 'utf8').digest();
}
