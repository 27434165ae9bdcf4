/**
 * Goal: who may do what is what the bank says today; without its word only what it said in the last day, and never above a technician. Method: the store on a journal in
 * memory with a standing clock; a bank that answers, refuses, is silent, or has not yet heard of a changed password.
 */
import { describe, expect, it, vi } from 'vitest';
import type { StaffAccount } from '../../../main/contracts/host-operations.ts';
import type { HostGateway } from '../../../main/core/host/host-gateway.ts';
import { StaffStore } from '../../../main/core/service/staff-store.ts';
import { silentLog } from '../../../main/foundation/log.ts';
import { err } from '../../../main/foundation/outcome.ts';
import { cryptoRandom } from '../../../main/system/crypto-random.ts';
import { SAMPLE_STAFF } from '../../../simulators/bank-host/sample-data.ts';
import { hostAnswer } from '../../support/host-answer-writer.ts';
import { sampleHeader } from '../../support/host-samples.ts';
import { createTestCodec } from '../../support/host-test-codec.ts';
import { memoryJournal, messageDraft, standingClock } from '../journal/journal-fixture.ts';

const HOUR_MS = 3_600_000;
const FIRST = 'Qolma-2026';
const CHANGED = 'Terminal-0427';
const CHIEF = 'a-001';

/** An administrator and a technician, past their first login; what the bank answers is the test's. */
function rig() {
  const clock = standingClock();
  const journal = memoryJournal({ clock });
  const [member] = SAMPLE_STAFF;
  const account = (login: string, level: StaffAccount['level']): StaffAccount => ({ ...member!, login, level, previousVerifiers: [], mustChangePassword: false, passwordChangedAtUtcMs: clock.nowUtcMs() - 48 * HOUR_MS });
  const bank = { accounts: [account(CHIEF, 'administrator'), account('t-014', 'technician')], word: 'approved' as 'approved' | 'declined', isUp: true };
  const gateway = {
    get isLinkUp() {
      return bank.isUp;
    },
    ask: () => Promise.resolve({ kind: 'answered', messageId: 'sync', answer: bank.word === 'approved' ? { outcome: 'approved', body: { accounts: bank.accounts } } : { outcome: 'declined', refusal: 'RF-19' } }),
    draft: () => messageDraft(journal.peekSeq(), { messageId: 'password', operation: 'staff.password', operationId: 'password' }),
  } as unknown as HostGateway;
  const staff = new StaffStore({ journal, gateway, random: cryptoRandom(), log: silentLog });
  const verified = () => journal.entries({ kinds: ['service.loggedIn'], limit: 20 }).map(({ data }) => (data as { verifiedBy: string }).verifiedBy);
  return { clock, journal, bank, gateway, staff, verified, logIn: (login = CHIEF, password = FIRST) => staff.logIn({ login, password }), change: () => staff.changePassword({ login: CHIEF, current: FIRST, next: CHANGED, repeat: CHANGED, isForced: true }) };
}

it('a new password that the disk does not take is not in force, and is not said to be a wrong one', async () => {
  const { journal, staff, logIn, change } = rig();
  await logIn();
  const commit = vi.spyOn(journal, 'commit').mockReturnValueOnce(err({ code: 'JNL_DISK_FULL', detail: 'test' }));
  expect(await change()).toEqual(['notSaved']);
  expect((await logIn()).kind).toBe('ok');
  commit.mockRestore();
  expect([await change(), (await staff.logIn({ login: CHIEF, password: CHANGED })).kind]).toEqual([[], 'ok']);
});

it.each([
  ['an unknown level', { level: 'auditor' as StaffAccount['level'] }],
  ['a name that no page has room for', { name: 'Ж'.repeat(81) }],
  ['no word on whether it is locked', { isLocked: undefined as unknown as boolean }],
  ['the login of another one', { login: 't-014' }],
] as const)('an account with %s keeps nobody else from signing in, and its own person from it, whatever was known of him before', async (_, odd) => {
  const { bank, staff, gateway, logIn } = rig();
  bank.accounts.push({ ...bank.accounts[0]!, login: 'x-007' });
  await staff.sync(gateway);
  bank.accounts[2] = { ...bank.accounts[2]!, ...odd };
  expect([(await logIn()).kind, (await logIn('x-007')).kind, (await logIn('t-014')).kind]).toEqual(['ok', 'refused', 'login' in odd ? 'refused' : 'ok']);
  bank.isUp = false;
  expect([(await logIn()).kind, (await logIn('x-007')).kind]).toEqual(['ok', 'refused']);
});

