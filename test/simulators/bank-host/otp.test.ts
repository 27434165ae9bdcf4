import { beforeEach, describe, expect, it } from 'vitest';
import { createAccessControl } from '../../../simulators/bank-host/access.ts';
import type { AccessControl } from '../../../simulators/bank-host/access.ts';
import { DEFAULT_CODE_POLICY, createOneTimeCodes } from '../../../simulators/bank-host/otp.ts';
import type { CodeRequest, OneTimeCodes } from '../../../simulators/bank-host/otp.ts';
import { createTelephones } from '../../../simulators/bank-host/phone.ts';
import type { Telephones } from '../../../simulators/bank-host/phone.ts';
import { plainReferences } from '../../../simulators/bank-host/references.ts';
import { openBankDatabase } from '../../../simulators/bank-host/schema.ts';
import type { BankDatabase } from '../../../simulators/bank-host/schema.ts';
import { seededRandom } from '../../../simulators/world/seeded-random.ts';
import type { VirtualClock } from '../../../simulators/world/virtual-clock.ts';
import { createVirtualClock } from '../../../simulators/world/virtual-clock.ts';

const MINUTE = 60_000;
const CLIENT: CodeRequest = { terminalId: '0427', sessionId: 's-1', clientId: 'c-1001', phone: '+77000001234', operation: 'op-01', language: 'kk' };

