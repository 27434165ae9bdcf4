import { err, ok } from '../../foundation/outcome.ts';
import type { Result } from '../../foundation/outcome.ts';

/** [host-messages §2] */
export const DOCUMENT_LENGTH_BYTES_MAX = 256 * 1024;
export const ELEMENT_DEPTH_MAX = 64;
/** Our profile needs five declarations; canonicalisation is quadratic in them, so their number has a limit of its own. */
const NAMESPACE_DECLARATION_COUNT_MAX = 16;
/** Our profile needs one. A parser compares each attribute with all others of its tag: a hundred thousand of them would hold the terminal for minutes. */
const ATTRIBUTE_COUNT_MAX = 8;

/**
 * What is looked at before any parser sees the bytes. The parser expands internal entities, so a DOCTYPE never reaches it; comments, CDATA and
 * processing instructions have no place in the profile, and each of them has broken somebody's signature check.
 *
 * @returns  the text, or why it is refused (constant words, no content)
 * @source   host-messages §2, §3.2
 */
export function guardDocumentBytes(bytes: Uint8Array, lengthBytesMax: number = DOCUMENT_LENGTH_BYTES_MAX): Result<string, string> {
  if (bytes.length > lengthBytesMax) return err('longer than allowed');
  let text: string;
  try {
    // ignoreBOM keeps a byte order mark in the text, where the next check refuses it.
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return err('not UTF-8');
  }
  if (!text.startsWith('<Envelope')) return err('does not begin with the envelope');
  if (text.includes('\u0000')) return err('contains NUL');
  if (text.includes('<!')) return err('contains a DOCTYPE, comment or CDATA section');
  if (text.includes('<?')) return err('contains a processing instruction or declaration');
  if (text.split('xmlns', NAMESPACE_DECLARATION_COUNT_MAX + 2).length > NAMESPACE_DECLARATION_COUNT_MAX + 1) return err('declares too many namespaces');
  return tagFault(text) ?? ok(text);
}

/** Nesting and attributes, in one pass that stops at the first fault. Quotes are respected: `>` may stand in an attribute. */
function tagFault(text: string): Result<never, string> | undefined {
  let depth = 0;
  for (let at = text.indexOf('<'); at !== -1; ) {
    const { end, attributeCount } = tagAt(text, at);
    if (attributeCount > ATTRIBUTE_COUNT_MAX) return err('an element has too many attributes');
    if (text[at + 1] === '/') depth -= 1;
    else if (text[end - 1] !== '/') depth += 1;
    if (depth > ELEMENT_DEPTH_MAX) return err('nested too deeply');
    at = text.indexOf('<', end + 1);
  }
  return undefined;
}

function tagAt(text: string, start: number): { readonly end: number; readonly attributeCount: number } {
  let quote = '';
  let attributeCount = 0;
  for (let at = start + 1; at < text.length; at += 1) {
    const character = text[at]!;
    if (quote !== '') {
      if (character === quote) quote = '';
    } else if (character === '"' || character === "'") {
      quote = character;
      attributeCount += 1;
    } else if (character === '>') return { end: at, attributeCount };
  }
  return { end: text.length, attributeCount };
}
