import { assert } from '../foundation/assert.ts';

/**
 * The second net under the schemas: no card number and no code enters the chain, where it could never be removed again. [style §11]
 *
 * It judges by looks, so it may be wrong, and it must never stop the journal of the money that moves: what looks like a secret is masked and the entry
 * is written. In the words of a device or of the host that is no wonder; in a field of our own it is our mistake, and whoever writes is told.
 */
const WORLD_TEXT_FIELDS: ReadonlySet<string> = new Set(['detail', 'evidence', 'cause', 'reason', 'report', 'failure', 'progress', 'why']);

/**
 * Names that somebody gave to something: bank, maker of a device, chance. Runs of digits in them are as they are, one in ten has Luhn's check digit, and a
 * reference that was masked would find nothing. No card number travels as one: a card's is a `Pan`, which has no text.
 */
const REFERENCE_FIELD = /(?:Id|Ref|Number|Sha256)$|^(?:reference|digest|hash|signature|certificate|check|model|firmware)$/;
/** Within other text: ULID, UUID, hashes in hex, Kazakh IBAN. */
const IDENTIFIERS = /\b(?:[0-9A-HJKMNP-TV-Z]{26}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{64}|KZ\d{5}[A-Z0-9]{13})\b/g;
/**
 * 13–19 digits together or in the groups that are printed on cards. First digit 2–9: banks' cards begin so, times in milliseconds do not before May 2033.
 */
const CARD_LIKE = /(?<!\d)(?:[2-9]\d{12,18}|[2-9]\d{3}([ -])\d{4}\1\d{4}\1\d{1,7}|[2-9]\d{3}([ -])\d{6}\2\d{5})(?!\d)/g;
/** Names under which a secret would travel; no entry kind may have them. */
const SECRET_NAMES = /^(?:pin|pinBlock|cvv|cvc|cvv2|track\d?|trackData|pan|cardNumber|otp|otpCode|oneTimeCode|password|secret|authToken|phone|iin)$/i;
/** What a one-time code or a PIN looks like. */
const BARE_CODE = /^\d{4,8}$/;
/** `code` in an entry is a catalogue code; these are the exceptions that are no secret. */
const PUBLIC_CODES: ReadonlySet<string> = new Set(['authorisationCode']);

/** Luhn's check digit. [ISO/IEC 7812-1 annex B] @param digits  decimal digits only */
export function isLuhnValid(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    const digit = digits.charCodeAt(digits.length - 1 - index) - 48;
    const weighed = index % 2 === 0 ? digit : digit * 2;
    sum += weighed > 9 ? weighed - 9 : weighed;
  }
  return sum % 10 === 0;
}

/** Card-like runs become first six, dots, last four (the journal's mask, requirements B); all other text stays. */
export function maskCardNumbers(text: string): string {
  return text.replace(CARD_LIKE, (run) => {
    const digits = run.replace(/\D/g, '');
    return isLuhnValid(digits) ? `${digits.slice(0, 6)}${'•'.repeat(digits.length - 10)}${digits.slice(-4)}` : run;
  });
}

/**
 * The data of one entry as it may be written. Numbers stay: nothing reads a card as a number.
 * @returns `caught`: names of our own fields in which something was masked, never what
 * @throws AssertionFailure  a field with the name of a secret: no kind of entry has one
 */
export function passSecondNet<T>(data: T): { readonly data: T; readonly caught: readonly string[] } {
  const caught: string[] = [];
  return { data: walk(data, '', caught) as T, caught };
}

function walk(value: unknown, field: string, caught: string[]): unknown {
  if (typeof value === 'string') return passText(value, field, caught);
  if (Array.isArray(value)) return value.map((item) => walk(item, field, caught));
  if (value === null || typeof value !== 'object') return value;
  const passed: Record<string, unknown> = {};
  for (const [name, inner] of Object.entries(value)) {
    assert(!SECRET_NAMES.test(name), 'an entry has no field for a secret');
    passed[name] = walk(inner, name, caught);
  }
  return passed;
}

function passText(text: string, field: string, caught: string[]): string {
  if (REFERENCE_FIELD.test(field)) return text;
  if (WORLD_TEXT_FIELDS.has(field)) return maskCardNumbers(text);
  const isCodeField = (field === 'code' || field.endsWith('Code')) && !PUBLIC_CODES.has(field);
  const passed = isCodeField && BARE_CODE.test(text) ? '•'.repeat(text.length) : hasCardNumber(text) ? maskCardNumbers(text) : text;
  if (passed !== text) caught.push(field);
  return passed;
}

function hasCardNumber(text: string): boolean {
  if (text.length < 13) return false;
  const matches = text.replace(IDENTIFIERS, ' ').match(CARD_LIKE) ?? [];
  return matches.some((run) => isLuhnValid(run.replace(/\D/g, '')));
}
