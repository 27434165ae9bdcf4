import type { HostOperation } from '../../main/contracts/host-operations.ts';
import type { OperationCode } from '../../main/contracts/operations.ts';
import type { EntryKind } from '../../main/journal/entry-kinds.ts';
import type { JournalEntry, JournalError } from '../../main/journal/journal.ts';
import type { JournalFaults } from '../../main/journal/writer.ts';
import { assert } from '../../main/foundation/assert.ts';
import { BANK_FAULTS } from '../bank-host/faults.ts';
import type { BankFault } from '../bank-host/faults.ts';
import type { DeviceSimulator } from '../simulator.ts';
import type { WorldAcceptorProtocol, WorldRecyclerProtocol } from '../terminal/sample-config.ts';
import { SAMPLE_DENOMINATIONS_MINOR } from '../terminal/sample-config.ts';
import { BOX } from '../xfs4iot/cash-units.ts';
import type { Chance } from './chance.ts';
import type { CoreLife } from './core-life.ts';
import { drawLineFaults } from './line-faults.ts';
import { drawMoneyMoment } from './money-moments.ts';
import { drawNearlyFull, NearlyFullDisk } from './nearly-full-disk.ts';
import { drawPlaceFaults } from './place-faults.ts';
import type { PlaceHands } from './place-hands.ts';
import { drawBoxHands } from './box-hands.ts';
import { drawSpareUnit } from './spare-units.ts';
import { drawUnitHands } from './unit-hands.ts';
import { drawUntimely, type UntimelyTargets } from './untimely.ts';
import type { Surroundings } from './virtual-terminal.ts';

export const FAULT_LEVELS = ['none', 'some', 'all'] as const;
export type FaultLevel = (typeof FAULT_LEVELS)[number];

/** One thing that is going to go wrong, and how it is told in a report. */
export interface ChosenFault {
  readonly name: string;
  strike(): void;
}

/** A fault of one session and its moment: a step of the customer, or the n-th step at which money is on the screen. */
export interface PlannedFault extends ChosenFault {
  /** `7.0`: the first fault of session 7; by it a run is repeated with fewer faults. */
  readonly id: string;
  readonly at: { readonly step: number } | { readonly moneyStep: number };
}

/** The disk of the journal: some of the next commits fail. */
export class FailingDisk implements JournalFaults {
  readonly disk = new NearlyFullDisk();
  #failuresLeft = 0;
  #skipsLeft = 0;
  #skipsUntil: EntryKind | null = null;
  #isReadBack = false;

  /** @param options.of  only commits with such an entry are skipped one by one, the others pass before; those after the first failure fail whatever they have */
  failNext(options: { readonly skips: number; readonly failures: number; readonly of?: EntryKind }): void {
    this.#skipsLeft = options.skips;
    this.#failuresLeft = options.failures;
    this.#skipsUntil = options.of ?? null;
  }

  /** It takes what it has room for. */
  endFailures(): void {
    this.#failuresLeft = 0;
    this.#skipsLeft = 0;
  }

  heal(): void {
    this.endFailures();
    this.disk.heal();
  }

  /** What was written before, and is only read back now: it asks for nothing any more. */
  readBack(commit: () => void): void {
    this.#isReadBack = true;
    commit();
    this.#isReadBack = false;
  }

  get isReadBack(): boolean {
    return this.#isReadBack;
  }

  beforeCommit(entries: readonly JournalEntry[]): JournalError | null {
    if (this.#isReadBack) return null;
    return this.#failure(entries) ?? this.disk.take(entries);
  }

  #failure(entries: readonly JournalEntry[]): JournalError | null {
    if (this.#failuresLeft === 0 || (this.#skipsUntil !== null && !entries.some(({ kind }) => kind === this.#skipsUntil))) return null;
    if (this.#skipsLeft > 0) {
      this.#skipsLeft -= 1;
      return null;
    }
    this.#skipsUntil = null;
    this.#failuresLeft -= 1;
    return { code: 'JNL_UNWRITABLE', detail: 'the disk of this world is full' };
  }
}

/** The terminal's own clock, as far as it is wrong. */
export class WrongClock {
  offsetMs = 0;

