import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { StaffAccount } from '../../../main/contracts/host-operations.ts';
import { TARIFFS } from '../../../simulators/bank-host/tariffs.ts';
import { bankWorld } from '../../../simulators/bank-host/world.ts';
import { NOW, approvedBody, createBankFixture } from './bank-fixture.ts';
import type { BankFixture } from './bank-fixture.ts';

/**
 * Goal: every operation of the contract through both codecs, and what the ledger says afterwards.
 * Method: requests are encoded by the terminal's codec, answers decoded by it; the bank in between has only the mapping page and the schemas.
 */
const AIGERIM = { phone: '+77000001234', clientId: 'c-1001', card: 'KZ60999KZT0000000001', current: 'KZ33999KZT0000000002' };
const NOTES_15_000 = [{ denominationMinor: 1_000_000, noteCount: 1 }, { denominationMinor: 500_000, noteCount: 1 }];

let fixture: BankFixture;
beforeEach(() => {
  fixture = createBankFixture();
});
const world = () => bankWorld(fixture.bank);
const cash = () => world().terminals['0427'];
const balance = (accountRef: string) => fixture.bank.ledger.balanceMinor(`client:${accountRef}`);

async function quoteFor(operation: 'op-01' | 'op-10', token: string, amountMinor: number | null, accountRef = AIGERIM.card, clientId = AIGERIM.clientId) {
  return approvedBody(await fixture.ask('fee.quote', { operation, amountMinor, target: { kind: 'account', clientId, accountRef }, authToken: token }));
}

describe('the link', () => {
  it('signs on, beats, and hands over the catalogue once', async () => {
    expect(await fixture.ask('link.signon', { softwareVersion: '0.1.0', configVersion: '1' })).toMatchObject({ outcome: 'approved', businessDay: '2026-11-21', body: { businessDay: '2026-11-21', catalogueVersion: 1 } });
    expect(approvedBody(await fixture.ask('link.heartbeat', { state: 'inService', queueDepth: 0, oldestAgeMs: 0 })).catalogueVersion).toBe(1);
    const catalogue = approvedBody(await fixture.ask('catalogue.sync', { haveVersion: 0 })).catalogue;
    expect(catalogue?.providers).toContainEqual(expect.objectContaining({ providerId: 'p-water', fields: [expect.objectContaining({ mask: '99-9999-99' })] }));
    expect(approvedBody(await fixture.ask('catalogue.sync', { haveVersion: 1 })).catalogue).toBeNull();
  });

  it('keeps staff, and a changed password with the one before it (BA-3.5.1)', async () => {
    const accounts = async () => approvedBody(await fixture.ask('staff.sync', {})).accounts as StaffAccount[];
    const before = await accounts();
    expect(before.map((account) => [account.login, account.level, account.mustChangePassword])).toEqual([['k-021', 'cashOfficer', true], ['t-014', 'technician', true]]);
    const verifier = { saltBase64: 'c2FsdA==', hashBase64: 'aGFzaA==' };
    approvedBody(await fixture.ask('staff.password', { login: 't-014', verifier }));
    const after = (await accounts())[1]!;
    expect(after).toMatchObject({ verifier, mustChangePassword: false, previousVerifiers: [before[1]!.verifier] });
    expect(await fixture.ask('staff.password', { login: 'nobody', verifier })).toMatchObject({ outcome: 'declined', refusal: 'RF-01' });
  });

  it('takes device events and delivers receipts to the telephone (R-6.1)', async () => {
    approvedBody(await fixture.ask('device.exception', { kind: 'malfunction', deviceId: 'dispenser', errorCode: 'CDM_ITEMS_LEFT', detail: 'exit blocked' }));
    approvedBody(await fixture.ask('device.exception', { kind: 'security', deviceId: 'safe', errorCode: 'DOOR', detail: '' }));
    expect(world().deviceEvents).toHaveLength(2);
    approvedBody(await fixture.ask('receipt.send', { receiptNumber: '0427-000001', channel: 'sms', phone: null, clientId: AIGERIM.clientId, language: 'kk', text: 'Түбіртек\n15 000 ₸' }));
    expect(fixture.bank.telephones.messages(AIGERIM.phone)).toMatchObject([{ kind: 'receipt', text: 'Түбіртек\n15 000 ₸' }]);
  });
});

