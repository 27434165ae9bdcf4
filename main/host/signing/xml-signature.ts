import { hash, verify } from 'node:crypto';
import { assert } from '../../foundation/assert.ts';
import { rawToDer, SIGNATURE_LENGTH_BYTES } from '../../foundation/ecdsa-form.ts';
import { err, ok } from '../../foundation/outcome.ts';
import type { Result } from '../../foundation/outcome.ts';
import { DOCUMENT_LENGTH_BYTES_MAX, guardDocumentBytes } from './byte-guards.ts';
import type { Signer } from './signer.ts';
import type { Trust } from './trust.ts';
import { canonicalText, withParsed } from './xml-engine.ts';

/**
 * The pinned XML signature profile [host-messages §3.2]: enveloped, exclusive C14N without comments, ECDSA P-256 over SHA-256, one reference to
 * the whole document. There is nothing to negotiate: the signature element is compared with a template character by character, only digest and
 * value differ. So no algorithm, transform, reference or key can be swapped in.
 */
const DSIG = 'http://www.w3.org/2000/09/xmldsig#';
const EXC_C14N = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const EMPTY_HOLDER = '<Sgntr></Sgntr>';
const HOLDER_OPEN = '<Sgntr>';
const HOLDER_CLOSE = '</Sgntr>';
const SIGNATURE_OPEN = `<ds:Signature xmlns:ds="${DSIG}">`;
const SIGNATURE_CLOSE = '</ds:Signature>';

/** `standsAlone`: as the canonical form of the element by itself, where it must declare its prefix. */
const signedInfoText = (digestBase64: string, form: 'standsAlone' | 'inside'): string =>
  `<ds:SignedInfo${form === 'standsAlone' ? ` xmlns:ds="${DSIG}"` : ''}>` +
  `<ds:CanonicalizationMethod Algorithm="${EXC_C14N}"></ds:CanonicalizationMethod>` +
  '<ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"></ds:SignatureMethod>' +
  '<ds:Reference URI=""><ds:Transforms>' +
  `<ds:Transform Algorithm="${DSIG}enveloped-signature"></ds:Transform><ds:Transform Algorithm="${EXC_C14N}"></ds:Transform>` +
  '</ds:Transforms><ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"></ds:DigestMethod>' +
  `<ds:DigestValue>${digestBase64}</ds:DigestValue></ds:Reference></ds:SignedInfo>`;

const signatureText = (digestBase64: string, valueBase64: string): string =>
  `${SIGNATURE_OPEN}${signedInfoText(digestBase64, 'inside')}<ds:SignatureValue>${valueBase64}</ds:SignatureValue>${SIGNATURE_CLOSE}`;

// 32 bytes make 43 characters and one `=`; 64 bytes make 86 and two.
const DIGEST_VALUE = /<ds:DigestValue>([A-Za-z0-9+/]{43}=)<\/ds:DigestValue>/;
const SIGNATURE_VALUE = /<ds:SignatureValue>([A-Za-z0-9+/]{86}==)<\/ds:SignatureValue>/;

/**
 * Signs an envelope. What comes out is what is stored and sent, byte for byte: formatting it anew breaks it.
 *
 * @param canonicalWithHolder  canonical text of the envelope with exactly one empty `<Sgntr></Sgntr>`; that it is canonical is the caller's proof
 * @returns UTF-8 bytes
 */
export function signEnvelope(canonicalWithHolder: string, signer: Signer): Buffer {
  const parts = canonicalWithHolder.split(EMPTY_HOLDER);
  assert(parts.length === 2 && !canonicalWithHolder.includes(SIGNATURE_CLOSE), 'an envelope has one place for its signature and none yet');
  const digestBase64 = sha256Base64(canonicalWithHolder);
  const value = signer.sign(Buffer.from(signedInfoText(digestBase64, 'standsAlone')));
  assert(value.length === SIGNATURE_LENGTH_BYTES, 'a signature is r and s, 32 bytes each');
  return Buffer.from(parts.join(`${HOLDER_OPEN}${signatureText(digestBase64, value.toString('base64'))}${HOLDER_CLOSE}`));
}

/** `malformed`: not the form of the profile at all. `invalid`: it is, and the signature does not hold. */
export interface SignatureFailure {
  readonly kind: 'malformed' | 'invalid';
  /** Constant words; never content of the document. */
  readonly detail: string;
}

export interface VerifiedEnvelope {
  /** Canonical text without the signature and without its holder: the only thing that may be parsed and believed from here on. */
  readonly canonical: string;
  readonly keyId: string;
}

/**
 * Verifies an envelope. Total: any bytes give a result, in time bounded by their length.
 *
 * @param options.lengthBytesMax  default 256 KiB
 */
export function verifyEnvelope(bytes: Uint8Array, trust: Trust, options: { readonly lengthBytesMax?: number; readonly nowUtcMs?: number | undefined } = {}): Result<VerifiedEnvelope, SignatureFailure> {
  const guarded = guardDocumentBytes(bytes, options.lengthBytesMax ?? DOCUMENT_LENGTH_BYTES_MAX);
  if (!guarded.ok) return err({ kind: 'malformed', detail: guarded.error });
  let canonical: string;
  try {
    canonical = withParsed(guarded.value, canonicalText);
  } catch {
    return err({ kind: 'malformed', detail: 'not well-formed XML' });
  }
  const cut = cutSignature(canonical);
  if (!cut.ok) return cut;
  const { signature, withHolder } = cut.value;

  const digestBase64 = DIGEST_VALUE.exec(signature)?.[1];
  const valueBase64 = SIGNATURE_VALUE.exec(signature)?.[1];
  if (digestBase64 === undefined || valueBase64 === undefined || signature !== signatureText(digestBase64, valueBase64)) return err({ kind: 'invalid', detail: 'the signature is not of the pinned profile' });
  if (sha256Base64(withHolder) !== digestBase64) return err({ kind: 'invalid', detail: 'the digest does not fit the document' });

  const signedBytes = Buffer.from(signedInfoText(digestBase64, 'standsAlone'));
  const value = rawToDer(Buffer.from(valueBase64, 'base64'));
  const key = trust.keysValidNow(options.nowUtcMs).find(({ publicKey }) => verify('sha256', signedBytes, publicKey, value));
  if (key === undefined) return err({ kind: 'invalid', detail: 'no pinned key that is valid now made this signature' });
  return ok({ canonical: withHolder.replace(EMPTY_HOLDER, ''), keyId: key.keyId });
}

/** Exactly one holder and exactly one signature, which fills the holder. */
function cutSignature(canonical: string): Result<{ readonly signature: string; readonly withHolder: string }, SignatureFailure> {
  const holder = canonical.split(HOLDER_OPEN);
  const start = canonical.indexOf(HOLDER_OPEN) + HOLDER_OPEN.length;
  const end = canonical.indexOf(HOLDER_CLOSE);
  if (holder.length !== 2 || end < start) return err({ kind: 'malformed', detail: 'there is not exactly one place for a signature' });
  const signature = canonical.slice(start, end);
  const withHolder = canonical.slice(0, start) + canonical.slice(end);
  if (withHolder.includes(DSIG)) return err({ kind: 'invalid', detail: 'there is not exactly one signature' });
  return ok({ signature, withHolder });
}

function sha256Base64(text: string): string {
  return hash('sha256', text, 'base64');
}