it('an answer with an account of which something is missing, or is no number, is believed', () => {
  const { codec, pki } = createTestCodec();
  const asked = codec.encodeRequest({ operation: 'staff.sync', header: sampleHeader, body: {} });
  if (!asked.ok) throw new Error(asked.error.detail);
  const { digest } = asked.value;
  const odd = (text: string) => text.replace(/<accounts>.*<\/accounts>/, (account) => `${account}${account.replace(/<verifier>.*?<\/verifier>/, '')}${account.replace('>5<', '>soon<').replace('>false<', '>maybe<')}`);
  const answer = codec.decodeAnswer('staff.sync', hostAnswer({ operation: 'staff.sync', header: sampleHeader, digest, edit: odd }, pki.hostSign), { header: sampleHeader, digest });
  expect(answer).toMatchObject({ ok: true, value: { body: { accounts: [{ isLocked: false, passwordChangedAtUtcMs: 5 }, { verifier: undefined }, { passwordChangedAtUtcMs: 'soon', isLocked: 'maybe' }] } } });
});

describe('a bank that is there and does not give the accounts', () => {
  it('leaves the cache of a day and the level of a technician, as one that is away', async () => {
    const { clock, bank, staff, gateway, logIn, verified } = rig();
    await staff.sync(gateway);
    bank.word = 'declined';
    expect(await logIn()).toMatchObject({ kind: 'ok', staff: { level: 'technician' } });
    expect(verified()).toEqual(['cache']);
    clock.pass(25 * HOUR_MS);
    expect(await logIn()).toEqual({ kind: 'refused', problem: 'noHost' });
    bank.word = 'approved';
    expect(await logIn()).toMatchObject({ kind: 'ok', staff: { level: 'administrator' } });
  });
});

describe('a clock that is set', () => {
  it('back makes no account of days ago new', async () => {
    const { clock, bank, staff, gateway, logIn } = rig();
    await staff.sync(gateway);
    bank.isUp = false;
    clock.pass(20 * HOUR_MS);
    clock.jump(-30 * 24 * HOUR_MS);
    expect(await logIn()).toMatchObject({ kind: 'ok' });
    clock.pass(5 * HOUR_MS);
    expect(await logIn()).toEqual({ kind: 'refused', problem: 'noHost' });
  });

  it('back while the terminal was off proves no account to be of today, without the bank', async () => {
    const { bank, staff, gateway, logIn, journal } = rig();
    await staff.sync(gateway);
    bank.isUp = false;
    journal.clockDoubt = () => ({ byMs: -400 * 24 * HOUR_MS, against: 'journal' });
    expect(await logIn()).toEqual({ kind: 'refused', problem: 'noHost' });
    bank.isUp = true;
    expect(await logIn()).toMatchObject({ kind: 'ok' });
  });

  it('neither ends the lock after five wrong passwords nor makes it one for years', async () => {
    const { clock, logIn } = rig();
    for (let wrong = 0; wrong < 5; wrong++) await logIn('t-014', 'wrong');
    clock.jump(24 * HOUR_MS);
    expect(await logIn('t-014')).toEqual({ kind: 'refused', problem: 'locked' });
    clock.jump(-5 * 365 * 24 * HOUR_MS);
    clock.pass(16 * 60_000);
    expect(await logIn('t-014')).toMatchObject({ kind: 'ok' });
  });
});

it('logins that nobody has are not remembered without end, those of staff are', async () => {
  const { journal, staff, gateway, logIn } = rig();
  await staff.sync(gateway);
  for (let wrong = 0; wrong < 5; wrong++) await logIn('t-014', 'wrong');
  for (let n = 0; n < 30; n++) await logIn(`nobody-${n}`);
  expect(Object.keys((JSON.parse(journal.fact('staff')!) as { wrong: object }).wrong)).toHaveLength(22);
  expect(await logIn('t-014')).toEqual({ kind: 'refused', problem: 'locked' });
});

describe('a password that was changed here', () => {
  it('stands while the bank, which has not heard of it, still gives the old one', async () => {
    const { journal, bank, staff, gateway, logIn, change } = rig();
    await staff.sync(gateway);
    expect(await change()).toEqual([]);
    expect(await logIn()).toEqual({ kind: 'refused', problem: 'wrong' });
    expect(await logIn(CHIEF, CHANGED)).toMatchObject({ kind: 'ok', mustChange: null });
    // The bank's word again once it has heard: also on what it changed meanwhile.
    journal.commit({ messageMoves: (['ready', 'sending', 'executed'] as const).map((to) => ({ messageId: 'password', to, detail: 'test' })) });
    bank.accounts = bank.accounts.map((account) => ({ ...account, mustChangePassword: true }));
    expect(await logIn()).toMatchObject({ kind: 'ok', mustChange: 'first' });
  });

  it('is changed also where the bank gives the accounts anew while it is hashed', async () => {
    const { bank, staff, gateway, logIn, change } = rig();
    await staff.sync(gateway);
    bank.accounts = bank.accounts.map((account) => ({ ...account }));
    const changed = change();
    await staff.sync(gateway);
    expect(await changed).toEqual([]);
    bank.isUp = false;
    expect(await logIn()).toEqual({ kind: 'refused', problem: 'wrong' });
    expect(await logIn(CHIEF, CHANGED)).toMatchObject({ kind: 'ok' });
  });
});
