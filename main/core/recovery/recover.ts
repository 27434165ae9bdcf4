import type { RecoveredResult } from '../../../state-machines/terminal/terminal.types.ts';
import { delay } from '../../foundation/clock.ts';
import type { JournalEntry } from '../../journal/journal.ts';
import { entry } from '../../journal/journal.ts';
import type { OpenNoteOrder } from '../cash/open-note-orders.ts';
import { openNoteOrders } from '../cash/open-note-orders.ts';
import type { CoreParts } from '../core-parts.ts';
import { requireCommit } from '../require-commit.ts';
import { askHost, type HeardOfOperation } from './ask-host.ts';
import { isEndLost, operationsOfDevices } from './lost-end.ts';
import { pathEvidence } from './path-evidence.ts';
import { cutOffVisit, mayStillBeThere, recoveredResult } from './recovered-result.ts';
import { resolveBunch, resolveDispense } from './resolve-dispense.ts';
import { resolveCoins, resolvePayout } from './resolve-payout.ts';
import { settledLine, settleOperation } from './settle-operation.ts';

/** How long the acceptor may take to come up and say where an open note is. */
const ACCEPTOR_WAIT_MS = 45_000;
const ACCEPTOR_LOOK_MS = 200;
const REPORT_LINES_MAX = 200;

/**
 * At start: what the journal shows as open is settled before anybody is served. For notes under way the devices are asked first (power-up state, repeated
 * events, sensors of the path), then the bank about requests for money without an answer, then each operation is ended as if its customer had walked away; what the bank must hear waits in the queue and keeps nobody.
 * One `recovery.report` is journaled at each start, and after each stop that left something open.
 *
 * @param end  aborted when the core ends
 * @returns what the customer whose session was cut off may still read; null: nobody was there or can be by now, or nothing had moved
 */
export async function recover(parts: CoreParts, end: AbortSignal): Promise<RecoveredResult | null> {
  const result = await settleAll(parts, end);
  if (end.aborted) return null;
  parts.recyclerDesk?.settled();
  parts.coinDesk.settled();
  return result;
}

async function settleAll(parts: CoreParts, end: AbortSignal): Promise<RecoveredResult | null> {
  parts.heldOutcomes.requireWritten();
  const sinceMs = parts.clock.monotonicMs();
  const visit = cutOffVisit(parts);
  const open = parts.journal.openOperationIds();
  const isFirst = !hasReported(parts);
  if (open.length === 0 && visit === null && !isFirst) return null;
  const earlier = isFirst ? earlierTries(parts) : null;
  const cutOff = open.length > 0 ? open.toReversed() : [visit?.operationId ?? null].filter((operationId) => operationId !== null);
  const isThere = mayStillBeThere(parts, cutOff);
  if (open.length > 0) parts.log.warn('trm.recovery.started', { code: 'TRM_RECOVERING', openOperations: open.length });
  const ordersOf = (operationIds: readonly string[], until?: number) => operationIds.flatMap((operationId) => openNoteOrders(parts.journal, operationId, until));
  const ordersBefore = new Map([...(earlier?.closed.map(({ operationId }) => operationId) ?? []), ...open].map((operationId) => [operationId, ordersOf([operationId], earlier?.startedAt).length]));
  const asked = operationsOfDevices(parts.journal);
  const orders = ordersOf(asked);
  if (orders.length > 0) await resolveNotes(parts, orders);
  await parts.coinDesk.resume(asked);
  const payouts: string[] = [];
  for (const operationId of asked) payouts.push(...[await resolvePayout(parts, operationId), await resolveCoins(parts, operationId), ...(await resolveDispense(parts, operationId)), await resolveBunch(parts, operationId)].filter((line) => line !== null));
  const path = await pathEvidence(parts, open);
  const heard = await askHost(parts, open);
  // What a closed line did not say is no word of a device or of the bank: the next start asks, and settles.
  if (end.aborted) return null;
  const closing = open.filter((operationId) => !awaitsWord(parts, operationId, heard));
  const found = [...(earlier?.closed.map(({ operationId }) => operationId) ?? []), ...closing];
  if (found.length === 0 && visit === null && !isFirst) return null;
  const settled = closing.map((operationId) => settleOperation(parts, operationId, 'the terminal was restarted', {
    givesReference: (outcome) => outcome !== 'abandoned',
    bankSays: heard.find((one) => one.operationId === operationId)?.documents ?? null,
    ...(path === null ? {} : { dispenserSays: path }),
  }).line);
  const suspended = parts.journal.suspense({ state: 'open' }).filter((item) => item.operationId !== null && found.includes(item.operationId));
  const { messageCount } = parts.deliveries.backlog();
  requireCommit(parts.journal, { entries: [
    ...(visit === null ? [] : [entry('session.ended', { reason: 'cutOff' }, { sessionId: visit.sessionId })]),
    entry('recovery.report', {
      openOperations: found.length,
      suspendedItems: suspended.length,
      suspendedMinor: suspended.reduce((sum, item) => sum + item.amountMinor, 0),
      openNoteOrders: found.reduce((count, operationId) => count + (ordersBefore.get(operationId) ?? 0), 0),
      waitingMessages: messageCount,
      tookMs: Math.round(parts.clock.monotonicMs() - sinceMs),
      lines: [...(earlier?.closed.map(({ line }) => line) ?? []), ...settled, ...payouts, ...(path === null ? [] : [`dispenser: ${path.evidence}`]), ...heard.map(({ line }) => line)].slice(0, REPORT_LINES_MAX),
    }),
  ] });
  return isThere ? (cutOff.map((operationId) => recoveredResult(parts, operationId)).find((result) => result !== null) ?? null) : null;
}

/** Where the journal lost its end, what the bank has heard there decides what it is told: nothing is, and the operation stays open, until it has answered. */
function awaitsWord({ journal }: CoreParts, operationId: string, heard: readonly HeardOfOperation[]): boolean {
  return isEndLost({ journal }, journal.operationEntries(operationId)) && heard.some((one) => one.operationId === operationId && !one.isAnswered);
}

/** What tries of this start did already before the disk cut them off: the report is of the whole start. */
function earlierTries({ journal }: CoreParts): { readonly startedAt: number; readonly closed: readonly { readonly operationId: string; readonly line: string }[] } {
  const startedAt = journal.entries({ kinds: ['terminal.started'], newestFirst: true, limit: 1 })[0]?.entryNumber ?? 0;
  const closed = journal.entries({ kinds: ['operation.closed'], fromEntryNumber: startedAt, limit: REPORT_LINES_MAX }) as readonly JournalEntry<'operation.closed'>[];
  return { startedAt, closed: closed.map(({ operationId = '', data }) => ({ operationId, line: settledLine(operationId, data) })) };
}

/** The first entry of this start stands before all others of its life; a report after it is this life's. */
function hasReported(parts: CoreParts): boolean {
  return parts.journal.entries({ kinds: ['terminal.started', 'recovery.report'], newestFirst: true, limit: 1 })[0]?.kind === 'recovery.report';
}

async function resolveNotes(parts: CoreParts, orders: readonly OpenNoteOrder[]): Promise<void> {
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
