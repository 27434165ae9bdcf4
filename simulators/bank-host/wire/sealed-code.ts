import { createDecipheriv, createHash, createPublicKey, diffieHellman } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { z } from 'zod';

/** JWE compact, ECDH-ES with A256GCM. [MAPPING §6, RFC 7516, RFC 7518 §4.6] */
const headerSchema = z.strictObject({
  alg: z.literal('ECDH-ES'),
  enc: z.literal('A256GCM'),
  epk: z.strictObject({ kty: z.literal('EC'), crv: z.literal('P-256'), x: z.string().max(64), y: z.string().max(64) }),
});
const contentSchema = z.strictObject({ code: z.string().regex(/^\d{4,8}$/), messageId: z.string().max(64), otpRef: z.string().max(64) });

/**
 * Opens a sealed one-time code.
 *
 * @param bound message and reference it must be sealed for; a code moved into another message is refused
 * @returns the digits, or undefined when it is not such a seal
 */
export function openSealedCode(compact: string, key: KeyObject, bound: { readonly messageId: string; readonly otpRef: string }): string | undefined {
  try {
    const [protectedPart, encryptedKey, iv, cipherText, tag, ...rest] = compact.split('.');
    if (protectedPart === undefined || encryptedKey !== '' || iv === undefined || cipherText === undefined || tag === undefined || rest.length > 0) return undefined;
    const header = headerSchema.parse(JSON.parse(fromBase64Url(protectedPart).toString('utf8')));
    const secret = diffieHellman({ privateKey: key, publicKey: createPublicKey({ key: header.epk, format: 'jwk' }) });
    const decipher = createDecipheriv('aes-256-gcm', deriveKey(secret), fromBase64Url(iv), { authTagLength: 16 });
    decipher.setAAD(Buffer.from(protectedPart, 'ascii'));
    decipher.setAuthTag(fromBase64Url(tag));
    const plain = Buffer.concat([decipher.update(fromBase64Url(cipherText)), decipher.final()]);
    const content = contentSchema.parse(JSON.parse(plain.toString('utf8')));
    return content.messageId === bound.messageId && content.otpRef === bound.otpRef ? content.code : undefined;
  } catch {
    return undefined;
  }
}

/** Concat KDF, one round gives the 256 bits. [NIST SP 800-56A §5.8.1] */
function deriveKey(secret: Buffer): Buffer {
  const algorithm = Buffer.from('A256GCM', 'ascii');
  return createHash('sha256').update(Buffer.concat([uint32(1), secret, uint32(algorithm.length), algorithm, uint32(0), uint32(0), uint32(256)])).digest();
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

const fromBase64Url = (text: string): Buffer => Buffer.from(text, 'base64url');
