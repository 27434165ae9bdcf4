import type { PasswordProblem } from '../../../state-machines/service/service.types.ts';
import type { StaffAccount } from '../../contracts/host-operations.ts';

/** BA-3.5.1(2): at least 8 characters of 3 of 4 groups, the last seven not again, changed not before a working day and within 60 days. */
const LENGTH_MIN = 8;
const GROUPS_MIN = 3;
const AGE_MIN_MS = 24 * 3_600_000;
const AGE_MAX_MS = 60 * 24 * 3_600_000;
const GROUPS = [/\p{Lu}/u, /\p{Ll}/u, /\d/, /[^\p{L}\d]/u] as const;

export function passwordProblems(change: { readonly next: string; readonly repeat: string; readonly isForced: boolean; readonly isReused: boolean; readonly changedAtUtcMs: number; readonly nowUtcMs: number }): readonly PasswordProblem[] {
  const problems: PasswordProblem[] = [];
  if (change.next !== change.repeat) problems.push('mismatch');
  if ([...change.next].length < LENGTH_MIN) problems.push('tooShort');
  if (GROUPS.filter((group) => group.test(change.next)).length < GROUPS_MIN) problems.push('tooFewGroups');
  if (change.isReused) problems.push('reused');
  // A forced change outranks the age rule.
  if (!change.isForced && change.nowUtcMs - change.changedAtUtcMs < AGE_MIN_MS) problems.push('tooYoung');
  return problems;
}

export function isTooOld(account: Pick<StaffAccount, 'passwordChangedAtUtcMs'>, nowUtcMs: number): boolean {
  return nowUtcMs - account.passwordChangedAtUtcMs > AGE_MAX_MS;
}
