import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { showAnswer, verifyAnswer } from '../../../main/cli/journal.ts';
import { purgeAnswer } from '../../../main/cli/journal-purge.ts';
import { listAnswer, retryAnswer } from '../../../main/cli/queue.ts';
import { queueActAnswer } from '../../../main/cli/queue-acts.ts';
import { RUN_FILES } from '../../../main/contracts/run-folder.ts';
import { JOURNAL_FILE } from '../../../main/core/process/data-files.ts';
import { openJournalForReading } from '../../../main/journal/open-journal.ts';
import type { CliTerminal } from './terminal-fixture.ts';
import { createCliTerminal, giveStaff, staffAccount, START_UTC_MS } from './terminal-fixture.ts';

let terminal: CliTerminal;
let data: string;
let configFile: string;

beforeEach(() => {
  terminal = createCliTerminal();
  ({ data, configFile } = terminal);
});
afterEach(() => terminal.remove());
const closeCore = () => terminal.stopCore();
const kindsOf = (answer: ReturnType<typeof showAnswer>) => (answer.json['entries'] as { kind: string }[]).map(({ kind }) => kind);

describe('qolma journal', () => {
  it('verifies while a core runs', () => {
    expect(verifyAnswer({ data })).toMatchObject({ exitCode: 0, json: { ok: true, entryCount: 4 } });
  });

  it('names the entry that is not the one that was written', () => {
    closeCore();
    const database = new Database(join(data, JOURNAL_FILE));
    database.exec("DROP TRIGGER entries_become_tombstones_only; UPDATE entries SET data = '{\"operation\":\"OP-05\"}' WHERE entry_number = 2");
    database.close();
    expect(verifyAnswer({ data })).toMatchObject({ exitCode: 1, json: { ok: false, problem: { entryNumber: 2 } } });
  });

  it('shows by kind, operation, session, beginning and number, in both orders', () => {
    const show = (options: object) => kindsOf(showAnswer({ data, from: 1, limit: 50, ...options }));
    expect(show({})).toEqual(['session.started', 'operation.chosen', 'operation.chosen', 'message.staged']);
    expect(show({ newest: true, limit: 2 })).toEqual(['message.staged', 'operation.chosen']);
    expect(show({ operation: 'O1' })).toEqual(['operation.chosen', 'message.staged']);
    expect(show({ session: 'S1', newest: true, limit: 2 })).toEqual(['message.staged', 'operation.chosen']);
    expect(show({ kind: ['operation.*'], from: 3 })).toEqual(['operation.chosen']);
  });

  it('purges under the bank’s policy alone, with the core stopped; a dry run counts beside it', () => {
    expect(purgeAnswer({ config: configFile, dryRun: true })).toMatchObject({ exitCode: 0, json: { ok: true, dryRun: true, policyId: 'sample-bank', classes: expect.arrayContaining([{ classId: 'course', keepDays: 92, entryCount: 0, keptCount: 0 }]) as unknown } });
    expect(purgeAnswer({ config: configFile })).toMatchObject({ exitCode: 1, json: { problem: { code: 'JNL_HELD' } } });
    closeCore();
    expect(purgeAnswer({ config: configFile })).toMatchObject({ exitCode: 0, json: { ok: true, purgedCount: 0 } });
    expect(kindsOf(showAnswer({ data, from: 1, limit: 50, kind: ['retention.*', 'service.acted'] }))).toEqual(['retention.policySet', 'service.acted']);
    writeFileSync(join(data, RUN_FILES.pki, 'retention-policy.json'), '{}');
    expect(purgeAnswer({ config: configFile })).toMatchObject({ exitCode: 1, json: { problem: { code: 'POLICY_REFUSED' } } });
  });

  it('tells what is wrong with the question', () => {
    expect(showAnswer({ data, from: 1, limit: 1, kind: ['note.eaten'] })).toMatchObject({ exitCode: 1, json: { problem: { code: 'UNKNOWN_KIND' } } });
    expect(verifyAnswer({})).toMatchObject({ exitCode: 1, json: { problem: { code: 'USAGE' } } });
    expect(verifyAnswer({ data: join(data, 'nothing') })).toMatchObject({ exitCode: 1, json: { problem: { code: 'JNL_MISSING' } } });
  });
});

