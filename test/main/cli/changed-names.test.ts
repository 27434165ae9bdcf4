import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { journalChecks } from '../../../main/cli/doctor/journal-checks.ts';
import type { Config } from '../../../main/contracts/config.ts';
import { RUN_FILES } from '../../../main/contracts/run-folder.ts';
import { HostGateway, type HostScope } from '../../../main/core/host/host-gateway.ts';
import { checkNames } from '../../../main/core/process/check-names.ts';
import { openTerminalJournal } from '../../../main/core/process/journal-secrets.ts';
import { loadHostCodec } from '../../../main/core/process/lazy-codec.ts';
import { reportOf } from '../../../main/core/suspense/suspense-messages.ts';
import { ERROR_CATALOGUE } from '../../../main/foundation/error-catalogue.ts';
import { createIdSource } from '../../../main/foundation/ids.ts';
import { silentLog } from '../../../main/foundation/log.ts';
import { err } from '../../../main/foundation/outcome.ts';
import { entry, type Journal, type JournalBatch } from '../../../main/journal/journal.ts';
import { cryptoRandom } from '../../../main/system/crypto-random.ts';
import { createSamplePki } from '../../../simulators/bank-host/pki.ts';
import { sampleConfig } from '../../../simulators/terminal/sample-config.ts';
import { sampleRequests } from '../../support/host-samples.ts';
import { standingClock } from '../journal/journal-fixture.ts';

/** What is not finished with the bank holds a terminal to the names under which it was written. */

const NOW_UTC_MS = Date.UTC(2026, 0, 1);
const OPERATION = '01KAJ1S7M2ZQ4VE0000000000A';
const SUSPENSE = '01KAJ1S7M2ZQ4VE0000000000B';
const OF_OPERATION: HostScope = { operationId: OPERATION, sessionId: null, language: 'kk' };
const clock = standingClock(NOW_UTC_MS);
let folder: string;
let config: Config;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'qolma-names-'));
  config = sampleConfig({ runFolder: folder, dataFolder: folder, bankPort: 1 });
  createSamplePki(join(folder, RUN_FILES.pki), { nowUtcMs: NOW_UTC_MS, random: cryptoRandom() });
});
afterEach(() => rmSync(folder, { recursive: true }));

const open = (terminal: Partial<Config['terminal']> = {}) => openTerminalJournal(named(terminal), { clock, random: cryptoRandom(), log: silentLog, bootId: 'test' });
const named = (terminal: Partial<Config['terminal']>): Config => ({ ...config, terminal: { ...config.terminal, ...terminal } });

function startCode(terminal: Partial<Config['terminal']>): string {
  const opened = open(terminal);
  if (opened.ok) opened.value.close();
  return opened.ok ? 'ok' : opened.error.code;
}

const doctorCode = (terminal: Partial<Config['terminal']>) => journalChecks(named(terminal), NOW_UTC_MS, false).filter(({ ok, isNeeded }) => !ok && isNeeded).map(({ found, remedy }) => [found.split(':')[0], remedy]);

/** Commits what real documents of this terminal leave. */
async function leave(batchOf: (gateway: HostGateway, journal: Journal) => readonly JournalBatch[]): Promise<void> {
  const opened = open();
  if (!opened.ok) throw new Error(opened.error.code);
  const [journal, random] = [opened.value, cryptoRandom()];
  const line = { exchange: () => Promise.resolve(err({ kind: 'notSent', code: 'HST_UNREACHABLE', detail: 'test' } as const)), close: () => Promise.resolve() };
  const gateway = new HostGateway({ terminalId: config.terminal.terminalId, codec: await loadHostCodec(config, { clock, random }), line, journal, clock, random, ids: createIdSource(clock, random), log: silentLog, answerTimeoutMs: 1 });
  for (const batch of batchOf(gateway, journal)) expect(journal.commit(batch)).toMatchObject({ ok: true });
  journal.close();
}

