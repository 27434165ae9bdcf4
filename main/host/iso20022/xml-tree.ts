import { XmlElement, XmlText } from 'libxml2-wasm';
import type { XmlDocument, XmlTreeNode } from 'libxml2-wasm';
import { decimalToMinor } from '../../foundation/money.ts';

/**
 * A verified, schema-checked document as plain data. It is copied out of the engine's memory once; nothing of the engine is kept.
 */
export interface XmlTree {
  readonly name: string;
  readonly namespace: string;
  /** Text of an element without element children. */
  readonly text: string;
  readonly children: readonly XmlTree[];
}

/** Reading past what the schema promised: the document is malformed for us. Caught once, in the decoder. */
export class UnreadableDocument extends Error {
  override readonly name = 'UnreadableDocument';
}

export function treeOf(document: XmlDocument): XmlTree {
  return copy(document.root);
}

function copy(node: XmlElement): XmlTree {
  const children: XmlTree[] = [];
  let text = '';
  for (let child: XmlTreeNode | null = node.firstChild; child !== null; child = child.next) {
    if (child instanceof XmlElement) children.push(copy(child));
    else if (child instanceof XmlText) text += child.content;
  }
  return { name: node.name, namespace: node.namespaceUri, text, children };
}

/** First element at a path such as `Tx/TxId/TxRef`. */
export function at(tree: XmlTree | undefined, path: string): XmlTree | undefined {
  return path.split('/').reduce<XmlTree | undefined>((node, name) => node?.children.find((child) => child.name === name), tree);
}

/** All elements of one name at the end of a path. */
export function allAt(tree: XmlTree | undefined, path: string): readonly XmlTree[] {
  const cut = path.lastIndexOf('/');
  const parent = cut === -1 ? tree : at(tree, path.slice(0, cut));
  return parent?.children.filter((child) => child.name === path.slice(cut + 1)) ?? [];
}

export function textAt(tree: XmlTree | undefined, path: string): string | undefined {
  return at(tree, path)?.text;
}

/** @throws UnreadableDocument when it is missing */
export function requiredTextAt(tree: XmlTree | undefined, path: string): string {
  const text = textAt(tree, path);
  if (text === undefined) throw new UnreadableDocument(`${path} is missing`);
  return text;
}

/** Decimal of an amount as minor units, `undefined` when the element is absent. @throws UnreadableDocument when it has parts of a minor unit */
export function minorAt(tree: XmlTree | undefined, path: string): number | undefined {
  const text = textAt(tree, path);
  if (text === undefined) return undefined;
  const amountMinor = decimalToMinor(text);
  if (amountMinor === undefined) throw new UnreadableDocument(`${path} is not an amount`);
  return amountMinor;
}

/** Of a block `{ Ccy?, … }`: one that names no currency is in ours. */
export const isInTenge = (block: XmlTree): boolean => (textAt(block, 'Ccy') ?? 'KZT') === 'KZT';

/** Sum of all blocks `{ Amt, Ccy? }` of one name as minor units, `undefined` when there is none. @throws UnreadableDocument when one is in another currency, whose figures would be taken for tenge */
export function tengeAt(tree: XmlTree | undefined, path: string): number | undefined {
  const blocks = allAt(tree, path);
  if (!blocks.every(isInTenge)) throw new UnreadableDocument(`${path} is not in tenge`);
  return blocks.length === 0 ? undefined : blocks.reduce((sum, block) => sum + (minorAt(block, 'Amt') ?? 0), 0);
}

/** UTF-8 text inside a base64 element. */
export function base64TextAt(tree: XmlTree | undefined, path: string): string | undefined {
  const text = textAt(tree, path);
  return text === undefined ? undefined : Buffer.from(text, 'base64').toString('utf8');
}
