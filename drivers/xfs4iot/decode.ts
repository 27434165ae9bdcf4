import { readAny } from './messages.ts';

/** Fields whose content is a card number, a PIN block, a key, a token or a biometric sample. [xfs4iot §14.19] */
const SECRET = new Set(['customerData', 'track1', 'track2', 'track3', 'chipData', 'pinBlock', 'data', 'barcodeData', 'token', 'commandNonce', 'value', 'ksn', 'key', 'xorData', 'dataRead', 'keys', 'pinKeys', 'digit']);

/** One message, or what is none, as plain JSON for `qolma devices decode`; every byte belongs to it. */
export function decodeXfs(bytes: Uint8Array): readonly unknown[] {
  const read = readAny(bytes);
  if (!read.ok) return [{ kind: 'noise', reason: read.error, byteCount: bytes.length }];
  const { header, payload } = read.value;
  return [{ kind: header.type, ...header, payload: masked(payload ?? {}, 0) }];
}

const DEPTH_MAX = 20;

function masked(value: unknown, depth: number): unknown {
  if (depth > DEPTH_MAX) return 'too deep';
  if (Array.isArray(value)) return value.map((each) => masked(each, depth + 1));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, SECRET.has(name) && field !== null && typeof field !== 'boolean' && typeof field !== 'number' ? 'masked' : masked(field, depth + 1)]));
}
