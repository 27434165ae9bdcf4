import { expect, it } from 'vitest';
import { HostGateway } from '../../../main/core/host/host-gateway.ts';
import { createIdSource } from '../../../main/foundation/ids.ts';
import { silentLog } from '../../../main/foundation/log.ts';
import { ok } from '../../../main/foundation/outcome.ts';
import { cryptoRandom } from '../../../main/system/crypto-random.ts';
import { SAMPLE_TERMINAL } from '../../support/host-samples.ts';
import { createTestCodec, stillClock } from '../../support/host-test-codec.ts';
import { memoryJournal } from '../journal/journal-fixture.ts';

it('of an answer that is not believed the journal keeps the beginning: it may come with each beat of a line', async () => {
  const [clock, random, journal, bytes] = [stillClock(), cryptoRandom(), memoryJournal(), Buffer.alloc(4 * 1024 * 1024, 'page ')];
  const line = { exchange: () => Promise.resolve(ok({ bytes, httpStatus: 200 })), close: () => Promise.resolve() };
  const gateway = new HostGateway({ terminalId: SAMPLE_TERMINAL, codec: createTestCodec().codec, line, journal, clock, random, ids: createIdSource(clock, random), log: silentLog, answerTimeoutMs: 1 });
  const asked = await gateway.ask('link.heartbeat', { state: 'inService', queueDepth: 0, oldestAgeMs: 0 }, { operationId: null, sessionId: null, language: 'kk' });
  expect(asked).toMatchObject({ kind: 'failed', failure: { kind: 'invalidAnswer', code: 'HST_MALFORMED' } });
  expect(Buffer.from(journal.message(asked.messageId)!.answerBytes!)).toEqual(bytes.subarray(0, 16 * 1024));
});
