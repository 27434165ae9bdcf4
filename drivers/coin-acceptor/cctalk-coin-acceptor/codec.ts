import type { Currency } from '../../../main/foundation/money.ts';

/** The answer to 229: a counter and the five newest events, the newest first. [misc §5.4] */
export const CREDIT_BYTES = 11;
const EVENTS_KEPT = 5;
/** It counts 1…255 and then 1 again; 0 only after a restart. */
const COUNTER_MAX = 255;

export type BufferedEvent = { readonly kind: 'coin'; readonly position: number; readonly sorterPath: number } | { readonly kind: 'error'; readonly code: number };

export interface CreditBuffer {
  readonly eventCount: number;
  /** As sent: the newest first. */
  readonly events: readonly BufferedEvent[];
}

/** null: not eleven bytes. */
export function decodeCredits(data: Uint8Array): CreditBuffer | null {
  if (data.length !== CREDIT_BYTES) return null;
  const events = Array.from({ length: EVENTS_KEPT }, (_, index): BufferedEvent => {
    const [a, b] = [data[1 + index * 2]!, data[2 + index * 2]!];
    return a === 0 ? { kind: 'error', code: b } : { kind: 'coin', position: a, sorterPath: b };
  });
  return { eventCount: data[0]!, events };
}

export interface NewEvents {
  /** The oldest first, each with the counter that it made. */
  readonly events: readonly { readonly eventCount: number; readonly event: BufferedEvent }[];
  /** Fell out of the buffer before they were read. */
  readonly lostCount: number;
}

/** What happened since the counter stood at `handledCount`. Assertion of the caller: the device was not restarted in between, or `handledCount` is 0. */
export function newEvents(handledCount: number, buffer: CreditBuffer): NewEvents {
  const total = handledCount === 0 ? buffer.eventCount : (buffer.eventCount - handledCount + COUNTER_MAX) % COUNTER_MAX;
  const events = [];
  let eventCount = handledCount;
  for (let age = total - 1; age >= 0; age--) {
    eventCount = eventCount === COUNTER_MAX ? 1 : eventCount + 1;
    const event = buffer.events[age];
    if (event !== undefined) events.push({ eventCount, event });
  }
  return { events, lostCount: Math.max(0, total - EVENTS_KEPT) };
}

export interface CoinKind {
  readonly countryCode: string;
  readonly valueMinor: number;
}

const EXPONENTS: Readonly<Record<string, number>> = { m: -3, K: 3, M: 6, G: 9 };
const CURRENCIES: Readonly<Record<string, Currency>> = { KZ: 'KZT', US: 'USD', EU: 'EUR', RU: 'RUB' };

/** Country, value, mint: `KZ10KA` is 100.00. A letter stands at the decimal point and multiplies. null: an empty place, a token, a teach channel or no such text. [misc §5.4] */
export function decodeCoinId(text: string): CoinKind | null {
  const match = /^([A-Z]{2})([0-9mKMG]{3})[\x20-\x7e]$/.exec(text);
  if (match === null) return null;
  const [, countryCode, value] = match as unknown as [string, string, string];
  const letters = value.replace(/[0-9]/g, '');
  if (letters.length > 1) return null;
  const [whole, fraction = ''] = letters === '' ? [value] : value.split(letters);
  const exponent = (EXPONENTS[letters] ?? 0) - fraction.length;
  const digits = Number(`${whole}${fraction}`);
  const valueMinor = exponent >= 0 ? digits * 10 ** exponent : digits / 10 ** -exponent;
  return Number.isSafeInteger(valueMinor) && valueMinor > 0 ? { countryCode, valueMinor } : null;
}

export function currencyOf(countryCode: string): Currency | null {
  return CURRENCIES[countryCode] ?? null;
}

/** The two bytes of 231: bit 0 of the first is coin 1; a set bit lets the coin in. */
export function encodeInhibitMask(positions: readonly number[]): readonly [number, number] {
  const bits = positions.reduce((mask, position) => mask | (1 << (position - 1)), 0);
  return [bits & 0xff, (bits >> 8) & 0xff];
}
