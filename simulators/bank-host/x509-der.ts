import { createHash, createPublicKey, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { assert } from '../../main/foundation/assert.ts';

/**
 * Just enough DER to issue the sample certificates: X.509 v3, P-256 keys, ecdsa-with-SHA256. [RFC 5280 §4.1]
 * Written here because Node can read certificates but not make them.
 */
const TAG = { boolean: 0x01, integer: 0x02, bitString: 0x03, octetString: 0x04, oid: 0x06, utf8String: 0x0c, utcTime: 0x17, sequence: 0x30, set: 0x31 } as const;

const OIDS = {
  commonName: '2.5.4.3',
  organisation: '2.5.4.10',
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  authorityKeyIdentifier: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
} as const;

/** Bits of KeyUsage, most significant first. [RFC 5280 §4.2.1.3] */
const KEY_USAGE_BITS = { digitalSignature: 0, nonRepudiation: 1, keyEncipherment: 2, keyAgreement: 4, keyCertSign: 5, cRLSign: 6 } as const;
export type KeyUsage = keyof typeof KEY_USAGE_BITS;

export interface CertificateName {
  readonly commonName: string;
  readonly organisation: string;
}

export interface CertificateRequest {
  readonly subject: CertificateName;
  readonly issuer: CertificateName;
  readonly subjectPublicKey: KeyObject;
  readonly issuerPrivateKey: KeyObject;
  /** 8…20 bytes; the top bit is cleared so that the number is positive. */
  readonly serial: Uint8Array;
  readonly notBeforeUtcMs: number;
  readonly notAfterUtcMs: number;
  readonly isAuthority: boolean;
  readonly keyUsage: readonly KeyUsage[];
  readonly extendedKeyUsage: readonly ('serverAuth' | 'clientAuth')[];
  readonly dnsNames: readonly string[];
  readonly ipV4Addresses: readonly string[];
}

/** Issues one certificate. @returns PEM */
export function issueCertificate(request: CertificateRequest): string {
  const signatureAlgorithm = sequence(oid(OIDS.ecdsaWithSha256));
  const toBeSigned = sequence(
    der(0xa0, integer(Uint8Array.of(2))),
    integer(request.serial),
    signatureAlgorithm,
    encodeName(request.issuer),
    sequence(utcTime(request.notBeforeUtcMs), utcTime(request.notAfterUtcMs)),
    encodeName(request.subject),
    request.subjectPublicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...encodeExtensions(request))),
  );
  const signature = sign('sha256', toBeSigned, request.issuerPrivateKey);
  const certificate = sequence(toBeSigned, signatureAlgorithm, der(TAG.bitString, Uint8Array.of(0), signature));
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}

function encodeExtensions(request: CertificateRequest): Buffer[] {
  const issuerPublicKey = createPublicKey(request.issuerPrivateKey);
  const extensions = [
    extension({ id: OIDS.basicConstraints, isCritical: true, value: request.isAuthority ? sequence(der(TAG.boolean, Uint8Array.of(0xff))) : sequence() }),
    extension({ id: OIDS.keyUsage, isCritical: true, value: encodeKeyUsage(request.keyUsage) }),
    extension({ id: OIDS.subjectKeyIdentifier, isCritical: false, value: der(TAG.octetString, keyIdentifier(request.subjectPublicKey)) }),
    extension({ id: OIDS.authorityKeyIdentifier, isCritical: false, value: sequence(der(0x80, keyIdentifier(issuerPublicKey))) }),
  ];
  if (request.extendedKeyUsage.length > 0) {
    extensions.push(extension({ id: OIDS.extendedKeyUsage, isCritical: false, value: sequence(...request.extendedKeyUsage.map((usage) => oid(OIDS[usage]))) }));
  }
  const names = [...request.dnsNames.map((name) => der(0x82, Buffer.from(name, 'ascii'))), ...request.ipV4Addresses.map((address) => der(0x87, Uint8Array.from(address.split('.').map(Number))))];
  if (names.length > 0) extensions.push(extension({ id: OIDS.subjectAltName, isCritical: false, value: sequence(...names) }));
  return extensions;
}

function extension(fields: { readonly id: string; readonly isCritical: boolean; readonly value: Buffer }): Buffer {
  const critical = fields.isCritical ? [der(TAG.boolean, Uint8Array.of(0xff))] : [];
  return sequence(oid(fields.id), ...critical, der(TAG.octetString, fields.value));
}

function encodeKeyUsage(usages: readonly KeyUsage[]): Buffer {
  const highestBit = Math.max(...usages.map((usage) => KEY_USAGE_BITS[usage]));
  const byte = usages.reduce((bits, usage) => bits | (0x80 >> KEY_USAGE_BITS[usage]), 0);
  return der(TAG.bitString, Uint8Array.of(7 - highestBit, byte));
}

function encodeName(name: CertificateName): Buffer {
  const attribute = (id: string, text: string) => der(TAG.set, sequence(oid(id), der(TAG.utf8String, Buffer.from(text, 'utf8'))));
  return sequence(attribute(OIDS.organisation, name.organisation), attribute(OIDS.commonName, name.commonName));
}

/** SHA-1 of the key, as RFC 5280 §4.2.1.2 (1) names it: a name for the key, no protection hangs on it. */
function keyIdentifier(key: KeyObject): Buffer {
  return createHash('sha1').update(key.export({ type: 'spki', format: 'der' })).digest();
}

function der(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(contents);
  if (body.length < 0x80) return Buffer.concat([Uint8Array.of(tag, body.length), body]);
  const lengthBytes = body.length < 0x100 ? [0x81, body.length] : [0x82, body.length >> 8, body.length & 0xff];
  assert(body.length < 0x1_0000, 'a sample certificate is smaller than 64 KiB');
  return Buffer.concat([Uint8Array.of(tag, ...lengthBytes), body]);
}

const sequence = (...contents: readonly Uint8Array[]): Buffer => der(TAG.sequence, ...contents);

function integer(bytes: Uint8Array): Buffer {
  const positive = Uint8Array.from(bytes);
  positive[0]! &= 0x7f;
  // Shortest form: DER forbids a leading zero byte that the sign does not need.
  if (positive.length > 1 && positive[0] === 0) positive[0] = 0x40;
  return der(TAG.integer, positive);
}

function oid(dotted: string): Buffer {
  const [first, second, ...rest] = dotted.split('.').map(Number);
  const bytes = [first! * 40 + second!];
  for (const arc of rest) {
    const groups = [arc & 0x7f];
    for (let high = Math.floor(arc / 128); high > 0; high = Math.floor(high / 128)) groups.unshift((high & 0x7f) | 0x80);
    bytes.push(...groups);
  }
  return der(TAG.oid, Uint8Array.from(bytes));
}

/** UTCTime holds the years 1950 to 2049, enough for samples. */
function utcTime(utcMs: number): Buffer {
  const iso = new Date(utcMs).toISOString();
  assert(Number(iso.slice(0, 4)) < 2050, 'a sample certificate ends before 2050');
  return der(TAG.utcTime, Buffer.from(`${iso.slice(2, 19).replaceAll(/[-:T]/g, '')}Z`, 'ascii'));
}
