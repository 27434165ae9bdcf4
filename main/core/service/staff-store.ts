import { scrypt, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { PasswordVerifier, StaffAccount } from '../../contracts/host-operations.ts';
import { staffAccountSchema } from '../../contracts/host-operations.ts';
import type { Clock } from '../../foundation/clock.ts';
import type { Log } from '../../foundation/log.ts';
import type { Random } from '../../foundation/random.ts';
import type { Journal } from '../../journal/journal.ts';
import { entry } from '../../journal/journal.ts';
import type { HostGateway } from '../host/host-gateway.ts';
import type { LoginReply, PasswordProblem } from '../../../state-machines/service/service.types.ts';
import { isTooOld, passwordProblems } from './password-policy.ts';

const FACT = 'staff';
/** A cached verifier is good for a day without the host. */
const CACHE_VALID_MS = 24 * 3_600_000;
const WRONG_MAX = 5;
const LOCK_MS = 15 * 60_000;
const keptSchema = z.strictObject({
  syncedAtUtcMs: z.number(),
  accounts: z.array(staffAccountSchema),
  wrong: z.record(z.string(), z.strictObject({ count: z.number().int(), untilUtcMs: z.number() })),
});
type Kept = z.infer<typeof keptSchema>;

export interface StaffStoreOptions {
  readonly journal: Journal;
  readonly gateway: Pick<HostGateway, 'isLinkUp' | 'ask' | 'draft'>;
  readonly clock: Clock;
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
    this.#kept = parsed?.success === true ? parsed.data : { syncedAtUtcMs: 0, accounts: [], wrong: {} };
  }

  async sync(gateway: Pick<HostGateway, 'ask'>): Promise<void> {
    const outcome = await gateway.ask('staff.sync', {}, { operationId: null, sessionId: null, language: 'ru' });
    if (outcome.kind !== 'answered' || outcome.answer.outcome !== 'approved') return;
    this.#keep({ ...this.#kept, accounts: outcome.answer.body.accounts, syncedAtUtcMs: this.#options.clock.nowUtcMs() });
  }

  /** Without the host only from the day-old cache, technician level at most. */
  async logIn(credentials: { readonly login: string; readonly password: string }): Promise<LoginReply> {
    const { clock, gateway } = this.#options;
    if (gateway.isLinkUp) await this.sync(gateway);
    const nowUtcMs = clock.nowUtcMs();
    if (!gateway.isLinkUp && nowUtcMs - this.#kept.syncedAtUtcMs > CACHE_VALID_MS) return { kind: 'refused', problem: 'noHost' };
    const account = this.#kept.accounts.find((candidate) => candidate.login === credentials.login);
    const wrong = this.#kept.wrong[credentials.login];
    if (account?.isLocked === true || (wrong !== undefined && wrong.count >= WRONG_MAX && wrong.untilUtcMs > nowUtcMs)) return this.#refuse(credentials.login, 'locked');
    // An unknown login takes as long as a wrong password.
    const isRight = await verifies(credentials.password, account?.verifier ?? DUMMY_VERIFIER);
    if (account === undefined || !isRight) {
      const count = (wrong?.count ?? 0) + 1;
      this.#keep({ ...this.#kept, wrong: { ...this.#kept.wrong, [credentials.login]: { count: count > WRONG_MAX ? 1 : count, untilUtcMs: nowUtcMs + LOCK_MS } } });
      return this.#refuse(credentials.login, 'wrong');
    }
    const { [credentials.login]: _forgotten, ...others } = this.#kept.wrong;
    this.#keep({ ...this.#kept, wrong: others });
    const level = gateway.isLinkUp || account.level === 'viewer' ? account.level : 'technician';
    this.#commit([entry('service.loggedIn', { login: account.login, level, verifiedBy: gateway.isLinkUp ? 'host' : 'cache' })]);
    return {
      kind: 'ok',
      staff: { login: account.login, name: account.name, level },
      mustChange: account.mustChangePassword ? 'first' : isTooOld(account, nowUtcMs) ? 'due' : null,
    };
  }

  /** @returns every rule that the new password breaks; empty: changed, here and (queued) at the bank */
  async changePassword(change: { readonly login: string; readonly current: string; readonly next: string; readonly repeat: string; readonly isForced: boolean }): Promise<readonly PasswordProblem[]> {
    const account = this.#kept.accounts.find((candidate) => candidate.login === change.login);
    if (account === undefined || !(await verifies(change.current, account.verifier))) return ['wrongCurrent'];
    const used = [account.verifier, ...account.previousVerifiers];
    const isReused = (await Promise.all(used.map((verifier) => verifies(change.next, verifier)))).some(Boolean);
    const nowUtcMs = this.#options.clock.nowUtcMs();
    const problems = passwordProblems({ ...change, isReused, changedAtUtcMs: account.passwordChangedAtUtcMs, nowUtcMs });
    if (problems.length > 0) return problems;
    const verifier = await verifierOf(change.next, Buffer.from(this.#options.random.bytes(16)));
    const changed: StaffAccount = { ...account, verifier, mustChangePassword: false, passwordChangedAtUtcMs: nowUtcMs, previousVerifiers: used.slice(0, 7) };
    const kept: Kept = { ...this.#kept, accounts: this.#kept.accounts.map((candidate) => (candidate === account ? changed : candidate)) };
    const { journal, gateway } = this.#options;
    const committed = journal.commit({
      entries: [entry('service.acted', { login: account.login, action: 'password.changed', target: account.login })],
      facts: { [FACT]: JSON.stringify(kept) },
      messages: [gateway.draft('staff.password', { login: account.login, verifier }, { operationId: null, sessionId: null, language: 'ru' })],
    });
    if (!committed.ok) return ['wrongCurrent'];
    this.#kept = kept;
    return [];
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
