/** Canonical by construction: no white space between elements, no self-closing tags, double quotes. [MAPPING §2] */

/** Text of one or more elements; made only here, so that everything in it is escaped. */
export interface Xml {
  readonly text: string;
}

/** An element around other elements; absent ones (`null`) are left out. */
export function element(name: string, content: readonly (Xml | null)[], attributes: Readonly<Record<string, string>> = {}): Xml {
  const attributeText = Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${escapeAttribute(value)}"`)
    .join('');
  return { text: `<${name}${attributeText}>${content.map((part) => part?.text ?? '').join('')}</${name}>` };
}

/** An element around text. */
export function leaf(name: string, value: string | number | boolean): Xml {
  return { text: `<${name}>${escapeText(String(value))}</${name}>` };
}

/** As `leaf`, or nothing for null. */
export function optionalLeaf(name: string, value: string | number | boolean | null): Xml | null {
  return value === null ? null : leaf(name, value);
}

/** Several elements in a row. */
export function row(parts: readonly (Xml | null)[]): Xml {
  return { text: parts.map((part) => part?.text ?? '').join('') };
}

/** [Canonical XML 1.0 §2.3]; CR is written as a reference, else parsers turn it into LF. */
function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\r', '&#xD;');
}

function escapeAttribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;').replaceAll('\t', '&#x9;').replaceAll('\n', '&#xA;').replaceAll('\r', '&#xD;');
}
