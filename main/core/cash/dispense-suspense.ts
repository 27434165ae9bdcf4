import type { HostRequestBody } from '../../contracts/host-operations.ts';
import { dataOf } from '../../journal/entry-data.ts';
import type { EntryData } from '../../journal/entry-kinds.ts';
import type { JournalEntry, SuspenseDraft } from '../../journal/journal.ts';
import type { CoreParts } from '../core-parts.ts';
import { bunchAccount, untoldBunch } from './bunch-account.ts';
import { isHopperCassette } from './cash-unit-ids.ts';

const EVIDENCE_LENGTH_MAX = 400;
const UNTOLD = { retracting: 'told to be drawn back, and no word since', inReach: 'presented, and nobody saw what became of it' } as const;

/** Notes of one command that were picked and are neither out nor in the tray, as the journal has it. */
export interface NotesInTransport {
  readonly denominationMinor: number;
  readonly noteCount: number;
  readonly evidence: string;
}

/**
 * What lies in the path after an operation's dispenses: jammed inside (33 36 48), or half out of the exit (35) where a hand may reach it. An outcome that is
 * `uncertain` as a whole is not counted here, its notes are doubted already. [lcdm §5, §7]
 */
function notesInTransport(entries: readonly JournalEntry[]): readonly NotesInTransport[] {
  const inStacker = (bunchAccount(entries)?.inStacker ?? []).map(({ denominationMinor, noteCount }) => ({ denominationMinor, noteCount, evidence: `${noteCount} × ${denominationMinor} gathered in the stacker, never presented` }));
  const inPath = entries.filter((candidate) => candidate.kind === 'outcome.dispense').map((candidate) => candidate.data as EntryData<'outcome.dispense'>).flatMap((outcome) => {
    const noteCount = outcome.pickedCount - outcome.presentedCount - outcome.rejectedCount - (outcome.stackedCount ?? 0);
    if (outcome.outcome !== 'completed' || noteCount <= 0) return [];
    const rawCode = outcome.rawErrorCode === null ? '' : `, device code ${outcome.rawErrorCode.toString(16).toUpperCase()}`;
    const { cassetteNumber, denominationMinor } = outcome;
    return [{ denominationMinor, noteCount, evidence: `cassette ${cassetteNumber}: ${noteCount} × ${denominationMinor} picked, neither presented nor rejected (${outcome.evidence}${rawCode})` }];
  });
  return [...inPath, ...inStacker];
}

function doubtEvidence(commands: readonly string[], entries: readonly JournalEntry[], told: readonly string[]): string {
  const of = <Kind extends 'outcome.present' | 'outcome.retract'>(kind: Kind) => entries.filter((one) => one.kind === kind).map((one) => one.data as EntryData<Kind>);
  const presents = of('outcome.present').filter((present) => present.outcome === 'uncertain').map((present) => `present without a result: ${present.evidence ?? ''}`);
  const retracts = of('outcome.retract').filter((retract) => retract.from === 'exit' && retract.outcome !== 'failed' && retract.notes === null).map((retract) => `drawn back, not counted: ${retract.evidence}`);
  const untold = untoldBunch(entries);
  const bunches = [...told, ...presents, ...retracts, ...(untold === null ? [] : [UNTOLD[untold]])];
  return [...(commands.length === 0 && bunches.length > 0 ? [] : [`dispense command without a result: ${commands.join('; ')}`]), ...bunches].join('; ');
}

/**
 * A command without a result of which each note was seen to leave: the customer has them all, but what was rejected besides is in no count of ours. The item has no sum until the units
 * are counted; coins are not rejected.
 */
function untoldRejects(doubts: readonly EntryData<'outcome.dispense'>[]): string | null {
  const commands = doubts.filter(({ uncertainCount, cassetteNumber }) => uncertainCount === 0 && !isHopperCassette(cassetteNumber));
  if (commands.length === 0) return null;
  const told = commands.map(({ cassetteNumber, presentedCount, denominationMinor, evidence }) => `cassette ${cassetteNumber}: ${presentedCount} × ${denominationMinor} seen to leave (${evidence})`);
  return `dispense command without a result, what it rejected is not known: ${told.join('; ')}`;
}

/** Suspense of a withdrawal: what may have left without a result, what lies in the path, what left on top of the authorisation. None is above 0, as money that is or may be gone. */
export function dispenseSuspense(parts: Pick<CoreParts, 'ids'>, money: { readonly operationId: string; readonly uncertainMinor: number; readonly overDispensedMinor: number; readonly entries: readonly JournalEntry[]; readonly reference: string; /** Besides what the entries say. */ readonly untold?: string | undefined }): readonly SuspenseDraft[] {
  const { operationId, reference, uncertainMinor, overDispensedMinor, entries, untold } = money;
  const doubts = entries.filter((candidate) => candidate.kind === 'outcome.dispense').map((candidate) => candidate.data as EntryData<'outcome.dispense'>).filter((outcome) => outcome.outcome === 'uncertain');
  const item = (reason: SuspenseDraft['reason'], amountMinor: number, evidence: string): SuspenseDraft => ({ suspenseId: parts.ids.ulid(), operationId, reason, amountMinor, evidence, reference });
  const doubt = uncertainMinor === 0 ? untoldRejects(doubts) : doubtEvidence(doubts.map((outcome) => outcome.evidence), entries, untold === undefined ? [] : [untold]);
  return [
    ...(doubt === null ? [] : [item('dispenseUncertain', 0 - uncertainMinor, doubt.slice(0, EVIDENCE_LENGTH_MAX))]),
    ...(overDispensedMinor === 0 ? [] : [item('overDispensed', -overDispensedMinor, `${overDispensedMinor} left through the exit on top of what was authorised`)]),
    ...notesInTransport(entries).map((notes) => item('inTransport', -notes.noteCount * notes.denominationMinor, notes.evidence)),
  ];
}

/** What left on top of the authorisation and has an item of its own, minor units, ≤ 0. @param entries  of one operation, `suspense.opened` among them */
export function overDispensedMinor(entries: readonly JournalEntry[]): number {
  return dataOf(entries, 'suspense.opened').filter(({ reason }) => reason === 'overDispensed').reduce((sum, { amountMinor }) => sum + amountMinor, 0);
}

/** What the bank hears of the mechanics besides the completion: a malfunction with notes in doubt. null: nothing is. [host-messages §5.2, exception MALF] */
export function dispenseException(parts: Pick<CoreParts, 'devices'>, suspense: readonly SuspenseDraft[]): HostRequestBody<'device.exception'> | null {
  const first = suspense[0];
  const { dispenser } = parts.devices;
  if (first === undefined || dispenser === null) return null;
  return {
    kind: 'malfunction',
    deviceId: dispenser.deviceId,
    errorCode: first.reason === 'inTransport' ? 'CDM_ITEMS_LEFT' : first.reason === 'overDispensed' ? 'CDM_COUNT_MISMATCH' : 'CDM_DISPENSE_UNCERTAIN',
    detail: suspense.map((item) => item.evidence).join('; '),
  };
}