describe('qolma queue', () => {
  it('lists what waits, without its content, while a core runs', () => {
    const answer = listAnswer({ data, limit: 10 }, START_UTC_MS + 7_260_000);
    expect(answer).toMatchObject({ exitCode: 0, json: { messageCount: 1, parkedCount: 1, messages: [{ messageId: 'M1', state: 'parked', operation: 'cash.deposit' }] } });
    expect((answer.json['messages'] as object[])[0]).not.toHaveProperty('bytes');
    expect(answer.text).toContain('2 h');
  });

  it('tells how many wait also where it shows fewer, and how many of all of them wait for a person', () => {
    const more = (n: number, state: 'parked' | 'staged') => ({ messageId: `N${n}`, operation: 'cash.deposit' as const, lane: 'mustDeliver' as const, operationId: `N${n}`, sessionId: null, seq: terminal.core.peekSeq() + n, state, bytes: Uint8Array.of(1), digest: '00' });
    expect(terminal.core.commit({ messages: [more(0, 'staged'), more(1, 'staged'), more(2, 'parked')] }).ok).toBe(true);
    const answer = listAnswer({ data, limit: 2 }, START_UTC_MS);
    expect(answer.json).toMatchObject({ messageCount: 4, parkedCount: 2, messages: [{ messageId: 'M1' }, { messageId: 'N0' }] });
    expect(answer.text).toContain('2 more');
  });

  it('lists no question that was never answered: nobody waits for it', () => {
    terminal.core.commit({ messages: [{ messageId: 'Q1', operation: 'link.heartbeat', lane: 'online', operationId: 'Q1', sessionId: null, seq: terminal.core.peekSeq(), state: 'sending', bytes: Uint8Array.of(1), digest: '00' }] });
    terminal.core.commit({ messageMoves: [{ messageId: 'Q1', to: 'unknown', detail: 'HST_TIMED_OUT' }] });
    expect(listAnswer({ data, limit: 10 }, START_UTC_MS)).toMatchObject({ json: { messages: [{ messageId: 'M1' }] } });
    expect(listAnswer({ data, limit: 10, all: true }, START_UTC_MS)).toMatchObject({ json: { messageCount: 2 } });
  });

  it('leaves a retry to the core that runs', () => {
    expect(retryAnswer('M1', configFile, START_UTC_MS)).toMatchObject({ exitCode: 1, json: { problem: { code: 'CORE_RUNNING' } } });
  });

  it('sends nothing more that no bank takes any more with its date', () => {
    closeCore();
    expect(retryAnswer('M1', configFile, START_UTC_MS + 31 * 86_400_000)).toMatchObject({ exitCode: 1, json: { problem: { code: 'TOO_OLD' } } });
    expect(listAnswer({ data, limit: 10 }, START_UTC_MS)).toMatchObject({ json: { messages: [{ messageId: 'M1', state: 'parked' }] } });
  });

  it('makes a parked message ready on a stopped terminal, and journals who asked', () => {
    closeCore();
    expect(retryAnswer('M1', configFile, START_UTC_MS)).toMatchObject({ exitCode: 0, json: { from: 'parked', to: 'ready' } });
    expect(kindsOf(showAnswer({ data, from: 5, limit: 10 }))).toEqual(['key.introduced', 'key.introduced', 'key.introduced', 'fact.put', 'fact.put', 'service.acted', 'message.moved', 'journal.sealed']);
    expect(retryAnswer('M1', configFile, START_UTC_MS)).toMatchObject({ exitCode: 1, json: { problem: { code: 'NOT_PARKED' } } });
    expect(retryAnswer('M9', configFile, START_UTC_MS)).toMatchObject({ exitCode: 1, json: { problem: { code: 'UNKNOWN_MESSAGE' } } });
    expect(verifyAnswer({ data }).exitCode).toBe(0);
  });
});

describe('qolma queue settle and confirm', () => {
  it('take no password that is older than service mode would take without a change', async () => {
    giveStaff(terminal.core, [{ ...staffAccount('a', 'Word-of-a-1'), passwordChangedAtUtcMs: Date.now() - 61 * 86_400_000 }]);
    closeCore();
    expect(await queueActAnswer('settle', 'M1', { config: configFile, login: 'a', why: 'ticket 4471' }, 'Word-of-a-1')).toMatchObject({ exitCode: 1, json: { problem: { code: 'LOGIN_REFUSED' } } });
  });

  it('take two persons with their own passwords; the end and both names are in the journal', async () => {
    giveStaff(terminal.core, [staffAccount('a', 'Word-of-a-1'), staffAccount('b', 'Word-of-b-2')]);
    const act = (name: 'settle' | 'replace' | 'confirm', login: string, password: string) => queueActAnswer(name, 'M1', { config: configFile, login, why: 'ticket 4471' }, password);
    expect((await act('settle', 'a', 'Word-of-a-1')).json).toMatchObject({ problem: { code: 'CORE_RUNNING' } });
    closeCore();
    const steps = [await act('confirm', 'b', 'Word-of-b-2'), await act('settle', 'a', 'wrong'), await act('replace', 'a', 'Word-of-a-1'), await act('settle', 'a', 'Word-of-a-1'), await act('confirm', 'a', 'Word-of-a-1'), await act('confirm', 'b', 'Word-of-b-2'), await act('confirm', 'b', 'Word-of-b-2')];
    expect(steps.map(({ json }) => (json['problem'] as { code: string } | undefined)?.code ?? 'done')).toEqual(['nothingProposed', 'LOGIN_REFUSED', 'notReplaceable', 'done', 'samePerson', 'done', 'notParked']);
    expect(listAnswer({ data, all: true, limit: 10 }, START_UTC_MS).json).toMatchObject({ parkedCount: 0 });
    const reading = openJournalForReading(join(data, JOURNAL_FILE));
    expect(reading.ok ? reading.value.operationEntries('O1').map(({ kind }) => kind) : reading.error).toEqual(expect.arrayContaining(['message.actProposed', 'message.actConfirmed', 'message.moved']));
    if (reading.ok) reading.value.close();
  });
});