describe('who stands there', () => {
  it('T-2.4.1, R-4.4: finds one client by phone and by IIN, masked', async () => {
    for (const by of [{ kind: 'phone' as const, phone: AIGERIM.phone }, { kind: 'iin' as const, iin: '850315300009' }]) {
      expect(approvedBody(await fixture.ask('client.find', { by, operation: 'op-01' }))).toEqual({ match: 'one', clientId: 'c-1001', maskedName: 'А••••• Б.' });
    }
  });

  it('T-2.4.2: two clients on one phone are told apart by birth date, none is named', async () => {
    const found = approvedBody(await fixture.ask('client.find', { by: { kind: 'phone', phone: '+77000005678' }, operation: 'op-10' }));
    if (found.match !== 'ambiguous') throw new Error('expected ambiguity');
    expect(found).toMatchObject({ needs: 'birthDate', triesLeft: 3 });
    expect(approvedBody(await fixture.ask('client.disambiguate', { findRef: found.findRef, birthDate: '03031999' }))).toEqual({ clientId: null, maskedName: null, triesLeft: 2 });
    expect(approvedBody(await fixture.ask('client.disambiguate', { findRef: found.findRef, birthDate: '02022001' }))).toEqual({ clientId: 'c-1003', maskedName: 'Д••••• А.', triesLeft: 2 });
  });

  it('Q-02, S-13: the third wrong birth date blocks for 15 minutes', async () => {
    const find = () => fixture.ask('client.find', { by: { kind: 'phone', phone: '+77000005678' }, operation: 'op-10' });
    const found = approvedBody(await find());
    if (found.match !== 'ambiguous') throw new Error('expected ambiguity');
    const wrong = () => fixture.ask('client.disambiguate', { findRef: found.findRef, birthDate: '03031999' });
    await wrong();
    await wrong();
    expect(await wrong()).toMatchObject({ outcome: 'declined', refusal: 'RF-20', blockedUntilUtcMs: NOW + 900_000 });
    expect(await find()).toMatchObject({ outcome: 'declined', refusal: 'RF-20', blockedUntilUtcMs: NOW + 900_000 });
  });

  it('says not found, and makes a terminal pause that misses twenty times in ten minutes', async () => {
    for (let miss = 0; miss < 20; miss++) expect(await fixture.ask('client.find', { by: { kind: 'phone', phone: '+77010000000' }, operation: 'op-01' })).toMatchObject({ outcome: 'notFound' });
    expect(await fixture.ask('client.find', { by: { kind: 'phone', phone: AIGERIM.phone }, operation: 'op-01' })).toMatchObject({ outcome: 'declined', refusal: 'RF-20' });
    await fixture.clock.advance(600_000);
    expect(await fixture.ask('client.find', { by: { kind: 'phone', phone: AIGERIM.phone }, operation: 'op-01' })).toMatchObject({ outcome: 'approved' });
  });

  it('RF-20: a client blocked by the bank gets no code', async () => {
    expect(await fixture.ask('client.find', { by: { kind: 'iin', iin: '120229500002' }, operation: 'op-01' })).toMatchObject({ outcome: 'declined', refusal: 'RF-20', isRetryable: false });
    expect(await fixture.ask('otp.request', { destination: { kind: 'client', clientId: 'c-1004' }, operation: 'op-01' })).toMatchObject({ refusal: 'RF-20' });
  });

  it('T-2.2.1, R-8.11: a code opens the accounts; a wrong one does not', async () => {
    const issued = approvedBody(await fixture.ask('otp.request', { destination: { kind: 'client', clientId: AIGERIM.clientId }, operation: 'op-01' }));
    const wrong = fixture.lastCode(AIGERIM.phone) === '111111' ? '111112' : '111111';
    expect(approvedBody(await fixture.ask('otp.verify', { otpRef: issued.otpRef, code: wrong }))).toMatchObject({ authToken: null, scope: [], triesLeft: 2 });
    const verified = approvedBody(await fixture.ask('otp.verify', { otpRef: issued.otpRef, code: fixture.lastCode(AIGERIM.phone) }));
    expect(verified).toMatchObject({ scope: ['op-01', 'op-05', 'op-10'], expiresAtUtcMs: issued.expiresAtUtcMs });
    const { accounts } = approvedBody(await fixture.ask('client.accounts', { clientId: AIGERIM.clientId, operation: 'op-01', authToken: verified.authToken! }));
    expect(accounts.map((account) => [account.masked, account.kind, account.canWithdraw])).toEqual([['•• 0012', 'card', true], ['KZ•• •••• 0002', 'current', true]]);
    expect(await fixture.ask('client.accounts', { clientId: AIGERIM.clientId, operation: 'op-01', authToken: verified.authToken! }, { sessionId: 's-2' })).toMatchObject({ refusal: 'RF-01' });
    expect(await fixture.ask('client.accounts', { clientId: 'c-1005', operation: 'op-01', authToken: verified.authToken! })).toMatchObject({ refusal: 'RF-01' });
  });
});

