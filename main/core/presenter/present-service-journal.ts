import type { ScreenData } from '../../contracts/screen-model.ts';
import type { JournalEntry } from '../../journal/journal.ts';
import type { EntryKind } from '../../journal/entry-kinds.ts';
import type { CoreParts } from '../core-parts.ts';
import { policyInForce } from '../keeping/adopt-policy.ts';

type Frame = 'login' | 'name' | 'level' | 'softwareVersion' | 'businessDay' | 'incidentCount' | 'queueCount';
const DETAIL_LENGTH_MAX = 200;
const KEYS_SHOWN = 6;

/** How the journal itself is kept: seals, the bank's copy of them, the second copy, retention, keys. */
export function journalPage(parts: CoreParts): Omit<ScreenData<'service-journal'>, Frame> {
  const { journal, journalCare } = parts;
  const newest = <Kind extends EntryKind>(kind: Kind) => journal.entries({ kinds: [kind], newestFirst: true, limit: 1 })[0] as JournalEntry<Kind> | undefined;
  const [seal, held, purge, policy, mirror] = [newest('journal.sealed'), newest('seal.held'), newest('retention.purged'), policyInForce(journal), journalCare.mirror()];
  const introduced = journal.entries({ kinds: ['key.introduced'], newestFirst: true, limit: KEYS_SHOWN }) as readonly JournalEntry<'key.introduced'>[];
  return {
    entryCount: journal.entries({ newestFirst: true, limit: 1 })[0]?.entryNumber ?? 0,
    seal: seal === undefined ? null : { upToEntryNumber: seal.data.upToEntryNumber, atUtcMs: seal.atUtcMs },
    bankSeal: held === undefined ? null : { upToEntryNumber: held.data.upToEntryNumber, atUtcMs: held.atUtcMs },
    mirror: mirror === null ? null : { state: mirror.state, lagEntryCount: Math.max(0, mirror.lagEntryCount), detail: mirror.detail.slice(0, DETAIL_LENGTH_MAX) },
    policy: policy === null ? null : { policyId: policy.policyId, version: policy.version, classes: Object.entries(policy.classes).flatMap(([classId, kept]) => (kept === undefined ? [] : [{ classId, keepDays: kept.keepDays }])) },
    policyProblem: journalCare.policyProblem(),
    lastPurge: purge === undefined ? null : { atUtcMs: purge.atUtcMs, classId: purge.data.classId, entryCount: purge.data.entryCount },
    keys: introduced.map(({ data, atUtcMs }) => ({ purpose: data.purpose, keyId: data.keyId, sinceUtcMs: atUtcMs })),
  };
}
