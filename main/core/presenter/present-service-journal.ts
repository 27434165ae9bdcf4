import type { ScreenData } from '../../contracts/screen-model.ts';
import type { JournalEntry } from '../../journal/journal.ts';
import type { EntryKind } from '../../journal/entry-kinds.ts';
import type { ServiceContext } from '../../../state-machines/service/service.types.ts';
import { dataOf } from '../../journal/entry-data.ts';
import { OPERATIONS } from '../../contracts/operations.ts';
import type { CoreParts } from '../core-parts.ts';
import { policyInForce } from '../keeping/adopt-policy.ts';

type Frame = 'login' | 'name' | 'level' | 'softwareVersion' | 'businessDay' | 'incidentCount' | 'queueCount';
const DETAIL_LENGTH_MAX = 200;
const KEYS_SHOWN = 6;

/** How the journal itself is kept: seals, the bank's copy of them, the second copy, retention, keys. */
export function journalPage(parts: CoreParts, found: ServiceContext['found']): Omit<ScreenData<'service-journal'>, Frame> {
  const { journal, journalCare } = parts;
  const newest = <Kind extends EntryKind>(kind: Kind) => journal.entries({ kinds: [kind], newestFirst: true, limit: 1 })[0] as JournalEntry<Kind> | undefined;
  const [seal, held, purge, policy, mirror] = [newest('journal.sealed'), newest('seal.held'), newest('retention.purged'), policyInForce(journal), journalCare.mirror()];
  const introduced = journal.entries({ kinds: ['key.introduced'], newestFirst: true, limit: KEYS_SHOWN }) as readonly JournalEntry<'key.introduced'>[];
  return {
    found: foundRow(parts, found),
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

/** Whose life is longer than this moved more notes than anybody follows one by one; `qolma journal export` has all of it. */
const STEPS_SHOWN_MAX = 300;
const MESSAGES_SHOWN_MAX = 50;
/** Of one operation: who tries many accounts or sums asks the bank for each. */
const MESSAGES_LOOKED_AT = 1_000;

/** As the journal knows it now, not as it was when it was looked for. */
function foundRow({ journal }: CoreParts, found: ServiceContext['found']): ScreenData<'service-journal'>['found'] {
  if (found === null) return null;
  if (found === 'failed') return { kind: 'failed', code: null };
  const { code, operationId } = found;
  if (code === null || operationId === null) return { kind: code === null ? 'notACode' : 'notFound', code };
  const entries = journal.operationEntries(operationId);
  const chosen = dataOf(entries, 'operation.chosen')[0]?.operation;
  const closed = dataOf(entries, 'operation.closed').at(-1);
  const receipts = dataOf(entries, 'receipt.issued');
  return {
    kind: 'found', code, operationId, operation: OPERATIONS.find((operation) => operation === chosen) ?? null, outcome: closed?.outcome ?? 'open', refusal: closed?.refusal ?? null, movedMinor: closed?.movedMinor ?? null,
    beganAtUtcMs: entries[0]?.atUtcMs ?? 0, receiptNumbers: receipts.map(({ receiptNumber }) => receiptNumber), reference: receipts.at(-1)?.reference ?? closed?.reference ?? null,
    items: journal.suspense({ operationId }).map(({ reason, amountMinor, state }) => ({ kind: reason, amountMinor, state })),
    messages: journal.messages({ operationId, limit: MESSAGES_LOOKED_AT }).toSorted((left, right) => left.seq - right.seq).slice(-MESSAGES_SHOWN_MAX).map(({ messageId, operation, state }) => ({ messageId, operation, state })),
    steps: entries.slice(-STEPS_SHOWN_MAX).map(({ entryNumber, kind, atUtcMs }) => ({ entryNumber, kind, atUtcMs })),
  };
}
