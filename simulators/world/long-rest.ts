import { X509Certificate } from 'node:crypto';
import type { PolicySource } from '../../main/core/keeping/journal-keeper.ts';
import { ok } from '../../main/foundation/outcome.ts';
import type { JournalEntry } from '../../main/journal/journal.ts';
import type { JournalReader } from '../../main/journal/reader.ts';
import { RETENTION_CLASSES } from '../../main/journal/retention-classes.ts';
import { signedPolicySchema } from '../../main/journal/retention-policy.ts';
import type { SamplePki } from '../bank-host/pki.ts';
import { signRetentionPolicy } from '../bank-host/retention-policy.ts';
import type { Chance } from './chance.ts';

/** The terminal stands dark between two customers, long enough for the bank's policy to let go of most of what it wrote before; then it goes on with what is left. */
export interface LongRest {
  /** By number; nobody comes in between. */
  readonly beforeSession: number;
  readonly days: number;
}

/** Each rest costs an hour of the link's heartbeats. */
const REST_PERCENT = 20;
const [SESSION_MIN, SESSION_MAX] = [3, 30];
/** More than the floor of every class but that of money; less than makes the terminal doubt its clock. */
const [DAYS_MIN, DAYS_MAX] = [50, 300];
/** Until the bank holds a seal of what is to be purged: it is sent every hour. */
export const SEAL_HELD_MS = 65 * 60_000;
/** After a start: the purge has begun and is through. */
export const PURGED_MS = 12 * 60_000;

export function drawRest(chance: Chance): LongRest | null {
  return chance.isOnce(REST_PERCENT) ? { beforeSession: chance.between(SESSION_MIN, SESSION_MAX), days: chance.between(DAYS_MIN, DAYS_MAX) } : null;
}

/** The shortest that a bank may ask for. */
export function shortestPolicy({ hostSign }: Pick<SamplePki, 'hostSign'>): PolicySource {
  const classes = Object.fromEntries(Object.entries(RETENTION_CLASSES).map(([classId, { keepDaysMin }]) => [classId, { keepDays: keepDaysMin }]));
  const signed = signedPolicySchema.parse(signRetentionPolicy({ form: 'qolma.retention.policy.1', policyId: 'world', version: 1, terminals: ['*'], classes }, hostSign));
  const bankCertificate = new X509Certificate(hostSign.certificatePem);
  return () => ok({ signed, bankCertificate });
}

/** Entries as they were before the rest, whatever was purged of them since, and all later ones. */
export function withPurged(before: readonly JournalEntry[], journal: Pick<JournalReader, 'entries'>): Pick<JournalReader, 'entries'> {
  return {
    entries: (query) => {
      const { fromEntryNumber = 1, limit } = query;
      const own = before.slice(fromEntryNumber - 1, fromEntryNumber - 1 + limit);
      return [...own, ...journal.entries({ ...query, fromEntryNumber: Math.max(fromEntryNumber, before.length + 1), limit: limit - own.length })];
    },
  };
}