describe('OP-01 top-up', () => {
  async function deposit(more: { amountMinor?: number; feeMinor?: number; notes?: typeof NOTES_15_000 } = {}) {
    const token = await fixture.signIn(AIGERIM.phone, AIGERIM.clientId);
    const quote = await quoteFor('op-01', token, null);
    const amountMinor = more.amountMinor ?? 1_500_000;
    const feeMinor = more.feeMinor ?? 20_000;
    const body = { clientId: AIGERIM.clientId, accountRef: AIGERIM.card, amountMinor, feeMinor, creditMinor: amountMinor - feeMinor, notes: more.notes ?? NOTES_15_000, authToken: token, consent: fixture.consent(quote.quoteId), receiptNumber: '0427-000001', reference: 'Q7K-482' };
    return { quote, request: fixture.request('cash.deposit', body) };
  }

  it('quotes a rule and limits, credits 14 800 of 15 000, and is closed by its completion', async () => {
    const { quote, request } = await deposit();
    expect(quote).toMatchObject({ feeMinor: null, totalMinor: null, maxMinor: 50_000_000, execution: 'atOnce', feeRule: { fixedMinor: 20_000, payer: 'fromAmount' } });
    expect(approvedBody(await fixture.send(request)).documentNumber).toMatch(/^D-20261121-\d{5}$/);
    approvedBody(await fixture.ask('cash.deposit.complete', { outcome: 'deposited', operation: 'op-01', depositedMinor: 1_500_000, retainedMinor: 0, notes: NOTES_15_000, cause: 'none', payerPhone: null, clientId: AIGERIM.clientId, receiptNumber: '0427-000001', reference: 'Q7K-482' }, { operationId: request.header.operationId }));
    expect(balance(AIGERIM.card)).toBe(25_000_000 + 1_480_000);
    expect(cash()).toEqual({ cashInMinor: 1_500_000, cashOutMinor: 0, suspenseInMinor: 0, suspenseOutMinor: 0, doubtfulInMinor: 0, suspenseMinor: 0 });
    expect(world().trialBalanceMinor).toBe(0);
    expect(approvedBody(await fixture.ask('doc.status', { operationId: request.header.operationId })).documents.map(({ operation, status }) => [operation, status])).toEqual([['cash.deposit', 'executed'], ['cash.deposit.complete', 'executed']]);
  });

  it('of cash that was told as kept is not credited as well: the terminal may have lost the word that it is a claim', async () => {
    const { request } = await deposit();
    const { operationId } = request.header;
    approvedBody(await fixture.ask('cash.deposit.complete', { outcome: 'retained', operation: 'op-01', depositedMinor: 0, retainedMinor: 1_500_000, notes: NOTES_15_000, cause: 'CUCL', payerPhone: null, clientId: null, receiptNumber: '0427-000001', reference: 'Q7K-482' }, { operationId }));
    for (let attempt = 1; attempt <= 2; attempt += 1) expect(await fixture.send(request)).toMatchObject({ outcome: 'declined', refusal: 'RF-31' });
    expect([balance(AIGERIM.card), cash()]).toMatchObject([25_000_000, { suspenseInMinor: 1_500_000 }]);
  });

  it('is taken hours later, long after its session, as long as the consent was in time (Q-09)', async () => {
    const { request } = await deposit();
    await fixture.clock.advance(6 * 3_600_000);
    expect(await fixture.send(request)).toMatchObject({ outcome: 'approved' });
  });

  it.each([
    ['RF-03 above the product maximum', { amountMinor: 50_500_000, notes: [{ denominationMinor: 500_000, noteCount: 101 }] }, 'RF-03'],
    ['RF-15 another fee than quoted', { feeMinor: 10_000 }, 'RF-15'],
    ['RF-15 notes that do not make the sum', { notes: [{ denominationMinor: 1_000_000, noteCount: 1 }] }, 'RF-15'],
  ] as const)('%s: refused, and the cash becomes a claim on the bank, once', async (_, more, refusal) => {
    const { request } = await deposit(more as Parameters<typeof deposit>[0]);
    expect(await fixture.send(request)).toMatchObject({ outcome: 'declined', refusal });
    const claim = { cashInMinor: 0, cashOutMinor: 0, suspenseInMinor: request.body.amountMinor, suspenseOutMinor: 0, doubtfulInMinor: 0, suspenseMinor: request.body.amountMinor };
    expect(cash()).toEqual(claim);
    const notes = request.body.notes;
    const retainedMinor = notes.reduce((sum, note) => sum + note.denominationMinor * note.noteCount, 0);
    await fixture.ask('cash.deposit.complete', { outcome: 'retained', operation: 'op-01', depositedMinor: 0, retainedMinor, notes, cause: 'UCMP', payerPhone: null, clientId: AIGERIM.clientId, receiptNumber: null, reference: null }, { operationId: request.header.operationId });
    expect(cash()).toEqual(claim);
    expect(balance(AIGERIM.card)).toBe(25_000_000);
  });

  it('books a cancelled sum that stayed inside as suspense (Q-24)', async () => {
    approvedBody(await fixture.ask('cash.deposit.complete', { outcome: 'retained', operation: 'op-01', depositedMinor: 0, retainedMinor: 1_500_000, notes: NOTES_15_000, cause: 'CUCL', payerPhone: AIGERIM.phone, clientId: null, receiptNumber: '0427-000002', reference: 'Q7K-483' }));
    expect(cash()).toMatchObject({ cashInMinor: 0, suspenseInMinor: 1_500_000 });
  });

  it('keeps a note that may be inside apart from those that were counted', async () => {
    approvedBody(await fixture.ask('cash.deposit.complete', { outcome: 'retained', operation: 'op-01', depositedMinor: 0, retainedMinor: 2_000_000, notes: NOTES_15_000, cause: 'MALF', payerPhone: AIGERIM.phone, clientId: null, receiptNumber: '0427-000002', reference: 'Q7K-483' }));
    expect(cash()).toMatchObject({ cashInMinor: 0, suspenseInMinor: 1_500_000, doubtfulInMinor: 500_000 });
    expect(world().trialBalanceMinor).toBe(0);
  });

  it('Q-09: a sum accepted by recovery after a long power cut is credited, though the session is long over', async () => {
    const { request } = await deposit();
    await fixture.clock.advance(5 * 3_600_000);
    const late = fixture.request('cash.deposit', request.body);
    expect(await fixture.send(late)).toMatchObject({ outcome: 'approved' });
  });

  it('a consent to a quote that did not hold any more is none', async () => {
    fixture.bank.arm({ do: 'fault', fault: 'shortQuotes', times: 1, refusal: 'RF-24', delayMs: 60_000 });
    const { request } = await deposit();
    await fixture.clock.advance(60_001);
    expect(await fixture.send(fixture.request('cash.deposit', { ...request.body, consent: fixture.consent(request.body.consent.quoteId) }))).toMatchObject({ outcome: 'declined', refusal: 'RF-15' });
  });
});

