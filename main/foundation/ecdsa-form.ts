import { assert } from './assert.ts';

/**
 * The two forms of one ECDSA P-256 signature. XMLDSig and PKCS#11 write r‖s in 64 bytes; the crypto library is quickest with the DER sequence of
 * X9.62, because a key given together with options costs it as much again as the signature itself.
 */
const NUMBER_LENGTH_BYTES = 32;
/** Of the form r‖s. */
export const SIGNATURE_LENGTH_BYTES: number = 2 * NUMBER_LENGTH_BYTES;
const SEQUENCE = 0x30;
const INTEGER = 0x02;

/** @param signature 64 bytes r‖s; any 64 bytes give a DER sequence, which need not be a good signature */
export function rawToDer(signature: Uint8Array): Buffer {
  assert(signature.length === SIGNATURE_LENGTH_BYTES, 'a signature is r and s, 32 bytes each');
  const content = Buffer.concat([derInteger(signature.subarray(0, NUMBER_LENGTH_BYTES)), derInteger(signature.subarray(NUMBER_LENGTH_BYTES))]);
  // At most 70 bytes: the short form of a length is enough.
  return Buffer.concat([Buffer.of(SEQUENCE, content.length), content]);
}

/** @param der what a P-256 signature came out as; anything else is an assertion, it is our own library's output */
export function derToRaw(der: Uint8Array): Buffer {
  const raw = Buffer.alloc(SIGNATURE_LENGTH_BYTES);
  assert(der[0] === SEQUENCE && der[1] === der.length - 2, 'a signature is one short DER sequence');
  let offset = 2;
  for (const end of [NUMBER_LENGTH_BYTES, SIGNATURE_LENGTH_BYTES]) {
    const lengthBytes = der[offset + 1] ?? 0;
    assert(der[offset] === INTEGER && lengthBytes > 0, 'r and s are DER integers');
    const number = der.subarray(offset + 2, offset + 2 + lengthBytes);
    const significant = number[0] === 0 ? number.subarray(1) : number;
    assert(significant.length <= NUMBER_LENGTH_BYTES, 'r and s have at most 32 bytes');
    raw.set(significant, end - significant.length);
    offset += 2 + lengthBytes;
  }
  assert(offset === der.length, 'nothing follows r and s');
  return raw;
}

/** Shortest form: no leading zeros but the one that keeps the number positive. */
function derInteger(number: Uint8Array): Buffer {
  const start = number.findIndex((byte) => byte !== 0);
  const significant = start < 0 ? number.subarray(NUMBER_LENGTH_BYTES - 1) : number.subarray(start);
  const sign = (significant[0] ?? 0) >= 0x80 ? [0] : [];
  return Buffer.from([INTEGER, significant.length + sign.length, ...sign, ...significant]);
}
