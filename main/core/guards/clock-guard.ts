import type { Clock } from '../../foundation/clock.ts';
import type { Journal } from '../../journal/journal.ts';
import { CLOCK_DOUBT_MS, type ClockDoubt } from '../../journal/time-stamp.ts';
import type { HostGateway } from '../host/host-gateway.ts';

/**
 * Whether the wall clock can be right. The bank's word is the best there is: while it is known, it alone decides, and a clock that agrees with it is believed
 * again whatever it did before. Without it the clock is held against its own course (monotonic) and, after a start, against the newest stamp of the journal.
 *
 * What a wrong clock does: nobody is served; who is being served is served to the end, for no time limit runs on it; stamps of the journal go on by the
 * bank's word and the monotonic clock (`TimeStamper`), messages are dated by the bank's time where it is known. It ends by itself when the clock is right again.
 * [host-messages §3.6, failures 21]
 */
export function clockDoubt({ journal, gateway, clock }: { readonly journal: Pick<Journal, 'clockDoubt' | 'confirmClock'>; readonly gateway: Pick<HostGateway, 'bankNowUtcMs'>; readonly clock: Clock }): ClockDoubt | null {
  const own = journal.clockDoubt();
  const bankUtcMs = gateway.bankNowUtcMs();
  if (bankUtcMs === null) return own;
  const byMs = Math.round(clock.nowUtcMs() - bankUtcMs);
  const isWrong = Math.abs(byMs) > CLOCK_DOUBT_MS;
  if (isWrong || own !== null) journal.confirmClock(bankUtcMs);
  return isWrong ? { byMs, against: 'bank' } : null;
}

const AGAINST = { bank: 'the bank', journal: 'the newest entry of the journal', monotonic: 'its own course' } as const;

/** As a technician reads it. */
export function doubtText({ byMs, against }: ClockDoubt): string {
  const seconds = Math.round(Math.abs(byMs) / 1000);
  const far = seconds < 7200 ? `${seconds} s` : seconds < 172_800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} days`;
  return `${far} ${byMs > 0 ? 'ahead of' : 'behind'} ${AGAINST[against]}`;
}
