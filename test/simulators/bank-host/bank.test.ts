import { beforeEach, describe, expect, it } from 'vitest';
import type { HostOperation, HostRequest } from '../../../main/contracts/host-operations.ts';
import { bankControlTarget } from '../../../simulators/bank-host/control.ts';
import { BANK_FAULTS } from '../../../simulators/bank-host/faults.ts';
import { bankWorld } from '../../../simulators/bank-host/world.ts';
import type { BankReply } from '../../../simulators/bank-host/bank.ts';
import { NOW, approvedBody, createBankFixture } from './bank-fixture.ts';
import type { BankFixture } from './bank-fixture.ts';

/** Exactly-once effect, replay rules, each fault, and the control commands. [host-messages §3.6, §5.3, §5.7] */
const PHONE = '+77000001234';
const CARD = 'KZ60999KZT0000000001';
const SOUND = { softwareVersion: '0.1.0', configVersion: '1' };

let fixture: BankFixture;
beforeEach(() => {
  fixture = createBankFixture();
});
const control = (command: Record<string, unknown>) => bankControlTarget(fixture.bank).control(command);
const arm = (fault: string, more: Record<string, unknown> = {}) => {
  const armed = control({ do: 'fault', fault, ...more });
  if (!armed.ok) throw new Error(armed.error.detail);
};
const balance = () => fixture.bank.ledger.balanceMinor(`client:${CARD}`);
const decode = (request: HostRequest, reply: BankReply) => {
  if (reply.kind !== 'answer') throw new Error(`no answer: ${reply.kind}`);
  return fixture.codec.decodeAnswer(request.operation as HostOperation, reply.bytes, { header: request.header, digest: fixture.encode(request).digest });
};

/** A top-up of 15 000 ₸, ready to be sent. */
async function depositRequest(): Promise<HostRequest<'cash.deposit'>> {
  const authToken = await fixture.signIn(PHONE, 'c-1001');
  const { quoteId } = approvedBody(await fixture.ask('fee.quote', { operation: 'op-01', amountMinor: null, target: { kind: 'account', clientId: 'c-1001', accountRef: CARD }, authToken }));
  return fixture.request('cash.deposit', {
    clientId: 'c-1001', accountRef: CARD, amountMinor: 1_500_000, feeMinor: 20_000, creditMinor: 1_480_000, notes: [{ denominationMinor: 500_000, noteCount: 3 }],
    authToken, consent: fixture.consent(quoteId), receiptNumber: '0427-000001', reference: 'Q7K-482',
  });
}

describe('exactly-once effect', () => {
  it('answers a repeat with the stored bytes and books once', async () => {
    const { bytes } = fixture.encode(await depositRequest());
    const [first, second] = [await fixture.reply(bytes), await fixture.reply(bytes)];
    expect(second).toEqual(first);
    expect(balance()).toBe(25_000_000 + 1_480_000);
  });

  it('books once when the same operation comes under another message id, and answers that message', async () => {
    const request = await depositRequest();
    approvedBody(await fixture.send(request));
    const again = fixture.request('cash.deposit', request.body, { operationId: request.header.operationId });
    expect(await fixture.send(again)).toMatchObject({ outcome: 'approved' });
    expect(balance()).toBe(25_000_000 + 1_480_000);
  });

  it('refuses another instruction under a known id (TXND): the first answer stays', async () => {
    const request = await depositRequest();
    approvedBody(await fixture.send(request));
    const other = { ...request, body: { ...request.body, amountMinor: 1_000_000, creditMinor: 980_000, notes: [{ denominationMinor: 500_000, noteCount: 2 }] } };
    expect(await fixture.send(other)).toMatchObject({ outcome: 'declined', refusal: 'RF-31', isRetryable: false });
    const sameOperation = fixture.request('cash.deposit', other.body, { operationId: request.header.operationId });
    expect(await fixture.send(sameOperation)).toMatchObject({ outcome: 'declined', refusal: 'RF-31' });
    expect(await fixture.send(request)).toMatchObject({ outcome: 'approved' });
    expect(balance()).toBe(25_000_000 + 1_480_000);
  });

  it('never books without storing its answer: when the answer cannot be made, nothing has happened', async () => {
    const request = await depositRequest();
    const { bytes } = fixture.encode(request);
    fixture.bank.database.exec("CREATE TRIGGER full BEFORE INSERT ON documents BEGIN SELECT RAISE(ABORT, 'disk full'); END");
    await expect(fixture.reply(bytes)).rejects.toThrow('disk full');
    expect(balance()).toBe(25_000_000);
    fixture.bank.database.exec('DROP TRIGGER full');
    expect(await fixture.send(request)).toMatchObject({ outcome: 'approved' });
    expect(balance()).toBe(25_000_000 + 1_480_000);
  });

  it('verifies each typed code anew, though the digest leaves the digits out', async () => {
    const { otpRef } = approvedBody(await fixture.ask('otp.request', { destination: { kind: 'client', clientId: 'c-1001' }, operation: 'op-01' }));
    const right = fixture.lastCode(PHONE);
    const wrong = right === '000000' ? '000001' : '000000';
    const first = fixture.request('otp.verify', { otpRef, code: wrong });
    const second = fixture.request('otp.verify', { otpRef, code: right }, { operationId: first.header.operationId });
    expect(approvedBody(await fixture.send(first)).authToken).toBeNull();
    expect(approvedBody(await fixture.send(second)).authToken).not.toBeNull();
  });
});

