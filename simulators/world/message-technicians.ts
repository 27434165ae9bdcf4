import type { StaffMember } from '../../state-machines/service/service.types.ts';
import type { MessageAct } from '../../main/contracts/intent.ts';
import type { CoreParts } from '../../main/core/core-parts.ts';
import { JournalUnavailable } from '../../main/core/require-commit.ts';
import { confirmMessageAct, proposeMessageAct } from '../../main/core/service/message-acts.ts';
import { isTooOldToSend, REJECTION_COUNT_MAX } from '../../main/host/outbox/outbox.ts';
import type { Chance } from './chance.ts';
import type { StaffVisit } from './staff-visit.ts';
import { untilTrusted } from './staff-visit.ts';

/** Who may be met at a terminal. */
const STAFF: readonly StaffMember[] = [
  { login: 't-014', name: 'T.', level: 'technician' }, { login: 't-021', name: 'U.', level: 'technician' }, { login: 'c-007', name: 'C.', level: 'cashOfficer' },
  { login: 'a-001', name: 'A.', level: 'administrator' },
];
/** He may look and not act. */
const VIEWER: StaffMember = { login: 'v-003', name: 'V.', level: 'viewer' };
const ACTS: readonly MessageAct[] = ['settle', 'replace'];
const PARKED_MAX = 100;
/** Three more rejections fit into it, or an answer. */
const ANSWERED_MS = 15_000;

export interface MeetingWorld {
  readonly chance: Chance;
  /** Of the core that lives; null: it has not opened its journal yet. */
  readonly parts: () => CoreParts | null;
  /** Over deaths of the core. */
  readonly wait: (forMs: number) => Promise<void>;
  readonly killCore: () => void;
  readonly dieAtNextCommit: (when: 'before' | 'after') => void;
}

/**
 * Two persons at a message that waits for one: the first proposes, the second confirms. Or it is the same person, or one who may not; nobody confirms today; somebody else sends the message
 * once more in between and the bank takes it or not, another proposal comes first, the core dies between the two or of the act itself and somebody who did not hear that it was done does it again.
 * Nobody here judges what was allowed: the checkers do, from what is written and what the bank booked.
 */
export async function meetParkedMessage({ chance, parts, wait, killCore, dieAtNextCommit }: MeetingWorld): Promise<void> {
  const parked = parts()?.journal.messages({ states: ['parked'], limit: PARKED_MAX }) ?? [];
  if (parked.length === 0) return;
  const { messageId } = chance.oneOf(parked);
  const somebody = () => (chance.isOnce(7) ? VIEWER : chance.oneOf(STAFF));
  const first = somebody();
  const second = chance.isOnce(12) ? first : somebody();
  const propose = (staff: StaffMember) => attempt(parts(), (own) => proposeMessageAct(own, { staff, messageId, act: chance.oneOf(ACTS), why: 'bankKnows' }));
  const confirm = (staff: StaffMember) => attempt(parts(), (own) => confirmMessageAct(own, { staff, messageId }));
  // What somebody proposed at an earlier visit may still stand.
  if (chance.isOnce(80)) propose(first);
  const between = chance.weighted([['nothing', 10], ['death', 3], ['retry', 2], ['otherProposal', 2]] as const);
  if (between === 'death') killCore();
  if (between === 'retry') attempt(parts(), (own) => own.deliveries.retry(messageId));
  if (between === 'otherProposal') propose(somebody());
  await wait(between === 'nothing' ? chance.between(1, 5_000) : ANSWERED_MS);
  if (chance.isOnce(15)) return;
  if (chance.isOnce(15)) dieAtNextCommit(chance.oneOf(['before', 'after'] as const));
  confirm(second);
  if (!chance.isOnce(30)) return;
  await wait(ANSWERED_MS);
  confirm(somebody());
}

/** As it is no bank takes it any more. */
function replaceByTwo(parts: CoreParts, messageId: string): void {
  proposeMessageAct(parts, { staff: STAFF[0]!, messageId, act: 'replace', why: 'tooOld' });
  confirmMessageAct(parts, { staff: STAFF[1]!, messageId });
  parts.deliveries.wake();
}

/** A technician tries again what is parked; what is too old for it two of them replace. Where the disk is not believed any more he waits for the terminal that begins anew, and looks what is parked there at his next try. */
export async function retryParked(visit: Pick<StaffVisit, 'parts' | 'until' | 'surroundings'>): Promise<void> {
  const own = visit.parts();
  if (own === null) return;
  for (const message of own.journal.messages({ states: ['parked'], limit: PARKED_MAX })) {
    if (isTooOldToSend(message, own.clock.nowUtcMs())) attempt(own, (parts) => replaceByTwo(parts, message.messageId));
    // Sent once more by a technician already: no document of it helps.
    else if (message.lastError?.includes('RF-31') === true && message.attemptCount > REJECTION_COUNT_MAX) attempt(own, (parts) => settleByTwo(parts, message.messageId));
    else attempt(own, ({ deliveries }) => deliveries.retry(message.messageId));
  }
  await untilTrusted(visit, own);
}

/** The bank has it otherwise: two of them end it by hand, and its cash is an item. */
export function settleByTwo(parts: CoreParts, messageId: string): void {
  proposeMessageAct(parts, { staff: STAFF[0]!, messageId, act: 'settle', why: 'bankKnows' });
  confirmMessageAct(parts, { staff: STAFF[1]!, messageId });
  parts.deliveries.wake();
}

/** Where the disk did not take it, or took it and nobody heard of it, nobody is told anything. */
function attempt(parts: CoreParts | null, act: (parts: CoreParts) => unknown): void {
  if (parts === null) return;
  try {
    act(parts);
  } catch (error) {
    if (!(error instanceof JournalUnavailable)) throw error;
  }
}
