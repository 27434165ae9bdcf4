import type { OperationCode } from '../../main/contracts/operations.ts';
import type { EntryKind } from '../../main/journal/entry-kinds.ts';
import { LINE_WAYS, type ByteFault } from '../lines/faulty-line.ts';
import type { Chance } from './chance.ts';
import type { LineAct } from './line-hands.ts';
import type { FaultLevel, FaultTargets, PlannedFault } from './random-faults.ts';
import type { LineName, Surroundings } from './virtual-terminal.ts';

const PERCENT = 30;
/** After all others. */
const INDEX = 10;
/** The longest that trouble comes after the step: within what one command to a device takes. */
const AFTER_MS_MAX = 4_000;

type Steps = readonly (readonly [EntryKind, number])[];
/** Where the device at the end of the line has just been told, or will soon be told, to move money. What it does not do comes never, and the trouble waits until hands put it right. */
const NOTES_IN: Steps = [['intent.stack', 6], ['outcome.stack', 2], ['intent.return', 1]];
const NOTES_OUT: Steps = [['intent.dispense', 4], ['outcome.dispense', 1]];
const BUNCHES_OUT: Steps = [...NOTES_OUT, ['intent.present', 4], ['intent.retract', 2]];
/** Dispensers that gather a bunch of notes before they hand it out. */
export const GATHERING: readonly string[] = ['fujitsu-f53', 'xfs4iot-cash-dispenser', 'xfs4iot-cash-recycler'];
/** Their check is a sum or an exclusive or of all bytes: of bent bits it lets one frame in some hundreds pass, and no driver can know. */
const WEAKLY_CHECKED = ['puloon-lcdm', 'puloon-lcdm-4000', 'ebds', 'cctalk-coin-acceptor', 'cctalk-hopper'];
const LOSSES: readonly ByteFault[] = ['drop', 'delay'];

/** Now and then the adapter of a device hangs and then brings all that it held, or its cable is noisy; most when the device has just been told to move money. */
export function drawLineFaults(level: FaultLevel, { surroundings }: FaultTargets, operation: OperationCode, session: number, chance: Chance): readonly PlannedFault[] {
  if (level !== 'all' || !chance.isOnce(PERCENT)) return [];
  const line = chance.weighted(linesOf(surroundings, operation));
  const { protocol, trouble } = surroundings.lines[line]!;
  const afterMs = chance.isOnce(50) ? 0 : chance.between(0, AFTER_MS_MAX);
  const chosen = choose(protocol, chance);
  const act: LineAct = { trouble, does: chosen.does, afterMs };
  const name = `line of ${line} ${chosen.name}`;
  if (chance.isOnce(60)) {
    const at = chance.weighted(stepsOf(line, protocol, operation));
    return [{ name: `${name} ${afterMs} ms after ${at}`, id: `${session}.${INDEX}`, at: { step: 0 }, strike: () => surroundings.lineHands.plan(act, at) }];
  }
  return [{ name, id: `${session}.${INDEX}`, at: chance.isOnce(30) ? { step: chance.between(0, 16) } : { moneyStep: chance.weighted([[0, 6], [1, 5], [2, 4], [3, 2], [4, 1]]) }, strike: () => surroundings.lineHands.plan(act, null) }];
}

function linesOf({ lines, loaded: { recycler } }: Surroundings, operation: OperationCode): readonly (readonly [LineName, number])[] {
  const isPaidByDispenser = operation === 'op-10' && recycler?.isAlone !== true;
  const weights: Readonly<Record<LineName, number>> = { acceptor: isPaidByDispenser ? (recycler === null ? 1 : 4) : 8, dispenser: isPaidByDispenser ? 8 : 1, printer: 1, coinAcceptor: operation === 'op-10' ? 1 : 3, hopper: 3, hopper2: 2 };
  return (Object.keys(lines) as LineName[]).map((name) => [name, weights[name]] as const);
}

function stepsOf(line: LineName, protocol: string, operation: OperationCode): Steps {
  if (line === 'coinAcceptor') return [['coin.accepted', 1]];
  if (operation !== 'op-10') return line === 'acceptor' ? NOTES_IN : [['deposit.accepted', 1], ['receipt.issued', 1]];
  return line === 'printer' ? [['receipt.issued', 1]] : GATHERING.includes(protocol) ? BUNCHES_OUT : NOTES_OUT;
}

function choose(protocol: string, chance: Chance): { readonly name: string; readonly does: LineAct['does'] } {
  const isReliable = protocol.startsWith('xfs4iot');
  const forMs = chance.weighted([[chance.between(50, 900), 3], [chance.between(900, 5_000), 4], [chance.between(5_000, 40_000), 3], [chance.between(40_000, 200_000), 1]]);
  if (isReliable || chance.isOnce(70)) {
    const way = chance.oneOf(LINE_WAYS);
    // A message to a service that closes its connection is gone with it.
    const outlivesPort = !isReliable && chance.isOnce(30);
    return { name: `hangs (${way}${outlivesPort ? ', the adapter itself' : ''}) for ${forMs} ms`, does: { hang: { forMs, way, outlivesPort } } };
  }
  const oneOf = chance.oneOf([40, 150, 400]);
  return { name: `spoils one byte of ${oneOf} for ${forMs} ms`, does: { spoil: { oneOf, ...(WEAKLY_CHECKED.includes(protocol) ? { faults: LOSSES } : {}) }, forMs } };
}
