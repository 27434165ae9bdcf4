import { createHmac } from 'node:crypto';

/** End-to-end authorisation of a dispense: `KEY=VALUE` pairs joined by commas, an HMAC over all before its value. [xfs4iot §1.8] */

const LENGTH_DIGITS = 4;
const HMAC_CHARS = 64;

/** @param amountText  decimal and currency: `60.00EUR`, the most that may be paid under this nonce @param key  XFSAuthenticateHost */
export function dispenseToken(nonce: string, amountText: string, key: Uint8Array): string {
  const head = (length: number) => `NONCE=${nonce},TOKENFORMAT=1,TOKENLENGTH=${String(length).padStart(LENGTH_DIGITS, '0')},DISPENSE1=${amountText},HMACSHA256=`;
  const covered = head(head(0).length + HMAC_CHARS);
  return covered + createHmac('sha256', key).update(covered, 'latin1').digest('hex').toUpperCase();
}
