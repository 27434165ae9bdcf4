import type { HostRequestBody } from '../../contracts/host-operations.ts';
import { element, leaf } from './xml-writer.ts';
import type { Markup } from './xml-writer.ts';
import { allAt, at, UnreadableDocument } from './xml-tree.ts';
import type { XmlTree } from './xml-tree.ts';

/** What of a contract body has no ISO element: plain values under the contract's own names. [MAPPING §3] */
export type ExtValue = string | number | boolean | null | readonly ExtValue[] | { readonly [key: string]: ExtValue };

/** Children in the order of the object's keys; null leaves nothing behind, an array repeats the element. */
export function writeFields(fields: { readonly [key: string]: ExtValue }): readonly Markup[] {
  return Object.entries(fields).flatMap(([name, value]) => writeField(name, value));
}

function writeField(name: string, value: ExtValue): readonly Markup[] {
  if (value === null) return [];
  if (isList(value)) return value.flatMap((item) => writeField(name, item));
  if (typeof value === 'object') return [element(name, writeFields(value))];
  return [leaf(name, String(value))];
}

const isList = (value: ExtValue): value is readonly ExtValue[] => Array.isArray(value);

/** A seal of the journal, in the order of the contract. */
export function sealFields({ journalId, upToEntryNumber, hash, keyId, signature, loss }: HostRequestBody<'journal.seal'>['seal']): { readonly [key: string]: ExtValue } {
  return { journalId, upToEntryNumber, hash, keyId, signature, loss: loss === null ? null : { afterEntryNumber: loss.afterEntryNumber, entryHash: loss.entryHash } };
}

/** A record of texts as repeated `{ key, value }`, sorted so that the same request is the same bytes. */
export function recordToPairs(record: Readonly<Record<string, string>>): readonly { readonly key: string; readonly value: string }[] {
  return Object.keys(record)
    .sort()
    .map((key) => ({ key, value: record[key]! }));
}

/** How a value is read back; the schema has already said that it is there and of the right kind. */
export type Reader<T> = (parent: XmlTree | undefined, name: string) => T;

export const text: Reader<string> = (parent, name) => present(at(parent, name), name).text;

export const integer: Reader<number> = (parent, name) => {
  const value = Number(text(parent, name));
  if (!Number.isSafeInteger(value)) throw new UnreadableDocument(`${name} is not an integer`);
  return value;
};

export const flag: Reader<boolean> = (parent, name) => {
  // The schema lets blanks stand around it.
  const value = text(parent, name).trim();
  return value === 'true' || value === '1';
};

/** Of what is judged one by one by the contract, so that an odd one is left out alone: what is there, whatever it is. */
export const said: Reader<string | undefined> = (parent, name) => at(parent, name)?.text;
export const saidNumber: Reader<string | number | undefined> = (parent, name) => {
  const value = said(parent, name);
  return value !== undefined && /^\s*-?\d+\s*$/.test(value) ? Number(value) : value;
};
export const saidFlag: Reader<string | boolean | undefined> = (parent, name) => {
  const value = said(parent, name)?.trim();
  return value === 'true' || value === '1' ? true : value === 'false' || value === '0' ? false : value;
};

/** Absent means null in the contract. */
export const nullable =
  <T>(reader: Reader<T>): Reader<T | null> =>
  (parent, name) =>
    at(parent, name) === undefined ? null : reader(parent, name);

/** Repeated elements of one name; none is an empty list. */
export const list =
  <T>(reader: Reader<T>): Reader<readonly T[]> =>
  (parent, name) =>
    allAt(parent, name).map((item) => reader({ name: '', namespace: '', text: '', children: [item] }, name));

type Readers = Readonly<Record<string, Reader<unknown>>>;
type Read<R extends Readers> = { [Key in keyof R]: ReturnType<R[Key]> };

/** A nested object. */
export const object =
  <R extends Readers>(readers: R): Reader<Read<R>> =>
  (parent, name) =>
    readFields(present(at(parent, name), name), readers);

/** Fields of an element by their readers. @throws UnreadableDocument */
export function readFields<R extends Readers>(tree: XmlTree | undefined, readers: R): Read<R> {
  return Object.fromEntries(Object.entries(readers).map(([key, reader]) => [key, reader(tree, key)])) as Read<R>;
}

function present(tree: XmlTree | undefined, name: string): XmlTree {
  if (tree === undefined) throw new UnreadableDocument(`${name} is missing`);
  return tree;
}
