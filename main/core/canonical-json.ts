import canonicalize from 'canonicalize';
import { assert } from '../foundation/assert.ts';

/** RFC 8785: the same value is the same bytes on every machine. */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  assert(text !== undefined, 'canonical JSON of a value that has none');
  return text;
}
