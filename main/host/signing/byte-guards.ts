import { err, ok } from '../../foundation/outcome.ts';
import type { Result } from '../../foundation/outcome.ts';

/** [host-messages §2] */
export const DOCUMENT_LENGTH_BYTES_MAX = 256 * 1024;
export const ELEMENT_DEPTH_MAX = 64;
/** Our profile needs five declarations; canonicalisation is quadratic in them, so their number has a limit of its own. */
const NAMESPACE_DECLARATION_COUNT_MAX = 16;

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
  if (elementDepth(text) > ELEMENT_DEPTH_MAX) return err('nested too deeply');
  return ok(text);
}

/** Deepest nesting; scanning stops as soon as the limit is passed. Quotes are respected: `>` may stand in an attribute. */
function elementDepth(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (let at = text.indexOf('<'); at !== -1; at = text.indexOf('<', at)) {
    const end = tagEnd(text, at);
    if (text[at + 1] === '/') depth -= 1;
    else if (text[end - 1] !== '/') depth += 1;
    if (depth > deepest) deepest = depth;
    if (deepest > ELEMENT_DEPTH_MAX) return deepest;
    at = end + 1;
  }
  return deepest;
}

function tagEnd(text: string, start: number): number {
  let quote = '';
  for (let at = start + 1; at < text.length; at += 1) {
    const character = text[at]!;
    if (quote !== '') {
      if (character === quote) quote = '';
    } else if (character === '"' || character === "'") quote = character;
    else if (character === '>') return at;
  }
  return text.length;
}
