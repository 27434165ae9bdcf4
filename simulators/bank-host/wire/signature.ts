import { hash, sign, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

/** The one signature form of this link, character for character. [MAPPING §2, host-messages §3.2] */
const XMLDSIG = 'http://www.w3.org/2000/09/xmldsig#';
/** Where a signature goes; the schemas are asked without it. */
export const EMPTY_PLACE = '<Sgntr></Sgntr>';

function signedInfo(digestBase64: string, isStandingAlone: boolean): string {
  const namespace = isStandingAlone ? ` xmlns:ds="${XMLDSIG}"` : '';
  return (
    `<ds:SignedInfo${namespace}><ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"></ds:CanonicalizationMethod>` +
    '<ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"></ds:SignatureMethod><ds:Reference URI=""><ds:Transforms>' +
    '<ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"></ds:Transform><ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"></ds:Transform></ds:Transforms>' +
    `<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"></ds:DigestMethod><ds:DigestValue>${digestBase64}</ds:DigestValue></ds:Reference></ds:SignedInfo>`
  );
}

function signatureElement(digestBase64: string, valueBase64: string): string {
  return `<ds:Signature xmlns:ds="${XMLDSIG}">${signedInfo(digestBase64, false)}<ds:SignatureValue>${valueBase64}</ds:SignatureValue></ds:Signature>`;
}

const BASE64_32_BYTES = '([A-Za-z0-9+/]{43}=)';
const BASE64_64_BYTES = '([A-Za-z0-9+/]{86}==)';
const PLACED_SIGNATURE = new RegExp(
  `<Sgntr>${signatureElement('DIGEST', 'VALUE').replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`).replace('DIGEST', BASE64_32_BYTES).replace('VALUE', BASE64_64_BYTES)}</Sgntr>`,
  'g',
);

/**
 * Signs a canonical envelope that has an empty `<Sgntr></Sgntr>`.
 *
 * @param key P-256
 */
export function signEnvelope(canonicalEnvelope: string, key: KeyObject): string {
  const digestBase64 = sha256Base64(canonicalEnvelope);
  const value = concatenated(sign('sha256', Buffer.from(signedInfo(digestBase64, true)), key));
  return canonicalEnvelope.replace(EMPTY_PLACE, () => `<Sgntr>${signatureElement(digestBase64, value.toString('base64'))}</Sgntr>`);
}

/**
 * Finds which of the keys signed a canonical envelope.
 *
 * @returns the index of the key and the text without the signature, the only text that may be read; undefined when there is not exactly one
 *          signature of exactly our form, the digest differs, or no key fits
 */
export function verifyEnvelope(canonicalEnvelope: string, keys: readonly KeyObject[]): { readonly keyIndex: number; readonly signedText: string } | undefined {
  const placed = [...canonicalEnvelope.matchAll(PLACED_SIGNATURE)];
  const [only] = placed;
  if (only === undefined || placed.length !== 1 || count(canonicalEnvelope, '<ds:') !== count(only[0], '<ds:') || count(canonicalEnvelope, '<Sgntr') !== 1) return undefined;
  const [whole, digestBase64, valueBase64] = only as unknown as readonly [string, string, string];
  const signedText = canonicalEnvelope.replace(whole, () => EMPTY_PLACE);
  if (sha256Base64(signedText) !== digestBase64) return undefined;
  const value = sequenced(Buffer.from(valueBase64, 'base64'));
  const info = Buffer.from(signedInfo(digestBase64, true));
  const keyIndex = keys.findIndex((key) => verify('sha256', info, key, value));
  return keyIndex < 0 ? undefined : { keyIndex, signedText };
}

function sha256Base64(text: string): string {
  return hash('sha256', text, 'base64');
}

function count(text: string, part: string): number {
  return text.split(part).length - 1;
}

/** DER SEQUENCE { INTEGER r, INTEGER s } to r‖s. The library takes a key without options only in DER, and twice as fast. */
function concatenated(der: Buffer): Buffer {
  const rLength = der[3]!;
  const halves = [der.subarray(4, 4 + rLength), der.subarray(6 + rLength)];
  return Buffer.concat(halves.map((half) => Buffer.from(half.toString('hex').padStart(64, '0').slice(-64), 'hex')));
}

/** r‖s to DER. */
export function sequenced(value: Buffer): Buffer {
  const numbers = [value.subarray(0, 32), value.subarray(32)].map((half) => {
    const digits = half.toString('hex').replace(/^(00)+(?=..)/, '');
    const positive = Number.parseInt(digits.slice(0, 2), 16) > 0x7f ? `00${digits}` : digits;
    return Buffer.from(`02${(positive.length / 2).toString(16).padStart(2, '0')}${positive}`, 'hex');
  });
  const content = Buffer.concat(numbers);
  return Buffer.concat([Buffer.of(0x30, content.length), content]);
}
