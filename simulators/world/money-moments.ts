import type { OperationCode } from '../../main/contracts/operations.ts';
import type { EntryKind } from '../../main/journal/entry-kinds.ts';
import type { Chance } from './chance.ts';
import type { FaultLevel, FaultTargets, PlannedFault } from './random-faults.ts';

const PERCENT = 40;
/** After those of `drawFaults`, before those of the place. */
const INDEX = 5;
type Steps = readonly (readonly [step: EntryKind, weight: number])[];
const TAKING: Steps = [
  ['intent.stack', 3], ['outcome.stack', 3], ['intent.return', 1], ['outcome.return', 1], ['coin.accepted', 2], ['deposit.accepted', 2], ['receipt.issued', 1],
  ['operation.closed', 1],
];
/** Of an operation's money, most where notes are just about to move or did just now; what a terminal does not write of its devices comes never. */
const STEPS: Readonly<Record<OperationCode, Steps>> = {
  'op-01': TAKING,
  'op-05': TAKING,
  'op-10': [
    ['authorisation.received', 1], ['intent.dispense', 2], ['outcome.dispense', 3], ['intent.present', 4], ['outcome.present', 2], ['outcome.take', 2], ['intent.retract', 2], ['outcome.retract', 2],
    ['withdrawal.completed', 1], ['receipt.issued', 1], ['operation.closed', 1],
  ],
};

/**
 * Now and then core, power or disk fail at a durable step of the money itself, on which a draw by the count of commits falls seldom. Where the step does not come in this session, it waits for a
 * later one.
 */
export function drawMoneyMoment(level: FaultLevel, targets: FaultTargets, operation: OperationCode, session: number, chance: Chance): readonly PlannedFault[] {
  if (level !== 'all' || !chance.isOnce(PERCENT)) return [];
  const of = chance.weighted(STEPS[operation]);
  const commitsLeft = chance.weighted([[1, 6], [2, 2], [3, 1]]);
  const chosen = chooseStrike(targets, { of, commitsLeft }, chance);
  return [{ name: `${chosen.name} ${of} #${commitsLeft}`, id: `${session}.${INDEX}`, at: { step: 0 }, strike: chosen.strike }];
}

function chooseStrike(targets: FaultTargets, commit: { readonly of: EntryKind; readonly commitsLeft: number }, chance: Chance): Pick<PlannedFault, 'name' | 'strike'> {
  const kind = chance.weighted([['disk', 3], ['sync', 2], ['death', 3], ['power', 2]] as const);
  const when = chance.oneOf(['before', 'after'] as const);
  const isFound = chance.isOnce(50);
  const failures = chance.weighted([[1, 3], [3, 2], [40, 3]]);
  switch (kind) {
    case 'disk':
      return { name: `disk fails ${failures} from`, strike: () => targets.disk.failNext({ of: commit.of, skips: commit.commitsLeft - 1, failures }) };
    case 'sync':
      return { name: `sync fails${isFound ? ', the log has it,' : ''} at`, strike: () => targets.failSync({ ...commit, isFound }) };
    case 'death':
      return { name: `core dies ${when}`, strike: () => targets.dieAtCommit({ ...commit, when }) };
    case 'power':
      return { name: `power fails ${when}`, strike: () => targets.losePowerAtCommit({ ...commit, when }) };
  }
}