describe('retention', () => {
  it('forgets beats after a day and other documents after 46, but nothing that moved money', async () => {
    const request = await depositRequest();
    approvedBody(await fixture.send(request));
    approvedBody(await fixture.ask('link.heartbeat', { state: 'inService', queueDepth: 0, oldestAgeMs: 0 }));
    const operations = () => fixture.bank.documents.all().map((document) => document.operation);
    await fixture.clock.advance(86_400_001);
    await fixture.ask('link.signon', SOUND);
    expect(operations()).toEqual(['otp.request', 'otp.verify', 'fee.quote', 'cash.deposit', 'link.signon']);
    await fixture.clock.advance(46 * 86_400_000);
    await fixture.ask('link.signon', SOUND);
    expect(operations()).toEqual(['cash.deposit', 'link.signon']);
    expect(await fixture.send(request)).toMatchObject({ outcome: 'approved' });
    expect(balance()).toBe(25_000_000 + 1_480_000);
  });
});

describe('replay rules on first sight', () => {
  const FIVE_MINUTES = 300_000;
  it.each([
    ['too old', { createdAtUtcMs: NOW - FIVE_MINUTES - 1, validUntilUtcMs: NOW + 1 }, 'declined'],
    ['just in time', { createdAtUtcMs: NOW - FIVE_MINUTES, validUntilUtcMs: NOW }, 'approved'],
    ['from the future', { createdAtUtcMs: NOW + FIVE_MINUTES + 1, validUntilUtcMs: NOW + 2 * FIVE_MINUTES }, 'declined'],
    ['no longer valid', { createdAtUtcMs: NOW - 10, validUntilUtcMs: NOW - 1 }, 'declined'],
  ] as const)('an online request %s is %s', async (_, times, outcome) => {
    expect(await fixture.ask('link.signon', SOUND, times)).toMatchObject({ outcome });
  });

  it('takes a queued document for thirty days', async () => {
    const event = { kind: 'malfunction', deviceId: 'printer', errorCode: 'PTR', detail: '' } as const;
    const age = 30 * 86_400_000;
    expect(await fixture.ask('device.exception', event, { createdAtUtcMs: NOW - age, validUntilUtcMs: NOW - age + 1 })).toMatchObject({ outcome: 'approved' });
    expect(await fixture.ask('device.exception', event, { createdAtUtcMs: NOW - age - 1, validUntilUtcMs: NOW })).toMatchObject({ outcome: 'declined', refusal: 'RF-31' });
  });

  it('refuses a nonce that another document has used', async () => {
    const nonce = 'AAAAAAAAAAAAAAAAAAAAAA';
    expect(await fixture.ask('link.signon', SOUND, { nonce })).toMatchObject({ outcome: 'approved' });
    expect(await fixture.ask('link.signon', SOUND, { nonce })).toMatchObject({ outcome: 'declined', refusal: 'RF-31' });
  });
});