describe('one-time codes', () => {
  let clock: VirtualClock;
  let database: BankDatabase;
  let telephones: Telephones;
  let access: AccessControl;
  let codes: OneTimeCodes;

  beforeEach(() => {
    clock = createVirtualClock({ startUtcMs: Date.parse('2026-11-21T05:00:00Z') });
    ({ database } = openBankDatabase(':memory:'));
    telephones = createTelephones();
    const random = seededRandom(7);
    access = createAccessControl({ database, clock, random });
    codes = createOneTimeCodes({ database, clock, random, telephones, access, policy: DEFAULT_CODE_POLICY, references: plainReferences(random) });
  });

  const issue = (request: CodeRequest = CLIENT) => {
    const decision = codes.request(request);
    if (decision.outcome !== 'approved') throw new Error(`code not issued: ${JSON.stringify(decision)}`);
    return decision.body;
  };
  const lastCode = (phone = CLIENT.phone): string => /\d{6}/.exec(telephones.messages(phone).at(-1)!.text)![0];
  const wrongCode = () => (lastCode() === '000000' ? '000001' : '000000');
  const verify = (otpRef: string, code: string, place = { terminalId: '0427', sessionId: 's-1' }) => codes.verify({ ...place, otpRef, code });
  const blockEnd = () => clock.nowUtcMs() + 15 * MINUTE;

  it('T-2.2.1, Q-02: six digits to the telephone, masked to the terminal, never the code in the answer or the database', () => {
    const body = issue();
    expect(body).toMatchObject({ codeLength: 6, triesLeft: 3, codesLeft: 2, maskedDestination: '+7 7•• ••• 12 34', resendAfterMs: MINUTE });
    expect(JSON.stringify(body)).not.toContain(lastCode());
    expect(database.serialize().includes(lastCode())).toBe(false);
  });

  it('R-8.11a: the message is in the customer\'s language', () => {
    issue({ ...CLIENT, language: 'ru' });
    expect(telephones.messages(CLIENT.phone)[0]!.text).toContain('код подтверждения');
  });

  it('R-8.11c, Q-03: one verified code yields a token for several operations of that session, at that terminal, until the code would have ended', async () => {
    const body = issue();
    await clock.advance(14 * MINUTE);
    const decision = verify(body.otpRef, lastCode());
    expect(decision).toMatchObject({ outcome: 'approved', body: { scope: ['op-01', 'op-05', 'op-10'], expiresAtUtcMs: body.expiresAtUtcMs } });
    const token = (decision as { body: { authToken: string } }).body.authToken;
    const use = { token, terminalId: '0427', sessionId: 's-1', operation: 'op-10' as const, usedAtUtcMs: clock.nowUtcMs(), step: 'new' as const };
    expect(access.openedBy(use)).toMatchObject({ clientId: 'c-1001' });
    expect(access.openedBy({ ...use, sessionId: 's-2' })).toBeUndefined();
    expect(access.openedBy({ ...use, terminalId: '0428' })).toBeUndefined();
    expect(access.openedBy({ ...use, usedAtUtcMs: body.expiresAtUtcMs + 1 })).toBeUndefined();
  });

  it('Q-04: a step under way when the time ran out is still accepted for three minutes', () => {
    const body = issue();
    const token = (verify(body.otpRef, lastCode()) as { body: { authToken: string } }).body.authToken;
    const use = { token, terminalId: '0427', sessionId: 's-1', operation: 'op-01' as const, step: 'running' as const };
    expect(access.openedBy({ ...use, usedAtUtcMs: body.expiresAtUtcMs + 3 * MINUTE })).toBeDefined();
    expect(access.openedBy({ ...use, usedAtUtcMs: body.expiresAtUtcMs + 3 * MINUTE + 1 })).toBeUndefined();
    expect(access.openedBy({ ...use, step: 'cashInside', usedAtUtcMs: body.expiresAtUtcMs + 600 * MINUTE })).toBeDefined();
  });

  it('Q-05: a payer without an account gets a token for payments only', () => {
    const body = issue({ ...CLIENT, clientId: null, operation: 'op-05' });
    expect(verify(body.otpRef, lastCode())).toMatchObject({ body: { scope: ['op-05'] } });
  });

  it('R-8.12, S-9: dies after 15 minutes without costing a try', async () => {
    const body = issue();
    await clock.advance(15 * MINUTE - 1);
    expect(verify(body.otpRef, wrongCode())).toMatchObject({ outcome: 'approved', body: { triesLeft: 2 } });
    await clock.advance(1);
    expect(verify(body.otpRef, lastCode())).toMatchObject({ outcome: 'declined', refusal: 'RF-01', isRetryable: true });
  });

  it('S-13: three wrong tries close access for 15 minutes, for the client anywhere and for the session', async () => {
    const body = issue();
    expect(verify(body.otpRef, wrongCode())).toMatchObject({ body: { authToken: null, triesLeft: 2 } });
    expect(verify(body.otpRef, wrongCode())).toMatchObject({ body: { authToken: null, triesLeft: 1 } });
    const blockedUntilUtcMs = blockEnd();
    expect(verify(body.otpRef, wrongCode())).toMatchObject({ outcome: 'declined', refusal: 'RF-20', blockedUntilUtcMs });
    expect(verify(body.otpRef, lastCode())).toMatchObject({ outcome: 'declined', refusal: 'RF-20', blockedUntilUtcMs });
    const sameClientElsewhere = { ...CLIENT, terminalId: '0428', sessionId: 's-9' };
    const otherClientSameSession = { ...CLIENT, clientId: 'c-1005', phone: '+77000007777' };
    expect(codes.request(sameClientElsewhere)).toMatchObject({ refusal: 'RF-20', blockedUntilUtcMs });
    expect(codes.request(otherClientSameSession)).toMatchObject({ refusal: 'RF-20', blockedUntilUtcMs });
    await clock.advance(15 * MINUTE);
    expect(codes.request(sameClientElsewhere)).toMatchObject({ outcome: 'approved' });
  });

  it('Q-02: a resend only after 60 seconds, and it voids the old code', async () => {
    const first = issue();
    const firstCode = lastCode();
    await clock.advance(MINUTE - 1);
    expect(codes.request(CLIENT)).toMatchObject({ outcome: 'declined', isRetryable: true, blockedUntilUtcMs: clock.nowUtcMs() + 1 });
    await clock.advance(1);
    const second = issue();
    expect(lastCode()).not.toBe(firstCode);
    expect(verify(first.otpRef, firstCode)).toMatchObject({ outcome: 'declined', refusal: 'RF-01' });
    expect(verify(second.otpRef, lastCode())).toMatchObject({ body: { scope: ['op-01', 'op-05', 'op-10'] } });
  });

  it('Q-02: at most three codes in a session', async () => {
    for (let round = 0; round < 3; round++) {
      issue();
      await clock.advance(MINUTE);
    }
    expect(codes.request(CLIENT)).toMatchObject({ outcome: 'declined', refusal: 'RF-20', isRetryable: false });
    expect(codes.request({ ...CLIENT, sessionId: 's-2' })).toMatchObject({ outcome: 'approved' });
  });

  it('T-2.2.1: a code of one session does not exist in another, nor at another terminal', () => {
    const body = issue();
    expect(verify(body.otpRef, lastCode(), { terminalId: '0427', sessionId: 's-2' })).toMatchObject({ refusal: 'RF-01' });
    expect(verify(body.otpRef, lastCode(), { terminalId: '0428', sessionId: 's-1' })).toMatchObject({ refusal: 'RF-01' });
    expect(verify(body.otpRef, lastCode())).toMatchObject({ outcome: 'approved' });
  });

  it('R-8.12: a code works once', () => {
    const body = issue();
    verify(body.otpRef, lastCode());
    expect(verify(body.otpRef, lastCode())).toMatchObject({ outcome: 'declined', refusal: 'RF-01' });
  });
});