  /** As an empty battery or a wrong time server does it. */
  jump(byMs: number): void {
    this.offsetMs += byMs;
  }

  heal(): void {
    this.offsetMs = 0;
  }
}

export interface FaultTargets extends UntimelyTargets {
  readonly surroundings: Surroundings;
  readonly disk: FailingDisk;
  readonly wrongClock: WrongClock;
  /** The core dies at a commit, or now (`commitsLeft` 0). */
  readonly dieAtCommit: CoreLife['dieAtCommit'];
  readonly dieNow: () => void;
  /** After the next fault of a device's board has struck. */
  readonly dieAfterDeviceFault: (afterMs: number) => void;
  /** As `dieAtCommit`, and the devices lose their power with it. */
  readonly losePowerAtCommit: FaultTargets['dieAtCommit'];
  readonly failSync: CoreLife['failSync'];
  /** null: nothing tells of the place. */
  readonly placeHands: PlaceHands | null;
}

/** Hands that do what they should not, and put it right only with `heal`. */
export type DeviceName = 'acceptor' | 'dispenser' | 'printer' | 'coinAcceptor' | 'hopper' | 'hopper2';
const HANDS: Readonly<Record<DeviceName, readonly { readonly do: string; readonly [field: string]: string | number }[]>> = {
  acceptor: [{ do: 'powerOff' }, { do: 'unplug' }],
  dispenser: [{ do: 'powerOff' }, { do: 'unplug' }, { do: 'removeCassette', cassetteNumber: 1 }, { do: 'removeTray' }],
  printer: [{ do: 'powerOff' }, { do: 'unplug' }, { do: 'openCover' }, { do: 'setPaper', state: 'out' }, { do: 'setPaper', state: 'nearEnd' }],
  coinAcceptor: [{ do: 'powerOff' }, { do: 'unplug' }],
  hopper: [{ do: 'powerOff' }, { do: 'unplug' }, { do: 'blockOpto' }],
  hopper2: [{ do: 'powerOff' }, { do: 'unplug' }, { do: 'blockOpto' }],
};
/** What puts a device right again, whatever was wrong with it. */
const REMEDIES: Readonly<Record<DeviceName, readonly { readonly do: string; readonly [field: string]: string | number }[]>> = {
  acceptor: [{ do: 'clearFaults' }, { do: 'plug' }, { do: 'powerOn' }, { do: 'insertBox' }, { do: 'clearPath' }],
  dispenser: [{ do: 'clearFaults' }, { do: 'plug' }, { do: 'powerOn' }, { do: 'insertCassette', cassetteNumber: 1 }, { do: 'insertTray' }, { do: 'insertRejectBox' }, { do: 'clearPath' }],
  printer: [{ do: 'clearFaults' }, { do: 'plug' }, { do: 'powerOn' }, { do: 'closeCover' }, { do: 'clearJam' }, { do: 'setPaper', state: 'full' }],
  coinAcceptor: [{ do: 'clearFaults' }, { do: 'plug' }, { do: 'powerOn' }],
  hopper: [{ do: 'clearFaults' }, { do: 'plug' }, { do: 'powerOn' }, { do: 'clearJam' }],
  hopper2: [{ do: 'clearFaults' }, { do: 'plug' }, { do: 'powerOn' }, { do: 'clearJam' }],
};
const MONEY_OPERATIONS: Readonly<Record<OperationCode, readonly HostOperation[]>> = {
  'op-01': ['cash.deposit', 'cash.deposit', 'cash.deposit.complete'],
  'op-05': ['pay.provider', 'pay.provider', 'doc.status', 'cash.deposit.complete'],
  'op-10': ['cash.withdraw', 'cash.withdraw.complete'],
};
const OTHER_OPERATIONS = ['client.find', 'otp.request', 'otp.verify', 'client.accounts', 'fee.quote', 'receipt.send', 'doc.status', 'link.heartbeat', 'link.signon', 'catalogue.sync'] as const;
/** Refusing what the terminal merely reports is no fault of a line but another bank; the deciding fault goes to what may be refused. */
const REFUSABLE_OPERATIONS = ['cash.deposit', 'pay.provider', 'cash.withdraw', 'otp.request', 'client.accounts', 'fee.quote'] as const;

/** All that goes wrong in one session; each kind by dice of its own, so that one more kind changes no other. */
export function drawTroubles(level: FaultLevel, targets: FaultTargets, operation: OperationCode, session: number, diceOf: (what: 'faults' | 'rejection' | 'aftermath' | 'place' | 'moment' | 'units' | 'line' | 'untimely' | 'spare' | 'box' | 'room' | 'staff') => Chance): readonly PlannedFault[] {
  const ofPlace = targets.placeHands === null ? [] : drawPlaceFaults(level, targets.placeHands, session, diceOf('place'));
  return [...drawFaults(level, targets, operation, session, diceOf('faults')), ...drawRejection(level, targets, operation, session, diceOf('rejection')), ...drawAftermath(level, targets, session, diceOf('aftermath')), ...drawMoneyMoment(level, targets, operation, session, diceOf('moment')), ...drawUnitHands(level, targets, session, diceOf('units')), ...ofPlace, ...drawLineFaults(level, targets, operation, session, diceOf('line')), ...drawUntimely(level, targets, session, diceOf('untimely')), ...drawSpareUnit(level, targets, operation, session, diceOf('spare')), ...drawBoxHands(level, targets, operation, session, diceOf('box')), ...drawNearlyFull(level, targets, session, diceOf('room')), ...drawStaffTrouble(level, targets, operation, session, diceOf('staff'))];
}

/** Draws what goes wrong in one session and when. `some`: often nothing, else one thing; `all`: one to four. */
function drawFaults(level: FaultLevel, targets: FaultTargets, operation: OperationCode, session: number, chance: Chance): readonly PlannedFault[] {
  const count = level === 'none' ? 0 : level === 'some' ? (chance.isOnce(45) ? 1 : 0) : chance.weighted([[1, 5], [2, 4], [3, 2], [4, 1]]);
  return Array.from({ length: count }, (_, index) => ({
    ...drawFault(targets, operation, chance),
    id: `${session}.${index}`,
    at: chance.isOnce(40) ? { step: chance.between(0, 16) } : { moneyStep: chance.weighted([[0, 8], [1, 5], [2, 3], [3, 2], [4, 1], [6, 1]]) },
  }));
}

/** Where a message that must be delivered may be rejected again and again, until it waits for a person. */
const MUST_DELIVER: Readonly<Record<OperationCode, readonly HostOperation[]>> = {
  'op-01': ['cash.deposit', 'cash.deposit', 'cash.deposit.complete'],
  'op-05': ['pay.provider'],
  'op-10': ['cash.withdraw.complete'],
};
const REJECTED_PERCENT = 25;
/** After those of `drawFaults`. */
const REJECTED_INDEX = 9;

/** Now and then the bank, or what stands before it, does not take the same message again and again, over several sessions; it has booked it or not. */
function drawRejection(level: FaultLevel, { surroundings }: FaultTargets, operation: OperationCode, session: number, chance: Chance): readonly PlannedFault[] {
  if (level !== 'all' || !chance.isOnce(REJECTED_PERCENT)) return [];
  const message = chance.isOnce(85) ? chance.oneOf(MUST_DELIVER[operation]) : chance.oneOf(['suspense.report', 'suspense.settlement'] as const);
  const fault = chance.weighted([['rejected', 3], ['wrongSignature', 2]] as const);
  const times = chance.weighted([[4, 5], [8, 3], [20, 2]]);
  return [{ name: `bank ${fault} of ${message}, ${times} times`, id: `${session}.${REJECTED_INDEX}`, at: { step: 0 }, strike: () => void surroundings.bank.arm({ do: 'fault', fault, operation: message, times, refusal: 'RF-24' }) }];
}

const AFTERMATH_PERCENT = 20;
const AFTERMATH_INDEX = 8;

/** Now and then the core dies soon after a device failed, while the device comes back and is told to begin anew. */
function drawAftermath(level: FaultLevel, targets: FaultTargets, session: number, chance: Chance): readonly PlannedFault[] {
  if (level !== 'all' || !chance.isOnce(AFTERMATH_PERCENT)) return [];
  const afterMs = chance.isOnce(50) ? chance.between(0, 2_500) : chance.between(2_500, 12_000);
  return [{ name: `core dies ${afterMs} ms after a device's fault`, id: `${session}.${AFTERMATH_INDEX}`, at: { step: 0 }, strike: () => targets.dieAfterDeviceFault(afterMs) }];
}

const STAFF_PERCENT = 20;
/** After all others. */
const STAFF_INDEX = 15;
/** No step of a customer: those who come when he has gone. */
export const FOR_STAFF = { step: Infinity } as const;

/** Now and then it is the staff that come after a customer who find a disk that refuses some of what they and the devices do, or something else goes wrong while they act. It stays so for the next customer until somebody puts the terminal right. */
function drawStaffTrouble(level: FaultLevel, targets: FaultTargets, operation: OperationCode, session: number, chance: Chance): readonly PlannedFault[] {
  if (level !== 'all' || !chance.isOnce(STAFF_PERCENT)) return [];
  const plan = { skips: chance.between(0, 6), failures: chance.weighted([[1, 5], [3, 3], [12, 2]]) };
  const fault = chance.isOnce(50) ? { name: `disk fails ${plan.failures} after ${plan.skips}`, strike: () => targets.disk.failNext(plan) } : drawFault(targets, operation, chance);
  return [{ ...fault, name: `staff: ${fault.name}`, id: `${session}.${STAFF_INDEX}`, at: FOR_STAFF }];
}

/** Mostly of the device and the messages that the customer's first operation needs: elsewhere a fault has nothing to spoil. */
function drawFault(targets: FaultTargets, operation: OperationCode, chance: Chance): ChosenFault {
  const { acceptor, dispenser, printer } = targets.surroundings;
  const { recycler } = targets.surroundings.loaded;
  const giving = recycler === null ? 'dispenser' : recycler.isAlone ? 'acceptor' : chance.oneOf(['acceptor', 'dispenser'] as const);
  const [near, far] = operation === 'op-10' && giving === 'dispenser' ? (['dispenser', 'acceptor'] as const) : (['acceptor', 'dispenser'] as const);
  const hopper = (targets.surroundings.coins?.hoppers.length ?? 0) > 1 ? chance.oneOf(['hopper', 'hopper2'] as const) : 'hopper';
  const coin = operation === 'op-10' ? hopper : 'coinAcceptor';
  const ofCoins = targets.surroundings.coins === null ? [] : ([[coin, 12]] as const);
  const source = chance.weighted([[near, 12], [far, 1], ['printer', 2], ['bank', 7], ['hands', 3], ['disk', 3], ['sync', 1], ['death', 5], ['power', 2], ['clock', 1], ...ofCoins] as const);
  switch (source) {
    case 'acceptor':
      return deviceFault('acceptor', acceptor, chance);
    case 'dispenser':
      return deviceFault('dispenser', dispenser, chance);
    case 'printer':
      return deviceFault('printer', printer, chance);
    case 'coinAcceptor':
    case 'hopper':
    case 'hopper2':
      return deviceFault(source, deviceOf(targets.surroundings, source), chance);
    case 'bank':
      return bankFault(targets, operation, chance);
    case 'hands': {
      const name = chance.oneOf(namesOf(targets.surroundings));
      const command = chance.oneOf(HANDS[name]);
      const device = deviceOf(targets.surroundings, name);
      return { name: `${name} ${command.do}`, strike: () => void device.control(device.protocol === 'fujitsu-f53' ? { ...command, do: F53_HANDS[command.do] ?? command.do } : command) };
    }
    case 'disk': {
      const plan = { skips: chance.between(0, 15), failures: chance.weighted([[1, 5], [3, 2], [40, 1]]) };
      return { name: `disk fails ${plan.failures} after ${plan.skips}`, strike: () => targets.disk.failNext(plan) };
    }
    case 'sync': {
      const plan = { commitsLeft: chance.between(1, 20), isFound: chance.isOnce(50) };
      return { name: `sync ${plan.commitsLeft} fails${plan.isFound ? ', the log has it' : ''}`, strike: () => targets.failSync(plan) };
    }
    case 'death': {
      if (chance.isOnce(25)) return { name: 'core dies', strike: () => targets.dieNow() };
      const plan = { commitsLeft: chance.between(1, 25), when: chance.oneOf(['before', 'after'] as const) };
      return { name: `core dies ${plan.when} commit ${plan.commitsLeft}`, strike: () => targets.dieAtCommit(plan) };
    }
    case 'power': {
      const plan = { commitsLeft: chance.between(1, 25), when: chance.oneOf(['before', 'after'] as const) };
      return { name: `power fails ${plan.when} commit ${plan.commitsLeft}`, strike: () => targets.losePowerAtCommit(plan) };
    }
    case 'clock': {
      const byMs = chance.oneOf([-1, 1]) * chance.weighted([[chance.between(1, 300) * 1_000, 4], [chance.between(1, 48) * 3_600_000, 4], [chance.between(1, 12) * 365 * 86_400_000, 2]]);
      return { name: `clock jumps by ${Math.round(byMs / 1_000)} s`, strike: () => targets.wrongClock.jump(byMs) };
    }
  }
}

/** What the F53 calls the same. */
const F53_HANDS: Readonly<Record<string, string>> = { removeTray: 'removeRejectBox' };
/** Faults of the line mostly strike at a command that moves notes, not at the next look at the sensors; the rest of the draws strikes any. */
const DISPENSER_OPCODES: Readonly<Record<string, readonly number[]>> = {
  // From cassette 1 and from cassette 2. [lcdm §4]
  'puloon-lcdm': [0x45, 0x55],
  // DISPENSE, LAST STATUS. [lcdm §5]
  'puloon-lcdm-4000': [0x52, 0x55],
  // COUNT, PRESENT, RETRACT. [f53 §3]
  'fujitsu-f53': [0x03, 0x09, 0x0a],
};
/** Moments of a single note or coin of a command; the others have no index. */
const COUNTED_MOMENTS: Readonly<Record<string, readonly string[]>> = { dispenser: ['note', 'pick', 'chk', 'div', 'ejt', 'divert', 'eject', 'exit'], hopper: ['coin', 'exit', 'counted'], hopper2: ['coin', 'exit', 'counted'] };

function deviceFault(name: string, device: DeviceSimulator, chance: Chance): ChosenFault {
  const row = chance.oneOf(device.faultBoard());
  const at = chance.oneOf(row.at);
  const times = chance.weighted([[1, 8], [2, 2], [5, 1]]);
  const index = chance.between(0, 3);
  return {
    name: `${name} ${row.fault} at ${at}`,
    strike: () => {
      const opcode = at === 'command' || at === 'reply' ? DISPENSER_OPCODES[device.protocol]?.[index] : undefined;
      const isCounted = COUNTED_MOMENTS[name]?.includes(at) === true;
      device.control({ do: 'fault', fault: row.fault, at, times, ...(isCounted ? { index } : {}), ...(opcode === undefined ? {} : { opcode }) });
    },
  };
}

function bankFault({ surroundings }: FaultTargets, customers: OperationCode, chance: Chance): ChosenFault {
  const fault = chance.oneOf((Object.keys(BANK_FAULTS) as BankFault[]).filter((name) => name !== 'linkUp' && name !== 'totalsDiffer' && name !== 'rejected' && name !== 'notKnown'));
  const times = chance.weighted([[1, 6], [2, 2], [6, 1]]);
  const operation = fault === 'refusal' ? chance.oneOf(REFUSABLE_OPERATIONS) : chance.isOnce(75) ? chance.oneOf(MONEY_OPERATIONS[customers]) : chance.oneOf(OTHER_OPERATIONS);
  const delayMs = fault === 'clockSkew' ? chance.between(-120_000, 120_000) : fault === 'inProcess' ? chance.oneOf([0, 20_000, 90_000]) : undefined;
  return {
    name: `bank ${fault} of ${operation}`,
    strike: () => void surroundings.bank.arm({ do: 'fault', fault, operation, times, refusal: chance.oneOf(['RF-02', 'RF-20', 'RF-24']), ...(delayMs === undefined ? {} : { delayMs }) }),
  };
}

/** Staff and time put everything right: power, cables, paper, paths, line, bank, disk. @param opensPath  of which device somebody takes out what lies between its units */
export function heal(targets: Pick<FaultTargets, 'surroundings' | 'disk' | 'wrongClock' | 'placeHands'>, opensPath: (name: string) => boolean = () => true): void {
  const { surroundings, disk, wrongClock, placeHands } = targets;
  surroundings.lineHands.putRight();
  for (const name of namesOf(surroundings)) for (const command of REMEDIES[name]) if (command.do !== 'clearPath' || opensPath(name)) deviceOf(surroundings, name).control(command);
  // What the bank does not take is no business of those who stand at the terminal, and comes to an end by itself.
  surroundings.bank.clearFaults('rejected');
  disk.heal();
  wrongClock.heal();
  placeHands?.putRight();
}

/** All mains plugs of the terminal at once; the bank stands elsewhere. */
export function switchPower(surroundings: Surroundings, to: 'powerOff' | 'powerOn'): void {
  for (const name of namesOf(surroundings)) deviceOf(surroundings, name).control({ do: to });
  for (const device of [surroundings.place?.switches, surroundings.place?.powerSupply]) device?.control({ do: to });
  // Adapters have none of their own, and what they held is gone.
  if (to === 'powerOff') surroundings.lineHands.putRight();
}

function namesOf({ coins }: Surroundings): readonly DeviceName[] {
  return ['acceptor', 'dispenser', 'printer', ...(coins === null ? [] : (['coinAcceptor', 'hopper'] as const)), ...(coins === null || coins.hoppers.length < 2 ? [] : (['hopper2'] as const))];
}

/** @throws where it is one of the coins that are not there */
export function deviceOf({ acceptor, dispenser, printer, coins }: Surroundings, name: DeviceName): DeviceSimulator {
  const device = { acceptor, dispenser, printer, coinAcceptor: coins?.acceptor, hopper: coins?.hopper, hopper2: coins?.hoppers[1] }[name];
  assert(device !== undefined, 'a device of coins is named only where there are coins');
  return device;
}

const COUNTING: readonly string[] = ['xfs4iot-cash-acceptor', 'xfs4iot-cash-recycler'] satisfies readonly (WorldAcceptorProtocol | WorldRecyclerProtocol)[];

/** Now and then a service forgets notes of a cash unit, or counts some that never came. Not of a recycler's that pays out: what is payable there goes by its word. */
export function loseCount({ acceptor, dispenser, loaded: { recycler, cassettes } }: Surroundings, chance: Chance): void {
  if (dispenser.protocol === 'xfs4iot-cash-dispenser' && chance.isOnce(8)) dispenser.control({ do: 'miscount', cassetteNumber: chance.oneOf(cassettes).cassetteNumber, by: chance.oneOf([-3, -1, 1, 2, 20]) });
  if (!COUNTING.includes(acceptor.protocol) || !chance.isOnce(8)) return;
  acceptor.control({ do: 'miscount', unit: BOX, denominationMinor: chance.oneOf(recycler?.denominationsMinor ?? SAMPLE_DENOMINATIONS_MINOR), by: chance.oneOf([-3, -1, 1, 2, 20]) });
}
