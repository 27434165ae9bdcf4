import { SAMPLE_CATALOGUE } from '../../bank-host/sample-catalogue.ts';
import { SAMPLE_CLIENTS } from '../../bank-host/sample-data.ts';
import { hasLuhnDigit } from '../../parts/luhn.ts';
import type { Finding } from './findings.ts';

/** Telephones and IINs of the sample clients; the catalogue prints one of them as an example. */
export const SAMPLE_PERSONAL = SAMPLE_CLIENTS.flatMap((client) => [client.phone, client.iin]).filter((digits) => !JSON.stringify(SAMPLE_CATALOGUE).includes(digits));

/** Findings of one kind of place are one fault; a few are enough to see it. */
const FINDINGS_MAX = 5;
/** Bank and terminal count documents from 1 in six digits; a code that looks like such a number is not watched. */
const WATCHED_CODE_MIN = '010000';
/** Whole tenge in minor units, in messages and in the evidence of items: a code that looks like such a sum is not watched. */
const SUM = /00$/;
/** Behind an element's name: milliseconds in a message. */
const XML_TIME = 'Ms>';

/**
 * Looks for what must never be in a journal entry, a log line or a screen: one-time codes, typed or sent, telephones, IINs and birth dates in
 * full, card numbers. [style §11]
 */
export class SecretWatch {
  readonly #codes = new Set<string>();
  readonly #personal: readonly string[];
  readonly findings: Finding[] = [];

  /** @param personal telephones and IINs as digits */
  constructor(personal: readonly string[]) {
    this.#personal = personal.map((digits) => digits.replaceAll(/\D/g, '').slice(-10));
  }

  noteCode(digits: string): void {
    if (digits.length === 6 && digits >= WATCHED_CODE_MIN && !SUM.test(digits)) this.#codes.add(digits);
  }

  /** @param where kind of place and its name, for the report  @param text JSON */
  look(where: string, text: string): void {
    this.lookForCodes(where, text);
    for (const digits of this.#personal) if (text.includes(digits)) this.#report(`${where} has a telephone or IIN in full`);
    for (const match of text.matchAll(/(?<![0-9A-Za-z_\-.:[,])\d{16}(?![0-9A-Za-z_-])/g)) if (hasLuhnDigit(match[0])) this.#report(`${where} has a number like a card's`);
  }

  /** Only one-time codes: what may name a customer to the bank may still not hold his code. */
  lookForCodes(where: string, text: string): void {
    if (this.#codes.size === 0) return;
    for (const match of text.matchAll(/(?<![0-9A-Za-z_\-.])\d{6}(?![0-9A-Za-z_-]|\.\d)/g)) {
      // A JSON number is a time or a count; codes are text.
      const before = text[match.index - 1];
      if (before === ':' || before === '[' || before === ',' || text.startsWith(XML_TIME, match.index - XML_TIME.length)) continue;
      if (this.#codes.has(match[0])) this.#report(`${where} has a one-time code`);
    }
  }

  #report(detail: string): void {
    if (this.findings.length < FINDINGS_MAX) this.findings.push({ rule: 'secret', detail });
  }
}
