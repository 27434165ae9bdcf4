/** Goal: cash of one operation is booked once at the sample bank, by its document or by what was decided on an item, whichever comes first and however often it is told. Method: documents and items through the codec. */
import { expect, it } from 'vitest';
import { LEDGER_ACCOUNTS } from '../../../simulators/bank-host/ledger.ts';
import { approvedBody, createBankFixture } from './bank-fixture.ts';

const NOTES = [{ denominationMinor: 1_000_000, noteCount: 1 }];
const OPERATION = 'operation-1';
const fixture = createBankFixture;
type Fixture = ReturnType<typeof fixture>;

function kept(bank: Fixture) {
  return bank.ask('cash.deposit.complete', { outcome: 'retained', operation: 'op-01', depositedMinor: 0, retainedMinor: 1_000_000, notes: NOTES, cause: 'RSTR', payerPhone: null, clientId: null, receiptNumber: '0427-000002', reference: 'Q7K-483' }, { operationId: OPERATION });
}

async function told(bank: Fixture, suspenseId: string, kind: string, amountMinor: number): Promise<void> {
  approvedBody(await bank.ask('suspense.report', { suspenseId, kind, amountMinor, operationId: OPERATION, operation: 'op-01', reference: 'Q7K-483', openedAtUtcMs: 1, evidence: 'kept' }));
  expect(bank.bank.suspense.decide({ suspenseId, to: 'paid', authority: 'claims', reason: 'counted' }).ok).toBe(true);
}

const balances = ({ bank }: Fixture) => [LEDGER_ACCOUNTS.suspenseIn('0427'), LEDGER_ACCOUNTS.settledDoubts('0427'), LEDGER_ACCOUNTS.transit('0427')].map((account) => bank.ledger.balanceMinor(account));

it('a report that people ended by hand books nothing once their item was decided, and waits for people again', async () => {
  const bank = fixture();
  await told(bank, 's-1', 'reportSettled', 1_000_000);
  expect(await kept(bank)).toMatchObject({ outcome: 'declined', refusal: 'RF-31' });
  expect(balances(bank)).toEqual([0, 1_000_000, -1_000_000]);
  await told(bank, 's-2', 'reportSettled', 1_000_000);
  expect(balances(bank)).toEqual([0, 1_000_000, -1_000_000]);
});

it('one that came before its item was decided is booked by itself alone', async () => {
  const bank = fixture();
  approvedBody(await kept(bank));
  await told(bank, 's-1', 'reportSettled', 1_000_000);
  expect(balances(bank)).toEqual([1_000_000, 0, -1_000_000]);
});

it('kept cash that is told a second time under another name, or a part of it, is paid once', async () => {
  const bank = fixture();
  approvedBody(await kept(bank));
  await told(bank, 's-1', 'retained', 1_000_000);
  await told(bank, 's-2', 'retained', 500_000);
  expect(balances(bank)).toEqual([0, 1_000_000, -1_000_000]);
});

it.each([['reportRefused', 'reportSettled', -1_000_000], ['depositRefused', 'reportSettled', 1_000_000]])('cash of a %s report that is told again as %s is booked once, and the second item comes ended as the first', async (first, second, amountMinor) => {
  const bank = fixture();
  await told(bank, 's-1', first, amountMinor);
  const report = { suspenseId: 's-2', kind: second, amountMinor, operationId: OPERATION, operation: 'op-01', reference: 'Q7K-483', openedAtUtcMs: 1, evidence: 'ended by hand' } as const;
  expect(approvedBody(await bank.ask('suspense.report', report)).decision).toMatchObject({ suspenseId: 's-2', to: 'paid', amountMinor });
  expect(balances(bank)).toEqual([0, amountMinor, -amountMinor]);
});

it.each([['nothing', null, 'writtenOff'], ['another sum', 1_000_100, 'writtenOff'], ['the same sum', 1_000_000, 'paid']])('an item that was ended at a terminal whose journal is lost, on which the bank had decided %s, is ended as the first of the two said', async (_, decidedMinor, to) => {
  const { bank, ask } = fixture();
  approvedBody(await ask('suspense.report', { suspenseId: 's-1', kind: 'unassigned', amountMinor: 1_000_000, operationId: null, operation: null, reference: null, openedAtUtcMs: 1, evidence: 'nobody\'s' }));
  if (decidedMinor !== null) bank.suspense.decide({ suspenseId: 's-1', to: 'paid', authority: 'claims', reason: 'counted', amountMinor: decidedMinor });
  approvedBody(await ask('suspense.settlement', { suspenseId: 's-1', to: 'writtenOff', amountMinor: 1_000_000, by: 't-014', authority: 'administrator', why: 'countAgrees', evidence: 'nobody\'s', settledAtUtcMs: 2 }));
  bank.suspense.confirmSettlements('0427');
  expect(bank.suspense.items()[0]?.decision).toMatchObject({ to, amountMinor: 1_000_000 });
});
