import { createCipheriv, createECDH, createHash, createPublicKey } from 'node:crypto';
import canonicalize from 'canonicalize';
import { assert } from '../../foundation/assert.ts';
import type { Random } from '../../foundation/random.ts';

/** [RFC 7518 §4.6, §5.3] */
const KEY_LENGTH_BITS = 256;
const IV_LENGTH_BYTES = 12;
const SCALAR_LENGTH_BYTES = 32;

/** Encrypts a one-time code to the bank, so that it is never readable on the line, in the journal or in the message queue. */
export interface CodeSealer {
  /** JWE in compact form. The message id and the reference are inside, so a sealed code cannot be moved into another message. */
  seal(secret: { readonly code: string; readonly messageId: string; readonly otpRef: string }): string;
}

/**
 * @param options.hostKeyPem  certificate or public key of the bank, P-256
 * @throws when that key is unreadable or on another curve: a fault of the installation, found at start
 * @source RFC 7516 compact form, RFC 7518 `ECDH-ES` with `A256GCM`
 */
export function createCodeSealer(options: { readonly hostKeyPem: string; readonly random: Random }): CodeSealer {
  const hostKey = createPublicKey(options.hostKeyPem);
  assert(hostKey.asymmetricKeyDetails?.namedCurve === 'prime256v1', 'the encryption key of the host is on P-256');
  const { x, y } = hostKey.export({ format: 'jwk' });
  assert(typeof x === 'string' && typeof y === 'string', 'an EC key has two coordinates');
  const hostPoint = Buffer.concat([Buffer.from([4]), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
  return { seal: (secret) => sealTo(hostPoint, secret, options.random) };
}

function sealTo(hostPoint: Buffer, secret: { readonly code: string; readonly messageId: string; readonly otpRef: string }, random: Random): string {
  const ephemeral = createECDH('prime256v1');
  ephemeral.setPrivateKey(randomScalar(random));
  const point = ephemeral.getPublicKey();
  const header = {
    alg: 'ECDH-ES',
    enc: 'A256GCM',
    epk: { kty: 'EC', crv: 'P-256', x: point.subarray(1, 33).toString('base64url'), y: point.subarray(33).toString('base64url') },
  };
  const protectedPart = Buffer.from(JSON.stringify(header)).toString('base64url');
  const iv = Buffer.from(random.bytes(IV_LENGTH_BYTES));
  const cipher = createCipheriv('aes-256-gcm', contentKey(ephemeral.computeSecret(hostPoint)), iv);
  cipher.setAAD(Buffer.from(protectedPart, 'ascii'));
  const plain = canonicalize({ code: secret.code, messageId: secret.messageId, otpRef: secret.otpRef });
  assert(plain !== undefined, 'three strings have a canonical form');
  const sealed = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
  return [protectedPart, '', iv.toString('base64url'), sealed.toString('base64url'), cipher.getAuthTag().toString('base64url')].join('.');
}

/** Single-step key derivation of NIST SP 800-56A with SHA-256; one round gives the 256 bits. [RFC 7518 §4.6.2] */
function contentKey(sharedSecret: Buffer): Buffer {
  const algorithm = Buffer.from('A256GCM', 'ascii');
  const otherInfo = Buffer.concat([uint32(algorithm.length), algorithm, uint32(0), uint32(0), uint32(KEY_LENGTH_BITS)]);
  return createHash('sha256').update(Buffer.concat([uint32(1), sharedSecret, otherInfo])).digest();
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** A private key on P-256: any number from 1 to the order of the curve less one; others come up once in 2³² draws and are drawn again. */
function randomScalar(random: Random): Buffer {
  const order = Buffer.from('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551', 'hex');
  for (;;) {
    const scalar = Buffer.from(random.bytes(SCALAR_LENGTH_BYTES));
    if (Buffer.compare(scalar, order) < 0 && scalar.some((byte) => byte !== 0)) return scalar;
  }
}