const chosen = entry('operation.chosen', { operation: 'op-01' }, { operationId: OPERATION });
const item = { suspenseId: SUSPENSE, operationId: null, reason: 'unassigned', amountMinor: 200_000, evidence: 'a note', reference: null } as const;
/** Sent and answered: it waits no more. */
const answered = (messageId: string): JournalBatch => ({ messageMoves: [{ messageId, to: 'sending', detail: '', isNewAttempt: true }, { messageId, to: 'executed', detail: 'approved' }] });

it.each<[string, (gateway: HostGateway, journal: Journal) => readonly JournalBatch[]]>([
  ['a document that waits', (gateway) => [{ messages: [gateway.draft('cash.deposit', sampleRequests['cash.deposit'], OF_OPERATION)] }]],
  ['a document of an operation that is open', (gateway) => {
    const asked = gateway.draft('cash.deposit', sampleRequests['cash.deposit'], OF_OPERATION);
    return [{ entries: [chosen], messages: [asked] }, answered(asked.messageId)];
  }],
  ['the report of money in doubt on which the bank may decide', (gateway, journal) => {
    expect(journal.commit({ suspense: [item] })).toMatchObject({ ok: true });
    const told = reportOf({ journal, gateway }, journal.suspense({ suspenseId: SUSPENSE })[0]!);
    return [told, answered(told.messages[0]!.messageId)];
  }],
])('%s keeps a terminal of another name, or of another bank, out of service, and the doctor says so', async (_what, batches) => {
  await leave(batches);
  expect([doctorCode({}), startCode({})]).toEqual([[], 'ok']);
  for (const changed of [{ terminalId: '0428' }, { hostId: 'OTHERBANK' }]) {
    expect(doctorCode(changed)).toEqual([['JNL_NAMES_CHANGED', ERROR_CATALOGUE.JNL_NAMES_CHANGED.operator]]);
    expect(startCode(changed)).toBe('JNL_NAMES_CHANGED');
  }
  expect([doctorCode({}), startCode({})]).toEqual([[], 'ok']);
});

it('what the bank has answered holds nobody to a name', async () => {
  await leave((gateway) => {
    const asked = gateway.draft('cash.deposit', sampleRequests['cash.deposit'], OF_OPERATION);
    return [{ messages: [asked] }, answered(asked.messageId)];
  });
  expect(startCode({ terminalId: '0428', hostId: 'OTHERBANK' })).toBe('ok');
});

it('what was found right is not read again at each start', async () => {
  await leave((gateway) => [{ messages: [gateway.draft('cash.deposit', sampleRequests['cash.deposit'], OF_OPERATION)] }]);
  const opened = open();
  if (!opened.ok) throw new Error(opened.error.code);
  const unread = { ...opened.value, messages: () => { throw new Error('messages are read'); } };
  expect(checkNames(unread, config.terminal)).toBeUndefined();
  expect(() => checkNames(unread, { ...config.terminal, terminalId: '0428' })).toThrow('messages are read');
  opened.value.close();
});

it('an item on which the bank may decide holds the terminal to its name also where the retention policy has let go of its report', async () => {
  await leave((gateway, journal) => {
    expect(journal.commit({ suspense: [item] })).toMatchObject({ ok: true });
    const told = reportOf({ journal, gateway }, journal.suspense({ suspenseId: SUSPENSE })[0]!);
    return [told, answered(told.messages[0]!.messageId)];
  });
  const opened = open();
  if (!opened.ok) throw new Error(opened.error.code);
  const { message } = opened.value;
  const purged = { ...opened.value, commit: () => { throw new Error('other names are remembered'); }, message: (messageId: string) => ({ ...message(messageId)!, bytes: new Uint8Array() }) };
  const { terminal } = config;
  expect([terminal, { ...terminal, terminalId: '0428' }, { ...terminal, hostId: 'OTHERBANK' }].map((ends) => checkNames(purged, ends)?.detail.split('.').at(-1))).toEqual([undefined, 'terminalId', 'hostId']);
  opened.value.close();
});
