import { createPrivateKey, sign, X509Certificate } from 'node:crypto';
import { assert } from '../../foundation/assert.ts';
import { derToRaw } from '../../foundation/ecdsa-form.ts';
import { certificateKeyId } from './trust.ts';

/** A private key for documents, wherever it lies: file, TPM, token. [host-messages §3.4] */
export interface Signer {
  /** Serial number of the certificate, lower-case hex: how the other side finds the key. */
  readonly keyId: string;
  /** ECDSA P-256 over SHA-256 of `bytes`; 64 bytes r‖s. */
  sign(bytes: Uint8Array): Buffer;
}

/**
 * The third custody tier: a key in a file.
 *
 * @param options.keyPem   PKCS#8, P-256
 * @param options.certPem  its certificate; the two must belong together
 * @throws when the key is not P-256 or does not fit the certificate: a fault of the installation, found at start
 */
export function createFileSigner(options: { readonly keyPem: string; readonly certPem: string }): Signer {
  const key = createPrivateKey(options.keyPem);
  const certificate = new X509Certificate(options.certPem);
  assert(key.asymmetricKeyDetails?.namedCurve === 'prime256v1', 'the signing key is an EC key on P-256');
  assert(certificate.checkPrivateKey(key), 'the signing certificate belongs to the signing key');
  return {
    keyId: certificateKeyId(certificate),
    sign: (bytes) => derToRaw(sign('sha256', bytes, key)),
  };
}
