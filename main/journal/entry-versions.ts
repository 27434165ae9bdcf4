import { assert } from '../foundation/assert.ts';
import type { EntryKind } from './entry-kinds.ts';
import { FIRST_FORM } from './hash-chain.ts';

type Shape = Readonly<Record<string, unknown>>;

/**
 * How data of an older version become those of the next: `UPCASTERS[kind][n]` takes version n + 1 to n + 2. History is never rewritten; an old
 * entry is brought up to the shape of today each time it is read. A kind that is not here has had one shape only.
 */
const UPCASTERS: Partial<Record<EntryKind, readonly ((data: Shape) => Shape)[]>> = {
  'message.staged': [({ messageId, operation, digest }) => ({ messageId, operation, digest, lane: null, state: null, seq: null })],
  'message.moved': [(data) => ({ ...data, notBeforeUtcMs: 0, isNewAttempt: false })],
  'receipt.recorded': [({ receiptNumber }) => ({ receiptNumber, reference: null, operation: null, status: null })],
};

/** Version of the shape in which an entry of this kind is written today: 1, 2, 3 … */
export function entryVersion(kind: EntryKind): number {
  return (UPCASTERS[kind]?.length ?? 0) + 1;
}

/** @throws AssertionFailure  a newer version than this software knows: the journal's schema would have said so */
export function upcast(kind: EntryKind, version: number, data: Shape): Shape {
  const steps = UPCASTERS[kind] ?? [];
  assert(version <= steps.length + 1, 'no entry is newer than the software');
  return steps.slice(Math.max(version, FIRST_FORM + 1) - 1).reduce((shape, step) => step(shape), data);
}
