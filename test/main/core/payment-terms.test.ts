/**
 * Goal: what a payer is asked for can be paid, and what the screen says that his change costs is what the bank's words say, whatever the bank leaves out or gets wrong.
 * Method: the actors that ask for terms and for the change, with a bank that answers with the figures under test.
 */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createActor, toPromise } from 'xstate';
import { splitInserted } from '../../../main/cash/fees.ts';
import type { HostAnswerBody } from '../../../main/contracts/host-operations.ts';
import type { HostGateway } from '../../../main/core/host/host-gateway.ts';
import { paymentActors } from '../../../main/core/operations/payment-actors.ts';
import type { AcceptDepositRequest } from '../../../state-machines/deposit/deposit.types.ts';
import type { PaymentContext } from '../../../state-machines/payment/payment.types.ts';
import { DeskWorld, IMPATIENT } from '../../support/virtual-desk.ts';

let world: DeskWorld;
beforeEach(async () => {
  world = new DeskWorld({ limits: IMPATIENT });
  await world.boot();
});
afterEach(() => world.stop());

const FREE = { fixedMinor: 0, basisPoints: 0, minMinor: 0, maxMinor: null, payer: 'fromAmount' } as const;
const CHECK: HostAnswerBody<'pay.check'> = { maskedPayee: null, suggestedMinor: null, fixedMinor: 300_000, minMinor: 0, maxMinor: 50_000_000 };
const QUOTE: HostAnswerBody<'fee.quote'> = { quoteId: 'q', tariffId: 't', feeRule: FREE, feeMinor: null, totalMinor: null, minMinor: 20_000, maxMinor: 50_000_000, validUntilUtcMs: 900_000, execution: 'atOnce' };

function actors(answers: { readonly check?: Partial<typeof CHECK>; readonly quote?: Partial<typeof QUOTE> }) {
  const bodies: Readonly<Record<string, object>> = { 'pay.check': { ...CHECK, ...answers.check }, 'fee.quote': { ...QUOTE, ...answers.quote } };
  const ask = (operation: string) => Promise.resolve({ kind: 'answered', messageId: 'm', answer: { outcome: 'approved', hostRef: 'B', hostTimeUtcMs: 0, businessDay: '2026-04-27', body: bodies[operation] } });
  return paymentActors(() => ({ ...world.parts, gateway: { ask } as unknown as HostGateway }), () => null);
}

const context = () => ({ operationId: 'o', provider: world.parts.catalogue.provider('p-meal'), identity: { kind: 'payer', phone: '+77000004321' }, authentication: { authToken: 'a' } }) as unknown as PaymentContext;
const terms = (answers: Parameters<typeof actors>[0]) => toPromise(createActor(actors(answers).checkPayment, { input: { fields: { contract: '123456' }, context: context() } }).start());

it.each([
  ['as the bank allows it', {}, { kind: 'ok', value: { terms: { wantedMinor: 300_000, insertMinMinor: 300_000, insertMaxMinor: 50_000_000 } } }],
  ['below what the bank takes: no note would be taken beyond it, and the payment could never be made', { quote: { minMinor: 500_000 } }, { kind: 'declined', refusal: 'RF-24' }],
  ['above what the bank takes', { quote: { maxMinor: 200_000 } }, { kind: 'declined', refusal: 'RF-24' }],
  ['of nothing: no note would be taken', { check: { fixedMinor: 0 }, quote: { minMinor: 0 } }, { kind: 'declined', refusal: 'RF-24' }],
] as const)('a fixed sum %s', async (_, answers, reply) => {
  expect(await terms(answers)).toMatchObject(reply);
});

it.each([
  ['no fee', FREE],
  ['a fee of the cash', { ...FREE, fixedMinor: 20_000, basisPoints: 100 }],
  ['a fee on top', { ...FREE, fixedMinor: 20_000, basisPoints: 100, payer: 'onTop' }],
] as const)('an open sum with %s: the most cash that is taken credits no more than the provider takes, the least no less, also where they have tiyn', async (_, feeRule) => {
  for (const tiyn of [0, 1, 50, 99]) {
    const [minMinor, maxMinor] = [100_000 + tiyn, 3_000_000 + tiyn];
    const asked = await terms({ check: { fixedMinor: null, minMinor, maxMinor }, quote: { feeRule } });
    const { insertMinMinor, insertMaxMinor } = (asked as Extract<typeof asked, { kind: 'ok' }>).value.terms;
    const [least, most] = [insertMinMinor, insertMaxMinor].map((insertedMinor) => splitInserted(feeRule, insertedMinor).creditMinor);
    expect([least! >= minMinor, least! < minMinor + 100, most! <= maxMinor, most! > maxMinor - 100]).toEqual([true, true, true, true]);
  }
});

it.each([
  ['the bank names it', { feeMinor: 5_000, feeRule: { ...FREE, fixedMinor: 9_000 } }, 5_000],
  ['only the rule gives it', { feeMinor: null, feeRule: { ...FREE, fixedMinor: 9_000 } }, 9_000],
  ['there is none', { feeMinor: null }, 0],
] as const)('the fee of the change, where %s', async (_, quote, feeMinor) => {
  const input = { context: { ...context(), terms: { feeRule: FREE, fixedCreditMinor: 300_000 } }, notes: [{ noteId: 'n', denominationMinor: 500_000 }], uncertainNotes: [], by: 'customer' } as unknown as AcceptDepositRequest<PaymentContext>;
  expect(await toPromise(createActor(actors({ quote }).quoteChange, { input }).start())).toMatchObject({ changeMinor: 200_000, offers: [{ target: 'phoneTopUp', feeMinor }] });
});

it('what was typed is read back whole, to be compared, before it is confirmed, and masked from then on', async () => {
  await world.toFields('p-saryarqa');
  await world.press('submitFields', { fields: { phone: '7050001234' } });
  await world.until('confirm');
  const ofPayee = world.data('confirm').facts.filter(({ labelKey }) => labelKey === 'fact.requisites').map(({ label, value }) => [label?.en, value]);
  expect(ofPayee).toEqual([['Phone number', { kind: 'text', text: '705 000 12 34' }]]);
  await world.press('next');
  await world.insertCounted(100_000);
  expect(JSON.stringify(world.model)).not.toMatch(/705.?000/);
  await world.press('next');
  await world.until('result-success');
  expect(JSON.stringify(world.model)).not.toMatch(/705.?000/);
});

it.each([['p-meal', { contract: '123456' }, ['change.onlyToPhone']], ['p-saryarqa', { phone: '7050001234' }, []]] as const)('where the change of a bill goes is said before the first note; a sum of one’s own has none: %s', async (providerId, fields, said) => {
  await world.toFields(providerId);
  await world.press('submitFields', { fields });
  await world.until('confirm');
  expect(world.data('confirm').facts.flatMap(({ labelKey, value }) => (labelKey === 'fact.change' && value.kind === 'key' ? [value.key] : []))).toEqual(said);
});
