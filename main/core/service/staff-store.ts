import { scrypt, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { PasswordVerifier, StaffAccount } from '../../contracts/host-operations.ts';
import { staffAccountSchema } from '../../contracts/host-operations.ts';
import { cutText } from '../../foundation/cut-text.ts';
import { OPEN_MESSAGE_STATES } from '../../contracts/message-state.ts';
import type { Log } from '../../foundation/log.ts';
import type { Random } from '../../foundation/random.ts';
import type { Journal } from '../../journal/journal.ts';
import { entry } from '../../journal/journal.ts';
import type { HostGateway } from '../host/host-gateway.ts';
import { judgeEach } from '../judge-each.ts';
import type { LoginReply, PasswordProblem } from '../../../state-machines/service/service.types.ts';
import { isTooOld, passwordProblems } from './password-policy.ts';

const FACT = 'staff';
/** A cached verifier is good for a day without the host. */
const CACHE_VALID_MS = 24 * 3_600_000;
const WRONG_MAX = 5;
const LOCK_MS = 15 * 60_000;
const STRANGE_LOGINS_MAX = 20;
const LEFT_OUT_NAMED_MAX = 20;
const keptSchema = z.strictObject({
  syncedAtUtcMs: z.number(),
  accounts: z.array(staffAccountSchema),
  wrong: z.record(z.string(), z.strictObject({ count: z.number().int(), untilUtcMs: z.number() })),
  /** By login: the message by which the bank hears of a password that was changed here. */
  changes: z.record(z.string(), z.string()).default({}),
});
type Kept = z.infer<typeof keptSchema>;

export interface StaffStoreOptions {
  readonly journal: Journal;
  readonly gateway: Pick<HostGateway, 'isLinkUp' | 'ask' | 'draft'>;
  readonly random: Random;
  readonly log: Log;
}

/** Staff accounts as the bank gave them, each person with an own login (BA-3.5.1); passwords only as salted verifiers. */
export class StaffStore {
  readonly #options: StaffStoreOptions;
  #kept: Kept;

  constructor(options: StaffStoreOptions) {
    this.#options = options;
    const fact = options.journal.fact(FACT);
    const parsed = fact === undefined ? undefined : keptSchema.safeParse(JSON.parse(fact));
    this.#kept = parsed?.success === true ? parsed.data : { syncedAtUtcMs: 0, accounts: [], wrong: {}, changes: {} };
  }

  /** @returns whether the bank gave them now */
  async sync(gateway: Pick<HostGateway, 'ask'>): Promise<boolean> {
    const outcome = await gateway.ask('staff.sync', {}, { operationId: null, sessionId: null, language: 'ru' });
    if (outcome.kind !== 'answered' || outcome.answer.outcome !== 'approved') return false;
    const { journal } = this.#options;
    // The bank gives the old password as long as it has not heard of the new one.
    const changes = Object.fromEntries(Object.entries(this.#kept.changes).filter(([, messageId]) => OPEN_MESSAGE_STATES.some((state) => state === journal.message(messageId)?.state)));
    const { fit, odd } = judgeEach(outcome.answer.body.accounts, { schema: staffAccountSchema, idKey: 'login', faultOf: () => null });
    // Who is left out cannot sign in, whatever was known of him before; all others can.
    if (odd.length > 0) this.#options.log.error('hst.staff.leftOut', { count: odd.length, accounts: odd.slice(0, LEFT_OUT_NAMED_MAX).map(({ id, why }) => `${cutText(id, 32)} (${why})`).join(' · ') });
    const accounts = fit.map((account) => {
      const own = Object.hasOwn(changes, account.login) ? this.#account(account.login) : undefined;
      return own === undefined ? account : { ...account, ...passwordOf(own) };
    });
    this.#keep({ ...this.#kept, accounts, changes, syncedAtUtcMs: journal.nowUtcMs() });
    return true;
  }

  /** Without the host only from the day-old cache, technician level at most. */
  async logIn(credentials: { readonly login: string; readonly password: string }): Promise<LoginReply> {
    const { journal, gateway } = this.#options;
    // A bank that is there and does not give the accounts is as good as away.
    const isByHost = gateway.isLinkUp && (await this.sync(gateway));
    const nowUtcMs = journal.nowUtcMs();
    // Behind the newest entry after a start, the clock cannot say that it is a day: set back, it would make accounts of any age good again.
    if (!isByHost && (nowUtcMs - this.#kept.syncedAtUtcMs > CACHE_VALID_MS || journal.clockDoubt()?.against === 'journal')) return { kind: 'refused', problem: 'noHost' };
    const account = this.#account(credentials.login);
    const wrong = this.#kept.wrong[credentials.login];
    if (account?.isLocked === true || (wrong !== undefined && wrong.count >= WRONG_MAX && wrong.untilUtcMs > nowUtcMs)) return this.#refuse(credentials.login, 'locked');
    // An unknown login takes as long as a wrong password.
    const isRight = await verifies(credentials.password, account?.verifier ?? DUMMY_VERIFIER);
    if (account === undefined || !isRight) {
      const count = (wrong?.count ?? 0) + 1;
      this.#keep({ ...this.#kept, wrong: { ...this.#remembered(credentials.login), [credentials.login]: { count: count > WRONG_MAX ? 1 : count, untilUtcMs: nowUtcMs + LOCK_MS } } });
      return this.#refuse(credentials.login, 'wrong');
    }
    const { [credentials.login]: _forgotten, ...others } = this.#kept.wrong;
    this.#keep({ ...this.#kept, wrong: others });
    const level = isByHost || account.level === 'viewer' ? account.level : 'technician';
    this.#commit([entry('service.loggedIn', { login: account.login, level, verifiedBy: isByHost ? 'host' : 'cache' })]);
    return {
      kind: 'ok',
      staff: { login: account.login, name: account.name, level },
      mustChange: account.mustChangePassword ? 'first' : isTooOld(account, nowUtcMs) ? 'due' : null,
    };
  }

  /** @returns every rule that the new password breaks; empty: changed, here and (queued) at the bank */
  async changePassword(change: { readonly login: string; readonly current: string; readonly next: string; readonly repeat: string; readonly isForced: boolean }): Promise<readonly PasswordProblem[]> {
    const account = this.#account(change.login);
    if (account === undefined || !(await verifies(change.current, account.verifier))) return ['wrongCurrent'];
    const used = [account.verifier, ...account.previousVerifiers];
    const isReused = (await Promise.all(used.map((verifier) => verifies(change.next, verifier)))).some(Boolean);
    const { journal, gateway, random } = this.#options;
    const nowUtcMs = journal.nowUtcMs();
    const problems = passwordProblems({ ...change, isReused, changedAtUtcMs: account.passwordChangedAtUtcMs, nowUtcMs });
    if (problems.length > 0) return problems;
    const verifier = await verifierOf(change.next, Buffer.from(random.bytes(16)));
    const changed = { verifier, mustChangePassword: false, passwordChangedAtUtcMs: nowUtcMs, previousVerifiers: used.slice(0, 7) };
    const message = gateway.draft('staff.password', { login: account.login, verifier }, { operationId: null, sessionId: null, language: 'ru' });
    // By its name: the bank may have given the accounts anew while the password was hashed.
    const accounts = this.#kept.accounts.map((candidate) => (candidate.login === account.login ? { ...candidate, ...changed } : candidate));
    const kept: Kept = { ...this.#kept, accounts, changes: { ...this.#kept.changes, [account.login]: message.messageId } };
    const committed = journal.commit({
      entries: [entry('service.acted', { login: account.login, action: 'password.changed', target: account.login })],
      facts: { [FACT]: JSON.stringify(kept) },
      messages: [message],
    });
    if (!committed.ok) return ['notSaved'];
    this.#kept = kept;
    return [];
  }

  /** Of logins that nobody has only the latest: whoever types them must not fill the journal. */
  #remembered(login: string): Kept['wrong'] {
    const others = Object.entries(this.#kept.wrong).filter(([one]) => one !== login);
    const strange = others.filter(([one]) => this.#account(one) === undefined).sort(([, left], [, right]) => right.untilUtcMs - left.untilUtcMs).slice(0, STRANGE_LOGINS_MAX);
    return Object.fromEntries([...others.filter(([one]) => this.#account(one) !== undefined), ...strange]);
  }

  #account(login: string): StaffAccount | undefined {
    return this.#kept.accounts.find((candidate) => candidate.login === login);
  }

  #refuse(login: string, problem: 'wrong' | 'locked'): LoginReply {
    this.#commit([entry('service.loginFailed', { login: login.slice(0, 32), reason: problem })]);
    return { kind: 'refused', problem };
  }

  #keep(kept: Kept): void {
    const committed = this.#options.journal.commit({ facts: { [FACT]: JSON.stringify(kept) } });
    if (!committed.ok) this.#options.log.error('jnl.staff.unrecorded', { code: committed.error.code });
    this.#kept = kept;
  }

  #commit(entries: Parameters<Journal['commit']>[0]['entries']): void {
    const committed = this.#options.journal.commit({ ...(entries === undefined ? {} : { entries }) });
    if (!committed.ok) this.#options.log.error('jnl.staff.unrecorded', { code: committed.error.code });
  }
}

const DUMMY_VERIFIER: PasswordVerifier = { saltBase64: Buffer.alloc(16).toString('base64'), hashBase64: Buffer.alloc(32).toString('base64') };

/** What a change of it changes. */
function passwordOf({ verifier, mustChangePassword, passwordChangedAtUtcMs, previousVerifiers }: StaffAccount): Pick<StaffAccount, 'verifier' | 'mustChangePassword' | 'passwordChangedAtUtcMs' | 'previousVerifiers'> {
  return { verifier, mustChangePassword, passwordChangedAtUtcMs, previousVerifiers };
}

/** scrypt N=16384 r=8 p=1, 32 bytes: as the bank makes them. */
function derive(password: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFC'), salt, 32, { N: 16_384, r: 8, p: 1 }, (error, key) => (error === null ? resolve(key) : reject(error)));
  });
}

async function verifies(password: string, verifier: PasswordVerifier): Promise<boolean> {
  const wanted = Buffer.from(verifier.hashBase64, 'base64');
  const derived = await derive(password, Buffer.from(verifier.saltBase64, 'base64'));
  return wanted.length === derived.length && timingSafeEqual(wanted, derived);
}

async function verifierOf(password: string, salt: Buffer): Promise<PasswordVerifier> {
  return { saltBase64: salt.toString('base64'), hashBase64: (await derive(password, salt)).toString('base64') };
}
