import { createECDH, createHash, createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { Random } from '../../main/foundation/random.ts';
import type { Signer } from '../../main/host/signing/signer.ts';
import { certificateKeyId } from '../../main/host/signing/trust.ts';
import type { KeyPairPem, SamplePki } from '../bank-host/pki.ts';
import { generateSamplePki } from '../bank-host/pki.ts';
import { seededRandom } from './seeded-random.ts';

/**
 * Keys and signatures that are the same in every run, so that the journal of a seed has one head hash: the signed bytes of each message are
 * hashed into the chain. FOR WORLDS ONLY; the signatures are ordinary ECDSA and are checked by the production code.
 */
const ORDER = BigInt('0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551');
const SCALAR_BYTES = 32;
const KEYS_SEED = 20_260_101;
const NONCES_SEED = 20_260_201;

/** The sample keys of all worlds. @param nowUtcMs a moment at which the certificates are valid; they are for two years */
export function repeatablePki(nowUtcMs: number): SamplePki {
  const random = seededRandom(KEYS_SEED);
  return generateSamplePki({ nowUtcMs, random, makeKeys: () => keyPairOf(scalarFrom(random)) });
}

/** How many nonces there are; the first byte of a hash chooses one. */
const NONCE_COUNT = 256;

interface Nonce {
  readonly r: bigint;
  readonly inverse: bigint;
}

/**
 * ECDSA P-256 with SHA-256 and a fixed table of nonces, made as they are needed. A nonce that comes twice gives the key away, which costs nothing
 * here: the key is in this repository. A signature so made takes a twentieth of the time of one with the nonce of RFC 6979.
 */
export function createRepeatableSigner(pair: KeyPairPem): Signer {
  const d = toNumber(Buffer.from(createPrivateKey(pair.keyPem).export({ format: 'jwk' }).d ?? '', 'base64url'));
  const table: (Nonce | undefined)[] = [];
  const nonce = (index: number): Nonce => (table[index] ??= makeNonce(index));
  return {
    keyId: certificateKeyId(new X509Certificate(pair.certificatePem)),
    sign: (bytes) => {
      const hash = createHash('sha256').update(bytes).digest();
      const z = toNumber(hash);
      for (let offset = 0; offset < NONCE_COUNT; offset += 1) {
        const chosen = nonce((hash[0]! + offset) % NONCE_COUNT);
        const s = (chosen.inverse * (z + chosen.r * d)) % ORDER;
        if (s !== 0n) return Buffer.concat([toBytes(chosen.r), toBytes(s)]);
      }
      throw new Error('no nonce gives a signature');
    },
  };
}

function makeNonce(index: number): Nonce {
  const random = seededRandom(NONCES_SEED + index);
  for (;;) {
    const scalar = scalarFrom(random);
    const point = createECDH('prime256v1');
    point.setPrivateKey(scalar);
    const r = toNumber(point.getPublicKey().subarray(1, 1 + SCALAR_BYTES)) % ORDER;
    if (r !== 0n) return { r, inverse: inverse(toNumber(scalar)) };
  }
}

function keyPairOf(scalar: Buffer): { readonly publicKey: KeyObject; readonly privateKey: KeyObject } {
  const curve = createECDH('prime256v1');
  curve.setPrivateKey(scalar);
  const point = curve.getPublicKey();
  const privateKey = createPrivateKey({ key: { kty: 'EC', crv: 'P-256', d: scalar.toString('base64url'), x: point.subarray(1, 33).toString('base64url'), y: point.subarray(33).toString('base64url') }, format: 'jwk' });
  return { privateKey, publicKey: createPublicKey(privateKey) };
}

function scalarFrom(random: Random): Buffer {
  for (;;) {
    const scalar = Buffer.from(random.bytes(SCALAR_BYTES));
    if (isScalar(scalar)) return scalar;
  }
}

function isScalar(bytes: Buffer): boolean {
  const number = toNumber(bytes);
  return number > 0n && number < ORDER;
}

/** Extended Euclid; the order of the curve is prime. */
function inverse(number: bigint): bigint {
  let [left, right, leftFactor, rightFactor] = [number % ORDER, ORDER, 1n, 0n];
  while (left > 1n) {
    const quotient = right / left;
    [left, right] = [right - quotient * left, left];
    [leftFactor, rightFactor] = [rightFactor - quotient * leftFactor, leftFactor];
  }
  return ((leftFactor % ORDER) + ORDER) % ORDER;
}

function toNumber(bytes: Buffer): bigint {
  return BigInt(`0x${bytes.toString('hex')}`);
}

function toBytes(number: bigint): Buffer {
  return Buffer.from(number.toString(16).padStart(2 * SCALAR_BYTES, '0'), 'hex');
}
