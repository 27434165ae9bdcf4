import type { JournalEntry } from '../../journal/journal.ts';
import type { JournalReader } from '../../journal/reader.ts';

/** Cash units that a person opened and nobody closed: nothing is taken into them or paid out of them, over restarts too, until a person is in service mode again. */
export interface OpenExchange {
  readonly code: 'TRM_NOTES_OPEN' | 'TRM_COINS_OPEN';
  readonly openedBy: string;
  readonly openedAtUtcMs: number;
}

const EXCHANGES = [{ code: 'TRM_NOTES_OPEN', units: 'notes' }, { code: 'TRM_COINS_OPEN', units: 'coins' }] as const;
/** Acts of staff looked through; whoever opens cash units closes them in the same visit, unless the core died in it. */
const ACTS_MAX = 1_000;

/** By the acts of staff, which are read without a key. The core itself goes by the facts of the same transactions. */
export function openExchanges(journal: Pick<JournalReader, 'entries'>): readonly OpenExchange[] {
  const acts = journal.entries({ kinds: ['service.acted'], newestFirst: true, limit: ACTS_MAX }) as readonly JournalEntry<'service.acted'>[];
  return EXCHANGES.flatMap(({ code, units }): readonly OpenExchange[] => {
    const last = acts.find(({ data }) => data.action === `${units}.startExchange` || data.action === `${units}.endExchange`);
    return last?.data.action === `${units}.startExchange` ? [{ code, openedBy: last.data.login, openedAtUtcMs: last.atUtcMs }] : [];
  });
}

/** For a technician: who and since when. */
export function exchangeText({ openedBy, openedAtUtcMs }: OpenExchange): string {
  return `${openedBy} ${new Date(openedAtUtcMs).toISOString().slice(0, 16)}Z`;
}
