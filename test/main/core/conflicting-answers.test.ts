import { expect, it } from 'vitest';
import { createDeliveries } from '../../../main/core/host/outbox-deliveries.ts';
import type { HostGateway } from '../../../main/core/host/host-gateway.ts';
import { createIdSource } from '../../../main/foundation/ids.ts';
import { silentLog } from '../../../main/foundation/log.ts';
import { cryptoRandom } from '../../../main/system/crypto-random.ts';
import { createVirtualClock } from '../../../simulators/world/virtual-clock.ts';
import { memoryJournal, messageDraft } from '../journal/journal-fixture.ts';

/** While an attempt is on the wire the message is settled another way; then the attempt's answer comes and says otherwise. */
it('a second final answer that contradicts the first is journaled once, and the first stays', async () => {
  const clock = createVirtualClock({ startUtcMs: Date.UTC(2026, 0, 1) });
  const random = cryptoRandom();
  const journal = memoryJournal({ clock });
  let answer: (value: unknown) => void = () => undefined;
  const gateway = { isLinkUp: true, bankNowUtcMs: () => null, onLink: () => () => undefined, deliver: () => new Promise((resolve) => (answer = resolve)) } as unknown as HostGateway;
  const deliveries = createDeliveries({ journal, gateway, clock, random, ids: createIdSource(clock, random), log: silentLog, limits: { countMax: 20, ageMsMax: 600_000, sumMinorMax: 1_000_000 } });
  journal.commit({ messages: [messageDraft(1)] });
  deliveries.start();
  await clock.advance(1_000);
  expect(journal.message('message-1')?.state).toBe('sending');
  journal.commit({ messageMoves: [{ messageId: 'message-1', to: 'executed', detail: 'approved' }] });
  answer({ outcome: { kind: 'answered', messageId: 'message-1', answer: { outcome: 'declined', refusal: 'RF-24' } }, answerBytes: Buffer.from('signed refusal') });
  await clock.advance(1_000);
  expect(journal.message('message-1')?.state).toBe('executed');
  expect(journal.entries({ kinds: ['message.conflicted'], limit: 5 }).map(({ data, operationId }) => [data, operationId])).toMatchObject([[{ messageId: 'message-1', state: 'executed', outcome: 'declined', detail: 'RF-24' }, 'operation-1']]);
  await deliveries.stop();
});