describe('OP-05 payment', () => {
  const PAYER = '+77015550101';
  async function payment(providerId: string, sums: { insertedMinor: number; feeMinor: number; creditMinor: number; changeMinor: number }, fields: Record<string, string>) {
    const token = await fixture.signIn(PAYER, null, 'op-05');
    const check = await fixture.ask('pay.check', { providerId, catalogueVersion: 1, fields, authToken: token });
    const quote = approvedBody(await fixture.ask('fee.quote', { operation: 'op-05', amountMinor: null, target: { kind: 'provider', providerId, fields }, authToken: token }));
    const purposeCode = providerId === 'p-meal' ? '861' : providerId === 'p-aspan' ? '852' : '851';
    const body = {
      providerId, catalogueVersion: 1, fields, ...sums, changePhone: sums.changeMinor > 0 ? PAYER : null, payerPhone: PAYER, purposeCode,
      notes: [{ denominationMinor: 100_000, noteCount: sums.insertedMinor / 100_000 }], authToken: token, consent: fixture.consent(quote.quoteId), receiptNumber: '0427-000003', reference: 'Q7K-484',
    };
    return { check, quote, request: fixture.request('pay.provider', body) };
  }

  it('R-4.4, Q-05: checks, quotes, pays a provider for a payer without an account', async () => {
    const { check, quote, request } = await payment('p-water', { insertedMinor: 500_000, feeMinor: 0, creditMinor: 500_000, changeMinor: 0 }, { account: '12345678' });
    expect(approvedBody(check)).toEqual({ maskedPayee: 'Д••••• О.', suggestedMinor: 435_000, fixedMinor: null, minMinor: 20_000, maxMinor: 50_000_000 });
    expect(quote.execution).toBe('atOnce');
    expect(approvedBody(await fixture.send(request)).providerRef).toMatch(/^P\d{8}$/);
    expect(fixture.bank.ledger.balanceMinor('provider:p-water')).toBe(500_000);
    expect(cash()).toMatchObject({ cashInMinor: 500_000, suspenseMinor: 0 });
  });

  it('Q-15: the over-payment of a fixed sum goes to a telephone, nothing is kept', async () => {
    const { check, request } = await payment('p-aspan', { insertedMinor: 600_000, feeMinor: 10_000, creditMinor: 499_000, changeMinor: 91_000 }, { contract: '1234567' });
    expect(approvedBody(check).fixedMinor).toBe(499_000);
    approvedBody(await fixture.send(request));
    expect(fixture.bank.ledger.balanceMinor('top-ups:phones')).toBe(91_000);
    expect(cash()).toMatchObject({ cashInMinor: 600_000 });
  });

  it('Q-15: quotes where the change goes', async () => {
    const token = await fixture.signIn(PAYER, null, 'op-05');
    expect(approvedBody(await fixture.ask('fee.quote', { operation: 'op-05', amountMinor: 91_000, target: { kind: 'phoneTopUp', phone: PAYER }, authToken: token }))).toMatchObject({ feeMinor: 0, totalMinor: 91_000 });
  });

  it('R-5.5: takes for the change the fee that its quote named, and no other', async () => {
    const { rule } = TARIFFS.phoneTopUp;
    Object.assign(TARIFFS.phoneTopUp, { rule: { ...rule, fixedMinor: 5_000 } });
    onTestFinished(() => void Object.assign(TARIFFS.phoneTopUp, { rule }));
    const sums = { insertedMinor: 600_000, feeMinor: 10_000, creditMinor: 499_000, changeMinor: 91_000 };
    const { body } = (await payment('p-aspan', sums, { contract: '1234567' })).request;
    const agreedTo = async (phone: string, feeMinor: number) => {
      const quote = approvedBody(await fixture.ask('fee.quote', { operation: 'op-05', amountMinor: 91_000, target: { kind: 'phoneTopUp', phone }, authToken: body.authToken }));
      expect(quote.feeMinor).toBe(5_000);
      return fixture.send(fixture.request('pay.provider', { ...body, changeAgreed: { quoteId: quote.quoteId, feeMinor } }));
    };
    approvedBody(await agreedTo(PAYER, 5_000));
    expect(['top-ups:phones', 'income:fees'].map((account) => fixture.bank.ledger.balanceMinor(account))).toEqual([86_000, 15_000]);
    for (const [phone, feeMinor] of [[PAYER, 4_900], [PAYER, 5_100], ['+77015550102', 5_000]] as const) expect(await agreedTo(phone, feeMinor)).toMatchObject({ outcome: 'declined', refusal: 'RF-15' });
  });

  it('RF-15: a contract that the provider does not know, RF-25: a provider that is not offered', async () => {
    const token = await fixture.signIn(PAYER, null, 'op-05');
    expect(await fixture.ask('pay.check', { providerId: 'p-parking', catalogueVersion: 1, fields: { plate: '777BBB02' }, authToken: token })).toMatchObject({ outcome: 'declined', refusal: 'RF-15' });
    expect(await fixture.ask('pay.check', { providerId: 'p-none', catalogueVersion: 1, fields: { plate: '777BBB02' }, authToken: token })).toMatchObject({ outcome: 'declined', refusal: 'RF-25' });
  });

  it('RF-15: a fixed sum paid in part is refused and the cash becomes a claim', async () => {
    const { request } = await payment('p-meal', { insertedMinor: 200_000, feeMinor: 0, creditMinor: 200_000, changeMinor: 0 }, { contract: '123456' });
    expect(await fixture.send(request)).toMatchObject({ outcome: 'declined', refusal: 'RF-15' });
    expect(cash()).toMatchObject({ cashInMinor: 0, suspenseInMinor: 200_000 });
  });
});

