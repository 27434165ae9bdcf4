import { assert } from '../../foundation/assert.ts';
import { minorToDecimal } from '../../foundation/money.ts';

/**
 * Writes XML that is canonical by construction: no white space between elements, no self-closing tags, attributes in double quotes. The encoder
 * proves it afterwards by canonicalising the text once. [host-messages §3.2]
 */

/** Markup that is already escaped; kept apart from plain strings so that a value can never slip in unescaped. */
export type Markup = { readonly markup: string };

const NOTHING: Markup = { markup: '' };

/** An element with children, in order; absent children leave nothing behind. */
export function element(name: string, children: readonly (Markup | undefined)[] = [], attributes: Readonly<Record<string, string>> = {}): Markup {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeAttribute(value)}"`);
  assert(written.length <= 1, 'canonical order is kept by having at most one attribute');
  return { markup: `<${name}${written.join('')}>${children.map((child) => child?.markup ?? '').join('')}</${name}>` };
}

/** An element with text. */
export function leaf(name: string, text: string, attributes: Readonly<Record<string, string>> = {}): Markup {
  return element(name, [{ markup: escapeText(text) }], attributes);
}

/** An element with text, or nothing at all. */
export function optionalLeaf(name: string, text: string | null | undefined): Markup {
  return text === null || text === undefined || text === '' ? NOTHING : leaf(name, text);
}

/** `Amt` and the like. @param amountMinor ≥ 0 */
export function amountLeaf(name: string, amountMinor: number): Markup {
  return leaf(name, minorToDecimal(amountMinor));
}

export const CURRENCY: Markup = leaf('Ccy', 'KZT');

/** Binary in base64. */
export function base64Leaf(name: string, bytes: Uint8Array): Markup {
  return leaf(name, Buffer.from(bytes).toString('base64'));
}

/** UTC with milliseconds, as every time of the link. */
export function timeLeaf(name: string, utcMs: number): Markup {
  return leaf(name, utcMsToIso(utcMs));
}

/** `2026-11-21T05:15:30.123Z` @param utcMs within the years 0…9999 */
export function utcMsToIso(utcMs: number): string {
  return new Date(utcMs).toISOString();
}

// The escapes of canonical XML. [C14N 1.0 §2.3]
function escapeText(text: string): string {
  return text.replace(/[&<>\r]/g, (character) => (character === '&' ? '&amp;' : character === '<' ? '&lt;' : character === '>' ? '&gt;' : '&#xD;'));
}

function escapeAttribute(text: string): string {
  return text.replace(/[&<"\t\n\r]/g, (character) => ATTRIBUTE_ESCAPES[character]!);
}

const ATTRIBUTE_ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '"': '&quot;', '\t': '&#x9;', '\n': '&#xA;', '\r': '&#xD;' };