describe('faults', () => {
  it.each([
    ['lostRequest', 'silent', 0],
    ['cutBefore', 'closed', 0],
    ['silence', 'silent', 1_480_000],
    ['cutAfter', 'closed', 1_480_000],
  ] as const)('%s: the terminal gets nothing (%s); a repeat is answered and the money is booked once', async (fault, kind, bookedMinor) => {
    const request = await depositRequest();
    arm(fault, { operation: 'cash.deposit' });
    expect(await fixture.reply(fixture.encode(request).bytes)).toEqual({ kind });
    expect(balance()).toBe(25_000_000 + bookedMinor);
    expect(await fixture.send(request)).toMatchObject({ outcome: 'approved' });
    expect(balance()).toBe(25_000_000 + 1_480_000);
  });

  it.each([['busy', 503], ['http500', 500], ['rejected', 400]] as const)('%s: HTTP %i before anything is processed', async (fault, httpStatus) => {
    arm(fault);
    expect(await fixture.reply(fixture.encode(fixture.request('link.signon', SOUND)).bytes)).toMatchObject({ kind: 'answer', httpStatus });
    expect(bankWorld(fixture.bank).documents).toEqual([]);
  });

  it.each([['lateAnswer', 45_000], ['slow', 4_000]] as const)('%s: the right answer after %i ms, not before', async (fault, delayMs) => {
    const request = fixture.request('link.signon', SOUND);
    arm(fault);
    let reply: BankReply | undefined;
    void fixture.reply(fixture.encode(request).bytes).then((arrived) => (reply = arrived));
    const settle = () => new Promise<void>((resolve) => process.nextTick(resolve));
    await settle();
    await fixture.clock.advance(delayMs - 1);
    await settle();
    expect(reply).toBeUndefined();
    await fixture.clock.advance(1);
    await settle();
    expect(decode(request as HostRequest, reply!)).toMatchObject({ ok: true });
  });

  it('refusal: any RF code; cash that is inside becomes a claim', async () => {
    const request = await depositRequest();
    arm('refusal', { operation: 'cash.deposit', refusal: 'RF-11' });
    expect(await fixture.send(request)).toMatchObject({ outcome: 'declined', refusal: 'RF-11' });
    expect(bankWorld(fixture.bank).terminals['0427']).toMatchObject({ cashInMinor: 0, suspenseInMinor: 1_500_000 });
  });

  it('inProcess: says so as long as told, on repeat and on inquiry, then the final answer', async () => {
    const request = await depositRequest();
    const status = async () => approvedBody(await fixture.ask('doc.status', { operationId: request.header.operationId })).documents.map((one) => one.status);
    expect(await status()).toEqual([]);
    arm('inProcess', { operation: 'cash.deposit', delayMs: 60_000 });
    expect(await fixture.send(request)).toMatchObject({ outcome: 'inProcess' });
    await fixture.clock.advance(59_999);
    expect(await fixture.send(request)).toMatchObject({ outcome: 'inProcess' });
    expect(await status()).toEqual(['inProcess']);
    await fixture.clock.advance(1);
    expect(await status()).toEqual(['executed']);
    expect(await fixture.send(request)).toMatchObject({ outcome: 'approved' });
    expect(balance()).toBe(25_000_000 + 1_480_000);
  });

  it.each([
    ['wrongSignature', 'HST_SIGNATURE_INVALID'],
    ['unsigned', 'HST_SIGNATURE_INVALID'],
    ['otherTerminal', 'HST_NOT_FOR_US'],
  ] as const)('%s: processed, and the terminal does not believe the answer', async (fault, code) => {
    const request = await depositRequest();
    arm(fault, { operation: 'cash.deposit' });
    expect(decode(request as HostRequest, await fixture.reply(fixture.encode(request).bytes))).toMatchObject({ ok: false, error: { code } });
    expect(balance()).toBe(25_000_000 + 1_480_000);
  });

  it('malformed: an answer cut in the middle is no answer', async () => {
    const request = fixture.request('link.signon', SOUND) as HostRequest;
    arm('malformed');
    expect(decode(request, await fixture.reply(fixture.encode(request).bytes))).toMatchObject({ ok: false });
  });

  it('replayOld: the answer before this one is not believed; duplicateAnswer: neither is a second copy', async () => {
    approvedBody(await fixture.ask('link.signon', SOUND));
    for (const fault of ['replayOld', 'duplicateAnswer']) {
      arm(fault);
      if (fault === 'duplicateAnswer') approvedBody(await fixture.ask('link.signon', SOUND));
      const request = fixture.request('link.signon', SOUND) as HostRequest;
      expect(decode(request, await fixture.reply(fixture.encode(request).bytes)), fault).toMatchObject({ ok: false, error: { code: 'HST_NOT_FOR_US' } });
    }
    approvedBody(await fixture.ask('link.signon', SOUND));
  });

  it('linkDown until linkUp: nothing is received', async () => {
    const { bytes } = fixture.encode(fixture.request('link.signon', SOUND));
    arm('linkDown');
    expect(await fixture.reply(bytes)).toEqual({ kind: 'unreachable' });
    arm('linkUp');
    expect(await fixture.reply(bytes)).toMatchObject({ kind: 'answer', httpStatus: 200 });
  });

  it('clockSkew: the bank dates its answers wrongly and refuses what seems too old', async () => {
    arm('clockSkew', { delayMs: 120_000 });
    expect(await fixture.ask('link.signon', SOUND, { validUntilUtcMs: NOW + 120_001 })).toMatchObject({ outcome: 'approved', hostTimeUtcMs: NOW + 120_000 });
    arm('clockSkew', { delayMs: 400_000 });
    expect(await fixture.ask('link.signon', SOUND, { validUntilUtcMs: NOW + 500_000 })).toMatchObject({ outcome: 'declined', refusal: 'RF-31' });
    control({ do: 'clearFaults' });
    approvedBody(await fixture.ask('link.signon', SOUND));
  });

  it('fires for its operation only, as often as told, and is on the board with its moment', async () => {
    arm('busy', { operation: 'link.heartbeat', times: 2 });
    approvedBody(await fixture.ask('link.signon', SOUND));
    const beat = () => fixture.reply(fixture.encode(fixture.request('link.heartbeat', { state: 'inService', queueDepth: 0, oldestAgeMs: 0 })).bytes);
    expect([await beat(), await beat(), await beat()].map((reply) => reply.kind === 'answer' && reply.httpStatus)).toEqual([503, 503, 200]);
    expect(bankControlTarget(fixture.bank).faultBoard()).toHaveLength(Object.keys(BANK_FAULTS).length);
  });

  it('pause lets requests wait, resume answers them', async () => {
    const request = fixture.request('link.signon', SOUND) as HostRequest;
    control({ do: 'pause' });
    const waiting = fixture.reply(fixture.encode(request).bytes);
    expect(await Promise.race([waiting, new Promise((resolve) => setImmediate(() => resolve('still waiting')))])).toBe('still waiting');
    control({ do: 'resume' });
    expect(decode(request, await waiting)).toMatchObject({ ok: true });
  });
});

