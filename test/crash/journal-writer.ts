import { writeSync } from 'node:fs';
import { systemClock } from '../../main/system/system-clock.ts';
import { entry } from '../../main/journal/journal.ts';
import { journalOptions, messageDraft, mustOpen } from '../main/journal/journal-fixture.ts';

/** Commits until it is killed, and says on stdout which commit was acknowledged: one whole line in one write. */
const journal = mustOpen(journalOptions(process.argv[2]!, { clock: systemClock(), bootId: `boot-${process.pid}` }));
for (;;) {
  const seq = journal.peekSeq();
  const written = journal.commit({
    entries: [entry('operation.chosen', { operation: 'op-01' }, { operationId: `operation-${seq}` })],
    cashUnits: [{ unitId: 'box', denominationMinor: 500_000, noteCountDelta: 1 }],
    receipts: [{ receiptNumber: journal.peekReceiptNumber(), reference: journal.peekReference(), operationId: `operation-${seq}`, operation: 'op-01', recordJson: '{}', status: 'accepted' }],
    messages: [messageDraft(seq, { operationId: `operation-${seq}` })],
  });
  if (!written.ok) throw new Error(written.error.detail);
  writeSync(1, `${seq}\n`);
}
