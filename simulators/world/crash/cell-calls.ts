import type { EntryKind } from '../../../main/journal/entry-kinds.ts';
import type { PlaceAct } from '../place-hands.ts';
import { dayAfter } from '../untimely.ts';
import type { HardwareName, WorldHardware } from '../world-hardware.ts';
import { WORLD_HARDWARE } from '../world-hardware.ts';
import type { CellAct, NamedAct } from './cell-acts.ts';
import { actsAt } from './cell-acts.ts';
import type { CrashOperation } from './crash-cells.ts';
import type { MoneyDevice } from './money-device.ts';
import { moneyDevicesOf } from './money-device.ts';

/** At once, while a device moves, and when it is about to be done. */
const AFTER_MS: readonly number[] = [1, 450, 1_500];
/** Around each movement of cash: what stands before it, and what follows. */
const IN_STEPS: readonly EntryKind[] = ['acceptor.enabled', 'outcome.stack', 'operation.closed'];
const OUT_STEPS: readonly EntryKind[] = ['authorisation.received', 'outcome.dispense', 'operation.closed'];

const CALLS: readonly NamedAct[] = [
  ['end', ({ endInOrder }) => endInOrder()],
  ['cutOver', ({ surroundings: { bank: { businessDay } } }) => businessDay.set(dayAfter(businessDay.today()))],
];

/** The first commit of which a disk has no room, counted from the one behind which it filled up; and how many more. */
const REFUSED_FROM: readonly number[] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 15];
const REFUSED_COUNTS: readonly number[] = [1, 3, 25];
const FILLS_AT: Readonly<Record<CrashOperation, EntryKind>> = { 'op-01': 'acceptor.enabled', 'op-05': 'acceptor.enabled', 'op-10': 'authorisation.received' };

/** Before a customer is through, and not before somebody comes. */
const UNDONE_AFTER_MS: readonly (number | null)[] = [2_500, null];
/** Below what a server calls low, and a moment above it. */
const CHARGES_PERCENT: readonly number[] = [5, 20];
const KEY: PlaceAct = { to: 'switches', commands: [{ do: 'turnKey', on: true }] };
const KEY_BACK: PlaceAct = { to: 'switches', commands: [{ do: 'turnKey', on: false }] };
const SAFE: PlaceAct = { to: 'switches', commands: [{ do: 'openDoor', door: 'safe' }] };
const SAFE_CLOSED: PlaceAct = { to: 'switches', commands: [{ do: 'closeDoor', door: 'safe' }] };
const TAMPER: PlaceAct = { to: 'switches', commands: [{ do: 'tamper', on: true }] };
const TAMPER_ENDS: PlaceAct = { to: 'switches', commands: [{ do: 'tamper', on: false }] };
const MAINS_BACK: PlaceAct = { to: 'powerSupply', commands: [{ do: 'mains', on: true }] };
const PLACE_ACTS: readonly (readonly [name: string, act: PlaceAct, undo: PlaceAct])[] = [
  ['key', KEY, KEY_BACK], ['safe', SAFE, SAFE_CLOSED], ['tamper', TAMPER, TAMPER_ENDS],
  ...CHARGES_PERCENT.map((percent) => [`battery:${percent}`, { to: 'powerSupply', commands: [{ do: 'setCharge', percent }, { do: 'mains', on: false }] }, MAINS_BACK] as const),
];

/** By name: `end@intent.stack+450` (the core is asked to end), `cutOver@…` (the bank's day ends). */
export function cellCallsOf(operation: CrashOperation, hardware: HardwareName): ReadonlyMap<string, CellAct> {
  return actsOf(operation, hardware, CALLS);
}

/** By name: `full:4:3@acceptor.enabled+0`: from the fourth commit after that one on the disk has no room for three. */
export function cellDiskActsOf(operation: CrashOperation, hardware: HardwareName): ReadonlyMap<string, CellAct> {
  const [where] = moneyDevicesOf(operation, hardware);
  const fills = REFUSED_FROM.flatMap((skips) => REFUSED_COUNTS.map((failures): NamedAct => [`full:${skips}:${failures}`, ({ disk }) => disk.failNext({ skips, failures })]));
  return actsAt([{ ...where!, steps: [FILLS_AT[operation]] }], [0], () => fills);
}

/** By name: `key@intent.stack+450` (turned, until somebody turns it back), `battery:5:2500@…` (mains are gone for 2.5 s, with 5 % in the battery). Where nothing tells of the place: none. */
export function cellPlaceActsOf(operation: CrashOperation, hardware: HardwareName): ReadonlyMap<string, CellAct> {
  const { hasPlace = false }: WorldHardware = WORLD_HARDWARE[hardware];
  return hasPlace ? actsOf(operation, hardware, PLACE_KINDS) : new Map();
}

const PLACE_KINDS: readonly NamedAct[] = PLACE_ACTS.flatMap(([name, act, undo]) => UNDONE_AFTER_MS.map((undoneMs): NamedAct => [
  undoneMs === null ? name : `${name}:${undoneMs}`,
  ({ placeHands }) => placeHands?.plan(act, { afterMs: 0, undo: undoneMs === null ? null : { ...undo, afterMs: undoneMs } }),
]));

function actsOf(operation: CrashOperation, hardware: HardwareName, kinds: readonly NamedAct[]): ReadonlyMap<string, CellAct> {
  const devices = moneyDevicesOf(operation, hardware).map((where): MoneyDevice => isOfNotes(where) ? { ...where, steps: [...where.steps, ...(operation === 'op-10' ? OUT_STEPS : IN_STEPS)] } : where);
  return actsAt(devices, AFTER_MS, () => kinds);
}

function isOfNotes({ device }: MoneyDevice): boolean {
  return device === 'acceptor' || device === 'dispenser';
}
