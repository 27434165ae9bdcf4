import { createDecipheriv, createHash, createPublicKey, diffieHellman, type KeyObject } from 'node:crypto';

/** The host's side of a sealed sample (compact JWE, ECDH-ES, A256GCM), by the RFCs and sharing nothing with driver or simulator. */
export function openedSample(compact: string, privateKey: KeyObject): { readonly [field: string]: string } {
  const [header, , iv, cipherText, tag] = compact.split('.');
  const { epk } = JSON.parse(Buffer.from(header!, 'base64url').toString('utf8'));
  const secret = diffieHellman({ privateKey, publicKey: createPublicKey({ key: epk, format: 'jwk' }) });
  const info = Buffer.concat([Buffer.from([0, 0, 0, 1]), secret, Buffer.from([0, 0, 0, 7]), Buffer.from('A256GCM'), Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0])]);
  const decipher = createDecipheriv('aes-256-gcm', createHash('sha256').update(info).digest(), Buffer.from(iv!, 'base64url'), { authTagLength: 16 });
  decipher.setAAD(Buffer.from(header!, 'ascii'));
  decipher.setAuthTag(Buffer.from(tag!, 'base64url'));
  return JSON.parse(Buffer.concat([decipher.update(Buffer.from(cipherText!, 'base64url')), decipher.final()]).toString('utf8'));
}
