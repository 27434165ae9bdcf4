import { XmlC14NMode, XmlDocument, XmlElement } from 'libxml2-wasm';

/** One element of a document that has been verified, as plain data. */
export interface XmlNode {
  readonly name: string;
  readonly namespace: string;
  readonly children: readonly XmlNode[];
  /** Text directly inside. */
  readonly text: string;
}

/** 256 KiB a document. [MAPPING §1] */
export const REQUEST_BYTES_MAX = 256 * 1024;
const DEPTH_MAX = 64;

/**
 * What never may stand in a document, looked for in the bytes before any parser sees them: document types, comments, CDATA, processing
 * instructions (an XML declaration is one). [host-messages §2]
 *
 * @returns why the bytes are not even parsed, or undefined
 */
export function byteFault(bytes: Uint8Array): string | undefined {
  if (bytes.length === 0) return 'empty';
  if (bytes.length > REQUEST_BYTES_MAX) return 'too long';
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (text.includes('<!')) return 'a declaration, comment or CDATA';
  if (text.includes('<?')) return 'a processing instruction';
  if (!isUtf8(text)) return 'not UTF-8';
  return depthOf(text) > DEPTH_MAX ? 'nested too deep' : undefined;
}

/** Exclusive canonical text without comments. */
export function canonicalTextOf(document: XmlDocument): string {
  return document.canonicalizeToString({ mode: XmlC14NMode.XML_C14N_EXCLUSIVE_1_0, withComments: false });
}

/** Parses and hands over the document, disposed afterwards. @throws what the parser or `use` throws */
export function withDocument<T>(text: string | Uint8Array, use: (document: XmlDocument) => T): T {
  const document = XmlDocument.fromBuffer(typeof text === 'string' ? Buffer.from(text) : text);
  try {
    return use(document);
  } finally {
    document.dispose();
  }
}

/** The elements directly inside. */
export function elementsOf(parent: XmlElement): readonly XmlElement[] {
  const elements: XmlElement[] = [];
  for (let node = parent.firstChild; node !== null; node = node.next) if (node instanceof XmlElement) elements.push(node);
  return elements;
}

const CANONICAL_PART = /<\/[^>]*>|<([^\s>]+)([^>]*)>|([^<]+)/gy;
const DEFAULT_NAMESPACE = / xmlns="([^"]*)"/;
const ENTITIES: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&#xD;': '\r' };

/** Canonical text as plain data: each tag has its end, nothing but elements and text is left. Far quicker than asking the engine for each name. */
export function readTree(canonicalText: string): XmlNode {
  const top = { name: '', namespace: '', children: [] as XmlNode[], text: '' };
  const open = [top];
  for (const [part, name, attributes, text] of canonicalText.matchAll(CANONICAL_PART)) {
    const parent = open.at(-1)!;
    if (text !== undefined) parent.text += text.includes('&') ? text.replaceAll(/&(?:amp|lt|gt|#xD);/g, (entity) => ENTITIES[entity] ?? entity) : text;
    else if (name === undefined) open.pop();
    else {
      const node = { name, namespace: part.includes(' xmlns="') ? (DEFAULT_NAMESPACE.exec(attributes ?? '')?.[1] ?? parent.namespace) : parent.namespace, children: [], text: '' };
      parent.children.push(node);
      open.push(node);
    }
  }
  return top.children[0] ?? top;
}

/** The first element along a path of names, `A/B/C`. */
export function find(node: XmlNode, path: string): XmlNode | undefined {
  let found: XmlNode | undefined = node;
  for (const name of path.split('/')) found = found?.children.find((child) => child.name === name);
  return found;
}

/** All elements of one name at the end of a path. */
export function findAll(node: XmlNode, path: string): readonly XmlNode[] {
  const names = path.split('/');
  const last = names.pop();
  const parent = names.length === 0 ? node : find(node, names.join('/'));
  return parent?.children.filter((child) => child.name === last) ?? [];
}

/** Text at the end of a path, null when it is not there. */
export function textAt(node: XmlNode, path: string): string | null {
  return find(node, path)?.text ?? null;
}

function isUtf8(bytes: Buffer): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

function depthOf(bytes: Buffer): number {
  const LESS_THAN = 0x3c;
  const SLASH = 0x2f;
  let depth = 0;
  let deepest = 0;
  for (let index = bytes.indexOf(LESS_THAN); index >= 0; index = bytes.indexOf(LESS_THAN, index + 1)) {
    depth += bytes[index + 1] === SLASH ? -1 : 1;
    deepest = Math.max(deepest, depth);
    // A self-closing tag comes back up at once.
    const end = bytes.indexOf(0x3e, index);
    if (end > index && bytes[end - 1] === SLASH) depth -= 1;
  }
  return deepest;
}
