/**
 * Goal: what the customer agrees to is amount, fee and their sum, whatever the bank leaves out or gets wrong.
 * Method: the actor that asks for a quote, with a bank that answers with the figures under test.
 */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createActor, toPromise } from 'xstate';
import type { HostAnswerBody } from '../../../main/contracts/host-operations.ts';
import type { HostGateway } from '../../../main/core/host/host-gateway.ts';
import { withdrawalActors } from '../../../main/core/operations/withdrawal-actors.ts';
import type { WithdrawalContext } from '../../../state-machines/withdrawal/withdrawal.types.ts';
import { DeskWorld, IMPATIENT } from '../../support/virtual-desk.ts';

let world: DeskWorld;
beforeEach(async () => {
  world = new DeskWorld({ limits: IMPATIENT });
  await world.boot();
});
afterEach(() => world.stop());

const QUOTE: HostAnswerBody<'fee.quote'> = {
  quoteId: 'q', tariffId: 't', feeRule: { fixedMinor: 0, basisPoints: 100, minMinor: 20_000, maxMinor: null, payer: 'onTop' }, feeMinor: 50_000, totalMinor: 5_050_000,
  minMinor: 0, maxMinor: 30_000_000, validUntilUtcMs: 900_000, execution: 'atOnce',
};

async function quoted(body: HostAnswerBody<'fee.quote'>): Promise<unknown> {
  const answer = { outcome: 'approved', hostRef: 'B', hostTimeUtcMs: 0, businessDay: '2026-04-27', body };
  const gateway = { ask: () => Promise.resolve({ kind: 'answered', messageId: 'm', answer }) } as unknown as HostGateway;
  const { quoteWithdrawal } = withdrawalActors(() => ({ ...world.parts, gateway }), () => null);
  const account = { accountRef: 'KZ', kind: 'current', masked: 'KZ', currency: 'KZT', canDeposit: true, canWithdraw: true } as const;
  const input = { operationId: 'o', account, amountMinor: 5_000_000, identity: { kind: 'client', clientId: 'c', maskedName: 'C.', by: 'phone', phone: null }, authentication: { authToken: 'a' } } as unknown as WithdrawalContext;
  return toPromise(createActor(quoteWithdrawal, { input }).start());
}

it.each([
  ['all of it', {}],
  ['no total', { totalMinor: null }],
  ['no fee', { feeMinor: null }],
  ['neither', { feeMinor: null, totalMinor: null }],
] as const)('the bank says %s: fee and total are those of its rule', async (_, said) => {
  expect(await quoted({ ...QUOTE, ...said })).toMatchObject({ kind: 'ok', value: { feeMinor: 50_000, totalMinor: 5_050_000 } });
});

it.each([19_999, 0, -60_000])('a quote that may be agreed to for %s ms is no offer', async (validUntilUtcMs) => {
  expect(await quoted({ ...QUOTE, validUntilUtcMs })).toEqual({ kind: 'declined', refusal: 'RF-24', blockedUntilUtcMs: null });
});

it('a total that is not amount and fee is no offer', async () => {
  expect(await quoted({ ...QUOTE, totalMinor: 5_000_000 })).toEqual({ kind: 'declined', refusal: 'RF-24', blockedUntilUtcMs: null });
});
