import { assert } from '../foundation/assert.ts';

/**
 * The second net under the schemas: no card number and no code enters the chain, where it could never be removed again. [style §11]
 *
 * Fields that quote the outside world (a device's or the host's own words) are masked, because a strange device must not be able to stop the
 * journal of the money it moves. Everything else is our own writing, so a find there is our mistake and an assertion.
 */
const WORLD_TEXT_FIELDS: ReadonlySet<string> = new Set(['detail', 'evidence', 'cause', 'reason', 'report', 'failure', 'progress', 'why']);

/** Identifiers that may hold long runs of digits by chance: ULID, UUID, hashes in hex, Kazakh IBAN. */
const IDENTIFIERS = /\b(?:[0-9A-HJKMNP-TV-Z]{26}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{64}|KZ\d{5}[A-Z0-9]{13})\b/g;
/**
 * 13–19 digits together or in the groups that are printed on cards. First digit 2–9: banks' cards begin so, times in milliseconds do not before May 2033.
 */
const CARD_LIKE = /(?<!\d)(?:[2-9]\d{12,18}|[2-9]\d{3}([ -])\d{4}\1\d{4}\1\d{1,7}|[2-9]\d{3}([ -])\d{6}\2\d{5})(?!\d)/g;
/** Names under which a secret would travel; no entry kind may have them. */
const SECRET_NAMES = /^(?:pin|pinBlock|cvv|cvc|cvv2|track\d?|trackData|pan|cardNumber|otp|otpCode|oneTimeCode|password|secret|authToken|phone|iin)$/i;
/** Written by the journal itself: serial numbers in hex, signatures and certificates in base64; runs of digits in them are chance. */
const KEY_FIELDS: ReadonlySet<string> = new Set(['keyId', 'signature', 'certificate', 'check']);
/** A number of our own that is a time: from May 2033 on, or with a clock that runs ahead, it may look like a card's. */
const TIME_FIELD = /Ms$/;
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
 * The data of one entry as it may be written: the outside world's words masked, the rest checked.
 * @throws AssertionFailure  a card number, or something that looks like a one-time code or PIN, in a field of our own
 */
export function passSecondNet<T>(data: T): T {
  return walk(data, '') as T;
}

function walk(value: unknown, field: string): unknown {
  if (typeof value === 'string') return checkText(value, field);
  if (typeof value === 'number') {
    assert(value < 1e12 || TIME_FIELD.test(field) || !hasCardNumber(String(value)), 'an entry holds no card number');
    return value;
  }
  if (Array.isArray(value)) return value.map((item) => walk(item, field));
  if (value === null || typeof value !== 'object') return value;
  const passed: Record<string, unknown> = {};
  for (const [name, inner] of Object.entries(value)) {
    assert(!SECRET_NAMES.test(name), 'an entry has no field for a secret');
    passed[name] = walk(inner, name);
  }
  return passed;
}

function checkText(text: string, field: string): string {
  if (KEY_FIELDS.has(field)) return text;
  if (WORLD_TEXT_FIELDS.has(field)) return maskCardNumbers(text);
  assert(!hasCardNumber(text), 'an entry holds no card number');
  const isCodeField = (field === 'code' || field.endsWith('Code')) && !PUBLIC_CODES.has(field);
  assert(!isCodeField || !BARE_CODE.test(text), 'an entry holds no one-time code and no PIN');
  return text;
}

function hasCardNumber(text: string): boolean {
  if (text.length < 13) return false;
  const matches = text.replace(IDENTIFIERS, ' ').match(CARD_LIKE) ?? [];
  return matches.some((run) => isLuhnValid(run.replace(/\D/g, '')));
}
