import { join } from 'node:path';
import { assert } from '../../foundation/assert.ts';
import type { Clock } from '../../foundation/clock.ts';
import { silentLog } from '../../foundation/log.ts';
import type { Random } from '../../foundation/random.ts';
import { createOutbox } from '../../host/outbox/dispatcher.ts';
import type { JournalBatch, MessageDraft } from '../../journal/journal.ts';
import { openJournal } from '../../journal/open-journal.ts';
import { dayTotals } from '../day/day-totals.ts';

export const QUEUED_COUNT = 10_000;
const MESSAGES_PER_COMMIT = 500;
/** As long as a signed deposit. */
const MESSAGE_BYTES = 6_000;

/** What a start does before the greeting with 10 000 messages waiting for a bank that is not there. [issue 3, host-messages §7.4] */
export function benchRecovery(folder: string, { clock, random }: { readonly clock: Clock; readonly random: Random }): readonly { readonly name: string; readonly unit: string; readonly value: number }[] {
  const options = { path: join(folder, 'queued.db'), clock, random, log: silentLog, terminalNumber: '0427' };
  const filling = openJournal({ ...options, bootId: 'bench-1', durability: 'memory' });
  assert(filling.ok, 'the journal of the benchmark opens');
  const bytes = new Uint8Array(MESSAGE_BYTES).fill(0x61);
  for (let seq = 1; seq <= QUEUED_COUNT; seq += MESSAGES_PER_COMMIT) {
    const messages = Array.from({ length: MESSAGES_PER_COMMIT }, (_, index): MessageDraft => ({
      messageId: `message-${seq + index}`, operation: 'cash.deposit', lane: 'mustDeliver', operationId: `operation-${seq + index}`, sessionId: null, seq: seq + index, state: 'staged', bytes, digest: 'ab'.repeat(32),
    }));
    assert(filling.value.commit({ messages }).ok, 'the disk takes the benchmark');
  }
  filling.value.close();

  const since = clock.monotonicMs();
  const opened = openJournal({ ...options, bootId: 'bench-2' });
  assert(opened.ok, 'the journal of the benchmark opens again');
  const journal = opened.value;
  const openedMs = clock.monotonicMs() - since;
  const outbox = createOutbox<JournalBatch>({
    clock, random, log: silentLog, isLinkUp: () => false, send: () => Promise.resolve({ kind: 'notSent', code: 'HST_UNREACHABLE', detail: 'bench' }), onFinal: () => undefined,
    store: {
      pending: (query) => journal.messages({ ...query, states: ['staged', 'ready', 'sending', 'awaiting', 'inProcess', 'unknown', 'parked'] }),
      message: (messageId) => journal.message(messageId),
      commit: (moves, consequences) => journal.commit({ ...consequences, messageMoves: moves }),
    },
  });
  outbox.start();
  journal.openOperationIds();
  dayTotals(journal);
  const readyMs = clock.monotonicMs() - since;
  outbox.stop();
  journal.close();
  return [
    { name: 'recovery: journal open, 10 000 queued', unit: 'ms', value: Math.round(openedMs) },
    { name: 'recovery: queue known, 10 000 queued', unit: 'ms', value: Math.round(readyMs) },
  ];
}