describe('OP-10 withdrawal', () => {
  const MIX_10_000 = [{ denominationMinor: 500_000, noteCount: 2 }];
  async function withdrawal(who = AIGERIM, amountMinor = 1_000_000, feeMinor = 20_000) {
    const token = await fixture.signIn(who.phone, who.clientId, 'op-10');
    const quote = await quoteFor('op-10', token, amountMinor, who.card, who.clientId);
    return fixture.request('cash.withdraw', { clientId: who.clientId, accountRef: who.card, amountMinor, feeMinor, mix: [{ denominationMinor: 500_000, noteCount: amountMinor / 500_000 }], authToken: token, consent: fixture.consent(quote.quoteId) });
  }
  type Completion = Parameters<typeof fixture.request<'cash.withdraw.complete'>>[1];
  function completion(original: { header: { messageId: string; operationId: string } }, more: Partial<Completion>) {
    const body: Completion = { accountRef: AIGERIM.card, clientId: AIGERIM.clientId, outcome: 'full', requestedMinor: 1_000_000, authorisedMinor: 1_000_000, presentedMinor: 1_000_000, uncertainMinor: 0, feeMinor: 20_000, notes: MIX_10_000, cause: 'none', originalMessageId: original.header.messageId, receiptNumber: '0427-000004', ...more };
    return fixture.request('cash.withdraw.complete', body, { operationId: original.header.operationId });
  }
  const NOTHING: Partial<Completion> = { outcome: 'none', presentedMinor: 0, feeMinor: 0, notes: [], cause: 'TIMO' };

  it('quotes the fee on top, authorises against a hold, books what was presented', async () => {
    const token = await fixture.signIn(AIGERIM.phone, AIGERIM.clientId, 'op-10');
    expect(await quoteFor('op-10', token, 1_000_000)).toMatchObject({ feeMinor: 20_000, totalMinor: 1_020_000, minMinor: 100_000, maxMinor: 30_000_000 });
    await fixture.clock.advance(60_000);
    const request = await withdrawal();
    expect(approvedBody(await fixture.send(request))).toEqual({ authorisedMinor: 1_000_000, authorisationCode: '000001' });
    expect(balance(AIGERIM.card)).toBe(25_000_000);
    approvedBody(await fixture.send(completion(request, {})));
    expect(balance(AIGERIM.card)).toBe(25_000_000 - 1_020_000);
    expect(cash()).toMatchObject({ cashOutMinor: 1_000_000, suspenseMinor: 0 });
    expect(world().holds).toMatchObject([{ state: 'posted' }]);
  });

  it('partial: books what left with the fee reported, never more than agreed, and frees the rest', async () => {
    const request = await withdrawal();
    await fixture.send(request);
    approvedBody(await fixture.send(completion(request, { outcome: 'partial', presentedMinor: 500_000, feeMinor: 2_000_000, notes: [{ denominationMinor: 500_000, noteCount: 1 }], cause: 'FILL' })));
    expect(balance(AIGERIM.card)).toBe(25_000_000 - 500_000 - 20_000);
  });

  it('doubtful: what may have left is debited to suspense, settled by the count', async () => {
    const request = await withdrawal();
    await fixture.send(request);
    approvedBody(await fixture.send(completion(request, { outcome: 'doubtful', presentedMinor: 500_000, uncertainMinor: 500_000, notes: [{ denominationMinor: 500_000, noteCount: 1 }], cause: 'MALF' })));
    expect(balance(AIGERIM.card)).toBe(25_000_000 - 1_020_000);
    expect(cash()).toMatchObject({ cashOutMinor: 500_000, suspenseOutMinor: 500_000 });
  });

  it('none: frees the hold, books nothing', async () => {
    const request = await withdrawal();
    await fixture.send(request);
    expect(approvedBody(await fixture.send(completion(request, NOTHING)))).toEqual({ documentNumber: null });
    expect(world().holds).toMatchObject([{ state: 'released' }]);
    expect(balance(AIGERIM.card)).toBe(25_000_000);
  });

  it('a reversal before its original succeeds and is remembered: the late original is refused and holds nothing', async () => {
    const request = await withdrawal();
    const reversal = completion(request, NOTHING);
    expect(await fixture.send(reversal)).toMatchObject({ outcome: 'approved' });
    expect(await fixture.send(request)).toMatchObject({ outcome: 'declined', refusal: 'RF-24' });
    expect(world().holds).toEqual([]);
    expect(await fixture.send(reversal)).toMatchObject({ outcome: 'approved' });
  });

  it('RF-02 when amount and fee together are more than there is (R-5.7)', async () => {
    const poor = { ...AIGERIM, phone: '+77000006666', clientId: 'c-1006', card: 'KZ92999KZT0000000007' };
    expect(await fixture.send(await withdrawal(poor, 100_000 * 5, 20_000))).toMatchObject({ outcome: 'declined', refusal: 'RF-02' });
  });

  it('RF-18 for an account under arrest', async () => {
    expect(await fixture.send(await withdrawal({ ...AIGERIM, phone: '+77000007777', clientId: 'c-1005', card: 'KZ22999KZT0000000006' }))).toMatchObject({ outcome: 'declined', refusal: 'RF-18' });
  });

  it('RF-04 above the operation limit at the quote, and above the day limit at the authorisation', async () => {
    const token = await fixture.signIn(AIGERIM.phone, AIGERIM.clientId, 'op-10');
    expect(await fixture.ask('fee.quote', { operation: 'op-10', amountMinor: 30_500_000, target: { kind: 'account', clientId: AIGERIM.clientId, accountRef: AIGERIM.current }, authToken: token })).toMatchObject({ refusal: 'RF-04' });
    const take = async (amountMinor: number) => {
      const quote = await quoteFor('op-10', token, amountMinor, AIGERIM.current);
      return fixture.ask('cash.withdraw', { clientId: AIGERIM.clientId, accountRef: AIGERIM.current, amountMinor, feeMinor: quote.feeMinor!, mix: [], authToken: token, consent: fixture.consent(quote.quoteId) });
    };
    expect(await take(30_000_000)).toMatchObject({ outcome: 'approved' });
    expect(await take(20_500_000)).toMatchObject({ outcome: 'declined', refusal: 'RF-04' });
    expect(await take(20_000_000)).toMatchObject({ outcome: 'approved' });
  });

  it('R-8.30: without a valid token nothing is authorised', async () => {
    const request = await withdrawal();
    const forged = { ...request, body: { ...request.body, authToken: 'at-made-up' } };
    expect(await fixture.send(forged)).toMatchObject({ outcome: 'declined', refusal: 'RF-01' });
  });
});
