import type { InsertedNote } from '../../../state-machines/cash-in/cash-in.types.ts';
import { delay } from '../../foundation/clock.ts';
import { entry } from '../../journal/journal.ts';
import type { NoteOwner } from '../cash/acceptor-desk.ts';
import type { CoreParts } from '../core-parts.ts';
import { requireCommit } from '../require-commit.ts';
import { dataOf, settleOperation } from './settle-operation.ts';

/** How long the acceptor may take to come up and say where an open note is. */
const ACCEPTOR_WAIT_MS = 45_000;
const ACCEPTOR_LOOK_MS = 200;

/**
 * At start: what the journal shows as open is settled before anybody is served. For notes under way the acceptor is asked first (power-up
 * state, repeated events), then each operation is ended as if its customer had walked away. A report is journaled.
 */
export async function recover(parts: CoreParts): Promise<void> {
  const open = parts.journal.openOperationIds();
  if (open.length === 0) return;
  parts.log.warn('trm.recovery.started', { code: 'TRM_RECOVERING', openOperations: open.length });
  const orders = open.flatMap((operationId) => openOrders(parts, operationId));
  if (orders.length > 0) await resolveNotes(parts, orders);
  const report = open.map((operationId) => settleOperation(parts, operationId, 'the terminal was restarted').line);
  const suspended = parts.journal.suspense({ state: 'open' }).filter((item) => item.operationId !== null && open.includes(item.operationId)).length;
  requireCommit(parts.journal, { entries: [entry('recovery.completed', {
    openOperations: open.length,
    settled: open.length - suspended,
    suspended,
    report: report.slice(0, 200),
  })] });
}

interface OpenOrder {
  readonly verb: 'stack' | 'return';
  readonly note: InsertedNote;
  readonly owner: NoteOwner;
}

function openOrders(parts: CoreParts, operationId: string): readonly OpenOrder[] {
  const entries = parts.journal.operationEntries(operationId);
  const decided = new Set([...dataOf(entries, 'outcome.stack'), ...dataOf(entries, 'outcome.return')].map((outcome) => outcome.noteId));
  const owner = { operationId, sessionId: entries[0]?.sessionId };
  const toOrder = (verb: 'stack' | 'return') => (intent: { readonly noteId: string; readonly denominationMinor: number }): OpenOrder => ({
    verb,
    note: { noteId: intent.noteId, denominationMinor: intent.denominationMinor },
    owner,
  });
  return [...dataOf(entries, 'intent.stack').map(toOrder('stack')), ...dataOf(entries, 'intent.return').map(toOrder('return'))].filter((order) => !decided.has(order.note.noteId));
}

async function resolveNotes(parts: CoreParts, orders: readonly OpenOrder[]): Promise<void> {
  for (const order of orders) parts.acceptorDesk.adopt(order.verb, order.note, order.owner);
  const deadlineMs = parts.clock.monotonicMs() + ACCEPTOR_WAIT_MS;
  while (parts.acceptorDesk.hasOpenOrders() && parts.clock.monotonicMs() < deadlineMs) {
    if (parts.devices.acceptor?.status().state === 'ready') {
      await parts.acceptorDesk.settleAdopted();
      return;
    }
    await delay(parts.clock, ACCEPTOR_LOOK_MS);
  }
}
