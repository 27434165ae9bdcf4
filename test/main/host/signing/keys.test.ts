import { createDecipheriv, createECDH, createHash, createPrivateKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createCodeSealer } from '../../../../main/host/signing/seal-code.ts';
import { createFileSigner } from '../../../../main/host/signing/signer.ts';
import { certificateKeyId, createTrust } from '../../../../main/host/signing/trust.ts';
import { generateSamplePki } from '../../../../simulators/bank-host/pki.ts';
import { seededRandom } from '../../../../simulators/world/seeded-random.ts';
import { SAMPLE_NOW_UTC_MS } from '../../../support/host-samples.ts';
import { stillClock } from '../../../support/host-test-codec.ts';

const pki = generateSamplePki({ nowUtcMs: SAMPLE_NOW_UTC_MS, random: seededRandom(1) });
const other = generateSamplePki({ nowUtcMs: SAMPLE_NOW_UTC_MS, random: seededRandom(2) });

describe('pinned certificates', () => {
  const certificate = new X509Certificate(pki.hostSign.certificatePem);
  const keyId = certificateKeyId(certificate);
  const keysAt = (nowUtcMs: number, revokedKeyIds: string[] = []) =>
    createTrust({ certificatesPem: [pki.hostSign.certificatePem], clock: stillClock(nowUtcMs), revokedKeyIds }).keysValidNow().map((key) => key.keyId);

  it('are believed from the first to the last moment of their validity, not a second longer', () => {
    const [fromUtcMs, toUtcMs] = [certificate.validFromDate.getTime(), certificate.validToDate.getTime()];
    expect(keysAt(fromUtcMs - 1)).toEqual([]);
    expect(keysAt(fromUtcMs)).toEqual([keyId]);
    expect(keysAt(toUtcMs)).toEqual([keyId]);
    expect(keysAt(toUtcMs + 1000)).toEqual([]);
  });

  it('are not believed once revoked', () => {
    expect(keysAt(SAMPLE_NOW_UTC_MS, [keyId])).toEqual([]);
  });

  it('stand side by side while keys change', () => {
    const trust = createTrust({ certificatesPem: [pki.hostSign.certificatePem, other.hostSign.certificatePem], clock: stillClock() });
    expect(trust.keysValidNow()).toHaveLength(2);
  });

  it('are refused at start when there is none or five', () => {
    expect(() => createTrust({ certificatesPem: [], clock: stillClock() })).toThrow('one to four');
    expect(() => createTrust({ certificatesPem: Array.from({ length: 5 }, () => pki.hostSign.certificatePem), clock: stillClock() })).toThrow('one to four');
  });
});

describe('a key in a file', () => {
  it('signs 64 bytes under the serial number of its certificate', () => {
    const signer = createFileSigner({ keyPem: pki.terminalSign.keyPem, certPem: pki.terminalSign.certificatePem });
    expect(signer.sign(Buffer.from('x'))).toHaveLength(64);
    expect(signer.keyId).toMatch(/^[1-9a-f][0-9a-f]*$/);
    expect(BigInt(`0x${signer.keyId}`)).toBe(BigInt(`0x${new X509Certificate(pki.terminalSign.certificatePem).serialNumber}`));
  });

  it('is refused at start with a certificate of another key, and on another curve', () => {
    expect(() => createFileSigner({ keyPem: pki.terminalSign.keyPem, certPem: pki.hostSign.certificatePem })).toThrow('belongs to the signing key');
    const keyPem = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    expect(() => createFileSigner({ keyPem, certPem: pki.hostSign.certificatePem })).toThrow('P-256');
  });
});

describe('a sealed one-time code', () => {
  // Opened by the letter of RFC 7516 and RFC 7518 §4.6, independently of the code under test.
  function open(jwe: string, keyPem: string): string {
    const [header, key, iv, sealed, tag] = jwe.split('.');
    expect(key).toBe('');
    const { epk, alg, enc } = JSON.parse(Buffer.from(header!, 'base64url').toString()) as { epk: { x: string; y: string }; alg: string; enc: string };
    expect([alg, enc]).toEqual(['ECDH-ES', 'A256GCM']);
    const ecdh = createECDH('prime256v1');
    ecdh.setPrivateKey(Buffer.from(createPrivateKey(keyPem).export({ format: 'jwk' }).d!, 'base64url'));
    const secret = ecdh.computeSecret(Buffer.concat([Buffer.from('04', 'hex'), Buffer.from(epk.x, 'base64url'), Buffer.from(epk.y, 'base64url')]));
    const contentKey = createHash('sha256').update(Buffer.concat([Buffer.from('00000001', 'hex'), secret, Buffer.from('00000007', 'hex'), Buffer.from('A256GCM'), Buffer.from('000000000000000000000100', 'hex')])).digest();
    const decipher = createDecipheriv('aes-256-gcm', contentKey, Buffer.from(iv!, 'base64url'));
    decipher.setAAD(Buffer.from(header!));
    decipher.setAuthTag(Buffer.from(tag!, 'base64url'));
    return decipher.update(Buffer.from(sealed!, 'base64url'), undefined, 'utf8') + decipher.final('utf8');
  }

  const secret = { code: '482913', messageId: 'M-1', otpRef: 'O-1' };

  it('opens with the key of the bank, and says which message it belongs to', () => {
    const sealer = createCodeSealer({ hostKeyPem: pki.hostEncrypt.certificatePem, random: seededRandom(7) });
    expect(open(sealer.seal(secret), pki.hostEncrypt.keyPem)).toBe('{"code":"482913","messageId":"M-1","otpRef":"O-1"}');
  });

  it('opens with no other key', () => {
    const sealer = createCodeSealer({ hostKeyPem: pki.hostEncrypt.certificatePem, random: seededRandom(7) });
    expect(() => open(sealer.seal(secret), other.hostEncrypt.keyPem)).toThrow();
  });

  it('is never the same twice', () => {
    const sealer = createCodeSealer({ hostKeyPem: pki.hostEncrypt.certificatePem, random: seededRandom(7) });
    const [first, second] = [sealer.seal(secret), sealer.seal(secret)];
    expect(first).not.toBe(second);
    expect(first.split('.')[0]).not.toBe(second.split('.')[0]);
  });

  it('draws its ephemeral key again when it is nought or past the order of the curve', () => {
    const draws = [Buffer.alloc(32, 0), Buffer.alloc(32, 0xff), Buffer.alloc(32, 1), Buffer.alloc(12, 5)];
    const sealer = createCodeSealer({ hostKeyPem: pki.hostEncrypt.certificatePem, random: { bytes: () => draws.shift()! } });
    expect(open(sealer.seal(secret), pki.hostEncrypt.keyPem)).toContain('482913');
    expect(draws).toHaveLength(0);
  });

  it('is refused at start for a key on another curve', () => {
    const hostKeyPem = generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey.export({ type: 'spki', format: 'pem' }).toString();
    expect(() => createCodeSealer({ hostKeyPem, random: seededRandom(7) })).toThrow('P-256');
  });
});
