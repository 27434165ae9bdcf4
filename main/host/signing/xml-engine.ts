import { ParseOption, XmlC14NMode, XmlDocument } from 'libxml2-wasm';

/**
 * The one XML engine of the link: parse, schema, canonical form. A second parser anywhere near a signature is what most wrapping attacks
 * live on. [host-messages §0.4]
 */
// No network, no external entity, no system catalogue; `XML_PARSE_HUGE` stays off, so the parser keeps its own limits too.
const PARSE_OPTION: ParseOption = ParseOption.XML_PARSE_NO_XXE | ParseOption.XML_PARSE_NONET | ParseOption.XML_PARSE_NO_SYS_CATALOG;

/**
 * Parses, gives the document to `use`, frees it whatever happens. Documents live in the memory of the engine and are never kept.
 *
 * @throws  the parser's error when the text is not well formed; callers turn it into their own outcome
 */
export function withParsed<T>(text: string, use: (document: XmlDocument) => T): T {
  // Bytes go into the engine as one block, a string character by character.
  const document = XmlDocument.fromBuffer(Buffer.from(text, 'utf8'), { option: PARSE_OPTION });
  try {
    return use(document);
  } finally {
    document.dispose();
  }
}

/** Exclusive canonical form without comments. */
export function canonicalText(document: XmlDocument): string {
  return document.canonicalizeToString({ mode: XmlC14NMode.XML_C14N_EXCLUSIVE_1_0, withComments: false });
}
