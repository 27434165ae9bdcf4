import { X509Certificate } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { assert } from '../../foundation/assert.ts';
import type { Clock } from '../../foundation/clock.ts';

/** Current, next, and one of each that was just replaced. [host-messages §3.4 rotation] */
const PINNED_CERTIFICATES_MAX = 4;

export interface TrustedKey {
  /** Serial number of the certificate, lower-case hex without leading zeros. */
  readonly keyId: string;
  readonly publicKey: KeyObject;
}

/** Whose signatures are believed. */
export interface Trust {
  /** Pinned keys whose certificate is valid at this moment, in the order they were given. @param nowUtcMs  where a better clock than the wall's is known */
  keysValidNow(nowUtcMs?: number): readonly TrustedKey[];
}

/** The certificates of a PEM file, in their order: where the bank changes its key the current one and the next, or the one before. Anything else is one certificate, for whoever reads it to say what is wrong. */
export function certificatesIn(pem: string): readonly string[] {
  return pem.match(/-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----/gs) ?? [pem];
}

/** Serial number as both sides write it into `keyId`. */
export function certificateKeyId(certificate: X509Certificate): string {
  return certificate.serialNumber.toLowerCase().replace(/^0+/, '');
}

/**
 * Pins the signing certificates of the other side. Nothing is looked up elsewhere: no system store, no KeyInfo of a message.
 *
 * @param options.certificatesPem   1…4 certificates with P-256 keys: the current one and, during a change of keys, the next
 * @param options.revokedKeyIds     serial numbers that are refused whatever their dates say
 * @throws when a certificate is unreadable or not P-256: a fault of the installation, found at start
 */
export function createTrust(options: { readonly certificatesPem: readonly string[]; readonly clock: Clock; readonly revokedKeyIds?: readonly string[] }): Trust {
  assert(options.certificatesPem.length >= 1 && options.certificatesPem.length <= PINNED_CERTIFICATES_MAX, 'one to four signing certificates are pinned');
  const revoked = new Set(options.revokedKeyIds ?? []);
  const pinned = options.certificatesPem.map((pem) => {
    const certificate = new X509Certificate(pem);
    assert(certificate.publicKey.asymmetricKeyDetails?.namedCurve === 'prime256v1', 'a pinned signing certificate has a P-256 key');
    return {
      keyId: certificateKeyId(certificate),
      publicKey: certificate.publicKey,
      validFromUtcMs: certificate.validFromDate.getTime(),
      validToUtcMs: certificate.validToDate.getTime(),
    };
  });
  return {
    keysValidNow: (nowUtcMs = options.clock.nowUtcMs()) => {
      return pinned.filter((key) => key.validFromUtcMs <= nowUtcMs && nowUtcMs <= key.validToUtcMs && !revoked.has(key.keyId));
    },
  };
}
