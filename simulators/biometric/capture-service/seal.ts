import { createCipheriv, createHash, createPublicKey, diffieHellman, generateKeyPairSync } from 'node:crypto';
import type { JsonWebKey } from 'node:crypto';

/** JWE compact for a P-256 key: ECDH-ES with A256GCM. [RFC 7516, RFC 7518 §4.6] @throws when it is no such key */
export function sealFor(recipient: JsonWebKey, plain: Buffer, iv: Uint8Array): string {
  const publicKey = createPublicKey({ key: recipient, format: 'jwk' });
  const ephemeral = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { kty, crv, x, y } = ephemeral.publicKey.export({ format: 'jwk' });
  const header = Buffer.from(JSON.stringify({ alg: 'ECDH-ES', enc: 'A256GCM', epk: { kty, crv, x, y } })).toString('base64url');
  const cipher = createCipheriv('aes-256-gcm', deriveKey(diffieHellman({ privateKey: ephemeral.privateKey, publicKey })), iv, { authTagLength: 16 });
  cipher.setAAD(Buffer.from(header, 'ascii'));
  const cipherText = Buffer.concat([cipher.update(plain), cipher.final()]);
  return [header, '', Buffer.from(iv).toString('base64url'), cipherText.toString('base64url'), cipher.getAuthTag().toString('base64url')].join('.');
}

/** Concat KDF, one round gives the 256 bits. [NIST SP 800-56A §5.8.1] */
function deriveKey(secret: Buffer): Buffer {
  const uint32 = (value: number) => Buffer.from([0, 0, value >> 8, value & 0xff]);
  const algorithm = Buffer.from('A256GCM', 'ascii');
  return createHash('sha256').update(Buffer.concat([uint32(1), secret, uint32(algorithm.length), algorithm, uint32(0), uint32(0), uint32(256)])).digest();
}
