import { expect, it } from 'vitest';
import type { Bank } from '../../../simulators/bank-host/bank.ts';
import type { Journal, JournalEntry } from '../../../main/journal/journal.ts';
import { readJournalMoney } from '../../../simulators/world/checkers/journal-money.ts';
import { checkMessageActs } from '../../../simulators/world/checkers/message-acts.ts';

/** Goal: how old a proposal was is told by the time that passed, not by a clock that ran away. Method: told entries of two persons, with stamps and monotonic times of their own. */
const HOUR_MS = 3_600_000;
const ACT = { messageId: 'm', operation: 'cash.deposit', act: 'replace', authority: 'technician', why: 'bankKnows' };

function findings({ stampHours, passedHours, isRested = false }: { readonly stampHours: number; readonly passedHours: number; readonly isRested?: boolean }) {
  const entries = [
    { kind: 'message.actProposed', data: { ...ACT, by: 'a-001' }, atUtcMs: 0, monotonicMs: 0 },
    { kind: 'message.actConfirmed', data: { ...ACT, proposedBy: 'a-001', by: 't-014', newMessageId: 'n' }, atUtcMs: stampHours * HOUR_MS, monotonicMs: passedHours * HOUR_MS },
  ].map((one, index) => ({ ...one, entryNumber: index + 1 }) as unknown as JournalEntry);
  const journal = { message: (messageId: string) => ({ messageId, operationId: 'o', digest: 'd', operation: 'cash.deposit' }) } as unknown as Journal;
  const bank = { documents: { all: () => [] } } as unknown as Bank;
  const money = readJournalMoney({ entries: ({ fromEntryNumber = 1 }: { readonly fromEntryNumber?: number }) => entries.slice(fromEntryNumber - 1) } as Parameters<typeof readJournalMoney>[0], isRested ? 1 : null);
  return checkMessageActs(journal, bank, money).map(({ detail }) => detail);
}

it('a proposal is no older for a clock that ran away, nor younger for one that stood, and as old as the terminal stood dark', () => {
  const old = ['m: t-014 confirmed what was proposed more than a day before'];
  expect(findings({ stampHours: 39, passedHours: 1 })).toEqual([]);
  expect(findings({ stampHours: 0, passedHours: 25 })).toEqual(old);
  expect(findings({ stampHours: 1200, passedHours: 2, isRested: true })).toEqual(old);
});
