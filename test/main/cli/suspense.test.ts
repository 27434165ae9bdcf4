import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SettleOptions } from '../../../main/cli/suspense.ts';
import { suspenseListAnswer, suspenseSettleAnswer, suspenseShowAnswer } from '../../../main/cli/suspense.ts';
import type { SuspenseDraft } from '../../../main/journal/journal.ts';
import { entry } from '../../../main/journal/journal.ts';
import type { CliTerminal } from './terminal-fixture.ts';
import { createCliTerminal, giveStaff, staffAccount, START_UTC_MS } from './terminal-fixture.ts';

const ITEM: SuspenseDraft = { suspenseId: 'X1', operationId: 'O2', reason: 'dispenseUncertain', amountMinor: -1_000_000, evidence: 'dispense command without a result', reference: 'K0M-821' };
const UNCOUNTED: SuspenseDraft = { ...ITEM, suspenseId: 'X2', operationId: null, reason: 'unassigned', amountMinor: 0, evidence: 'coins without a credit', reference: null };
const PASSWORDS: Readonly<Record<string, string>> = { viewer: 'Word-of-v-1', technician: 'Word-of-t-2', cashOfficer: 'Word-of-c-3' };
let terminal: CliTerminal;

beforeEach(() => {
  terminal = createCliTerminal();
  giveStaff(terminal.core, (['viewer', 'technician', 'cashOfficer'] as const).map((level) => staffAccount(level, PASSWORDS[level]!, level)));
  expect(terminal.core.commit({ suspense: [ITEM, UNCOUNTED] }).ok).toBe(true);
});
afterEach(() => terminal.remove());
const settle = (suspenseId: string, login: string, options: Partial<SettleOptions> = {}) => suspenseSettleAnswer(suspenseId, { config: terminal.configFile, login, why: 'found in the bin', ...options }, PASSWORDS[login]!);
const codeOf = ({ json }: { readonly json: Readonly<Record<string, unknown>> }) => (json['problem'] as { code: string } | undefined)?.code ?? 'done';

describe('qolma suspense', () => {
  it('lists what is open, its sum and how far the bank knows, while a core runs', () => {
    const answer = suspenseListAnswer({ data: terminal.data, limit: 10 }, START_UTC_MS + 7_260_000);
    expect(answer).toMatchObject({ exitCode: 0, json: { itemCount: 2, openCount: 2, openMinor: -1_000_000, items: [{ ...ITEM, state: 'open', told: 'no' }, { ...UNCOUNTED, state: 'open' }] } });
    expect(answer.text).toMatch(/X1 +dispenseUncertain +-10000 +open +2 h +K0M-821 +no/);
    expect(suspenseListAnswer({ data: terminal.data, limit: 1 }, START_UTC_MS)).toMatchObject({ json: { itemCount: 2, items: [{ suspenseId: 'X2' }] }, text: expect.stringContaining('1 older') as string });
  });

  it('shows one item with its evidence, and says where there is none', () => {
    expect(suspenseShowAnswer('X1', { data: terminal.data })).toMatchObject({ exitCode: 0, json: { item: ITEM, end: null, decisions: [] }, text: expect.stringContaining(ITEM.evidence) as string });
    expect(suspenseShowAnswer('X9', { data: terminal.data })).toMatchObject({ exitCode: 1, json: { problem: { code: 'UNKNOWN_ITEM' } } });
  });

  it('shows what the bank decided, and that it was not followed', () => {
    const decision = { suspenseId: 'X1', decisionId: 'D1', to: 'paid', amountMinor: -500_000, authority: 'desk 4', reason: 'claim 118', decidedAtUtcMs: START_UTC_MS, result: 'otherSum', messageId: 'M7' } as const;
    expect(terminal.core.commit({ entries: [entry('suspense.decided', decision)] }).ok).toBe(true);
    expect(suspenseShowAnswer('X1', { data: terminal.data })).toMatchObject({ json: { item: { state: 'open' }, decisions: [{ decisionId: 'D1', result: 'otherSum' }] }, text: expect.stringContaining('D1 paid -5000 tenge, desk 4: claim 118 (otherSum)') as string });
  });

  it('leaves the end to the core that runs', async () => {
    expect(await settle('X1', 'technician')).toMatchObject({ exitCode: 1, json: { problem: { code: 'CORE_RUNNING' } } });
  });

  it('ends an item as matched, with the password of a person who may, once, and tells the bank', async () => {
    terminal.stopCore();
    const steps = [
      await settle('X1', 'viewer'), await settle('X1', 'technician', { why: ' ' }), await suspenseSettleAnswer('X1', { config: terminal.configFile, login: 'technician', why: 'found' }, 'wrong'),
      await settle('X1', 'cashOfficer'), await settle('X1', 'technician'), await settle('X2', 'technician'),
    ];
    expect(steps.map(codeOf)).toEqual(['notAllowed', 'noReason', 'LOGIN_REFUSED', 'done', 'notOpen', 'done']);
    // Without the bank nobody is more than a technician.
    expect(suspenseShowAnswer('X1', { data: terminal.data })).toMatchObject({ json: { item: { state: 'matched', told: 'waiting' }, end: { to: 'matched', by: 'cashOfficer', authority: 'technician', why: 'found in the bin', isByBank: false } } });
    expect(suspenseListAnswer({ data: terminal.data, limit: 10 }, START_UTC_MS)).toMatchObject({ json: { itemCount: 0 }, text: 'no money is in doubt' });
    expect(suspenseListAnswer({ data: terminal.data, limit: 10, all: true }, START_UTC_MS)).toMatchObject({ json: { itemCount: 2, openCount: 0, items: [{ state: 'matched' }, { state: 'matched' }] } });
  });

  it('ends nothing of before a loss of the journal until the bank was asked how it was ended there', async () => {
    expect(terminal.core.commit({ entries: [entry('journal.restored', { entryCount: 3, lastAtUtcMs: START_UTC_MS, knownLostCount: null, stoppedBecause: null })], facts: { 'loss.told': '1 M1' } }).ok).toBe(true);
    expect(terminal.core.commit({ suspense: [{ ...ITEM, suspenseId: 'X3', operationId: 'of-after' }, { ...ITEM, suspenseId: 'X4' }] }).ok).toBe(true);
    expect(suspenseListAnswer({ data: terminal.data, limit: 10 }, START_UTC_MS)).toMatchObject({ json: { items: [{ told: 'toAsk' }, { told: 'toAsk' }, { told: 'no' }, { told: 'toAsk' }] } });
    expect(suspenseShowAnswer('X1', { data: terminal.data })).toMatchObject({ json: { item: { told: 'toAsk' } } });
    terminal.stopCore();
    // Found anew of an operation of before: the same cash may have been ended under another name.
    expect([await settle('X1', 'technician'), await settle('X3', 'technician'), await settle('X4', 'technician')].map(codeOf)).toEqual(['bankNotHeard', 'done', 'bankNotHeard']);
  });
});
