/**
 * Goal: whoever is in service mode finds the operation of a code that a customer reads out, with or without a receipt, sees what of it is in doubt and how far the bank knows, and leaves his name; what is no code is
 * not kept. Method: a whole terminal in virtual time, asked as the page asks it; the service machine with its own holes filled.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createActor, fromPromise } from 'xstate';
import { journalPage } from '../../../main/core/presenter/present-service-journal.ts';
import { findOperation } from '../../../main/core/service/find-operation.ts';
import { serviceMachine } from '../../../state-machines/service/service.machine.ts';
import type { FoundOperation, LoginReply } from '../../../state-machines/service/service.types.ts';
import { DeskWorld, IMPATIENT } from '../../support/virtual-desk.ts';

const STAFF = { login: 't-014', name: 'T.', level: 'viewer' } as const;

describe('a terminal', () => {
  let world: DeskWorld;
  beforeEach(async () => {
    world = new DeskWorld({ limits: IMPATIENT });
    await world.boot();
  });
  afterEach(() => world.stop());

  const look = (code: string) => journalPage(world.parts, findOperation(world.parts, { staff: STAFF, code })).found;

  it('shows the operation of a receipt by its number, as printed or with spaces, and by its reference, however it is written', async () => {
    world.arm('refusal', 'cash.deposit', { refusal: 'RF-02' });
    await world.toCashIn();
    await world.insertCounted(1_000_000);
    await world.press('next');
    await world.until(['result-success', 'result-pending', 'result-refused']);
    await world.settleQueue();
    const [{ receiptNumber, reference }] = world.dataOf('receipt.issued') as unknown as readonly [{ readonly receiptNumber: string; readonly reference: string }];
    const byNumber = look(receiptNumber);
    expect(byNumber).toMatchObject({ kind: 'found', code: receiptNumber, operation: 'op-01', movedMinor: 1_000_000, receiptNumbers: [receiptNumber], reference, items: [{ kind: 'depositRefused', amountMinor: 1_000_000, state: 'open' }] });
    expect(byNumber?.kind === 'found' ? byNumber.messages.find(({ operation }) => operation === 'cash.deposit')?.state : null).toBe('refused');
    expect(byNumber?.kind === 'found' ? byNumber.steps.map(({ kind }) => kind) : []).toEqual(expect.arrayContaining(['operation.chosen', 'outcome.stack', 'deposit.accepted', 'suspense.opened']));
    for (const typed of [reference, reference.toLowerCase(), reference.replace('-', ''), ` ${reference.replace('-', ' ')} `]) expect(look(typed)).toMatchObject({ kind: 'found', code: reference, receiptNumbers: [receiptNumber] });
    expect(look(` ${receiptNumber.replace('-', ' - ')}`)).toMatchObject({ kind: 'found', code: receiptNumber });
  });

  it('shows the operation of a reference without a receipt', async () => {
    world.arm('silence', 'cash.withdraw');
    await world.toWithdrawalConfirm(1_000_000);
    await world.press('next');
    await world.until('result-refused', 120_000);
    const { reference } = world.data('result-refused');
    expect(look(reference ?? '')).toMatchObject({ kind: 'found', operation: 'op-10', refusal: expect.stringMatching(/^RF-/) as string, receiptNumbers: [], reference, items: [] });
  });

  it('says that there is none, and keeps who looked for what, but not what is no code', () => {
    const card = '4400 4300 0000 0000';
    expect([look('ZZZ-999'), look('0427-999999'), look(card), look(''), look('U7K-482')]).toEqual([{ kind: 'notFound', code: 'ZZZ-999' }, { kind: 'notFound', code: '0427-999999' }, ...Array.from({ length: 3 }, () => ({ kind: 'notACode', code: null }))]);
    expect(world.dataOf('service.acted').filter(({ login }) => login === STAFF.login)).toEqual(['ZZZ-999', '0427-999999'].map((target) => ({ login: 't-014', action: 'journal.search', target })));
  });
});

it('shows what the bank was told of cash also where the payer had asked it a hundred times before', () => {
  const of = (operation: string, state: string, seq: number) => ({ messageId: `m${seq}`, operation, state, seq });
  // As the journal gives them: open ones first.
  const messages = [of('pay.provider', 'ready', 150), ...Array.from({ length: 149 }, (_, index) => of('fee.quote', 'executed', index + 1)), of('receipt.send', 'executed', 151)];
  const journal = { entries: () => [], operationEntries: () => [], suspense: () => [], messages: ({ limit }: { readonly limit: number }) => messages.slice(0, limit) };
  const parts = { journal, journalCare: { mirror: () => null, policyProblem: () => null } } as unknown as Parameters<typeof journalPage>[0];
  const { found } = journalPage(parts, { code: 'Q7K-482', operationId: 'operation-1' });
  expect(found?.kind === 'found' ? found.messages.slice(-3).map(({ operation, state }) => [operation, state]) : null).toEqual([['fee.quote', 'executed'], ['pay.provider', 'ready'], ['receipt.send', 'executed']]);
});

it('what was found goes with the page, and a look that the disk did not take is said to be none', async () => {
  const answers: (FoundOperation | null)[] = [{ code: 'Q7K-482', operationId: 'operation-1' }, null];
  const machine = serviceMachine.provide({ actors: {
    logIn: fromPromise<LoginReply, { readonly login: string; readonly password: string }>(() => Promise.resolve({ kind: 'ok', staff: STAFF, mustChange: null })),
    findOperation: fromPromise(() => {
      const answer = answers.shift() ?? null;
      return answer === null ? Promise.reject(new Error('full')) : Promise.resolve(answer);
    }),
  } });
  const actor = createActor(machine, { input: { inactivityMs: 1_000_000 } }).start();
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  const send = async (event: object) => {
    actor.send({ ...event, revision: 1 } as unknown as Parameters<typeof actor.send>[0]);
    await turn();
    return actor.getSnapshot().context.found;
  };
  await send({ type: 'intent.serviceLogin', login: 't-014', password: 'x' });
  expect(await send({ type: 'intent.serviceShow', page: 'journal' })).toBeNull();
  expect(await send({ type: 'intent.serviceFind', code: 'q7k482' })).toEqual({ code: 'Q7K-482', operationId: 'operation-1' });
  expect(await send({ type: 'intent.serviceFind', code: 'q7k482' })).toBe('failed');
  expect(await send({ type: 'intent.serviceShow', page: 'journal' })).toBeNull();
  actor.stop();
});
