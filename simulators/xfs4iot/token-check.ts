import { createHmac } from 'node:crypto';
import type { Random } from '../../main/foundation/random.ts';

/** Nonces and tokens of a simulated dispenser: HMAC over all before its value, the amount covers the notes, a nonce serves once. [xfs4iot §1.8] */
export class TokenCheck {
  readonly #key: Uint8Array;
  readonly #currency: string;
  readonly #random: Random;
  #nonce: string | null = null;

  /** @param key  XFSAuthenticateHost */
  constructor({ key, currency, random }: { readonly key: Uint8Array; readonly currency: string; readonly random: Random }) {
    this.#key = key;
    this.#currency = currency;
    this.#random = random;
  }

  newNonce(): string {
    this.#nonce = Buffer.from(this.#random.bytes(16)).toString('hex').toUpperCase();
    return this.#nonce;
  }

  /** Power is gone. */
  forget(): void {
    this.#nonce = null;
  }

  /** @param amount  major units @returns the completion code that refuses it; null: it is right */
  problem(token: unknown, amount: number): string | null {
    if (typeof token !== 'string') return 'authorizationRequired';
    const parts = /^(NONCE=([0-9A-F]+),TOKENFORMAT=1,TOKENLENGTH=(\d{4}),DISPENSE1=(\d+\.\d\d)([A-Z]{3}),HMACSHA256=)([0-9A-F]{64})$/.exec(token);
    if (parts === null || Number(parts[3]) !== token.length) return 'invalidTokenFormat';
    if (parts[2] !== this.#nonce) return 'invalidTokenNonce';
    if (createHmac('sha256', this.#key).update(parts[1]!).digest('hex').toUpperCase() !== parts[6]) return 'invalidTokenHMAC';
    this.#nonce = null;
    return Number(parts[4]) >= amount && parts[5] === this.#currency ? null : 'invalidToken';
  }
}