describe('control', () => {
  it('shows a code on the telephone only: not in the world, the time-line, the documents or the file (R-1.1.18)', async () => {
    const events: string[] = [];
    fixture.bank.onEvent((event) => events.push(JSON.stringify(event)));
    const { otpRef } = approvedBody(await fixture.ask('otp.request', { destination: { kind: 'client', clientId: 'c-1001' }, operation: 'op-01' }));
    const code = fixture.lastCode(PHONE);
    approvedBody(await fixture.ask('otp.verify', { otpRef, code }));
    expect(JSON.stringify(control({ do: 'messages', phone: '8 700 000 12 34' }))).toContain(code);
    const elsewhere = [JSON.stringify(bankWorld(fixture.bank)), ...events, JSON.stringify(control({ do: 'documents' })), JSON.stringify(control({ do: 'phones' })), fixture.bank.database.serialize().toString('latin1')];
    for (const text of elsewhere) expect(text).not.toContain(code);
    expect(events.join()).toContain('host.operation.answered');
    expect(events.join()).not.toContain(PHONE);
  });

  it('blocks a client in mid-session (R-8.21, S-23)', async () => {
    const authToken = await fixture.signIn(PHONE, 'c-1001');
    expect(control({ do: 'blockClient', clientId: 'c-1001' })).toMatchObject({ ok: true });
    expect(await fixture.ask('client.accounts', { clientId: 'c-1001', operation: 'op-01', authToken })).toMatchObject({ outcome: 'declined', refusal: 'RF-20' });
    expect(control({ do: 'blockClient', clientId: 'c-0000' })).toMatchObject({ ok: false });
  });

  it('sets a balance by an entry, and the operational day', async () => {
    expect(control({ do: 'setBalance', accountRef: CARD, balanceMinor: 12_300 })).toEqual({ ok: true, value: { balanceMinor: 12_300 } });
    expect(bankWorld(fixture.bank).trialBalanceMinor).toBe(0);
    control({ do: 'setBusinessDay', day: '2026-12-31' });
    expect(approvedBody(await fixture.ask('link.signon', SOUND)).businessDay).toBe('2026-12-31');
  });

  it('names what it does not know and what is wrong with what it does', () => {
    expect(control({ do: 'rob' })).toMatchObject({ ok: false, error: { code: 'unknownCommand' } });
    expect(control({ do: 'fault', fault: 'meteor' })).toMatchObject({ ok: false, error: { code: 'invalid' } });
    expect(control({ do: 'fault', fault: 'clockSkew' })).toMatchObject({ ok: false, error: { code: 'invalid' } });
  });
});
