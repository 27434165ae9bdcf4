import type { DeviceSimulator } from '../../simulator.ts';
import type { PlaceHands } from '../place-hands.ts';
import type { PlannedActs } from '../planned-acts.ts';
import type { FailingDisk } from '../random-faults.ts';
import type { StaffVisit } from '../staff-visit.ts';
import type { Surroundings } from '../virtual-terminal.ts';
import type { MoneyDevice, MoneyMoment } from './money-device.ts';
import { momentsOf } from './money-device.ts';

/** What an act of a cell can touch. */
export interface CellScene {
  /** Where the money of the moment moves. */
  readonly device: DeviceSimulator;
  readonly surroundings: Surroundings;
  readonly hands: PlannedActs;
  /** null: nothing tells of the place. */
  readonly placeHands: PlaceHands | null;
  /** Under the journal. */
  readonly disk: FailingDisk;
  /** The core that lives is asked to end, as before an update. */
  readonly endInOrder: () => void;
}

/** Something that somebody does at a moment of the money. */
export interface CellAct extends MoneyMoment {
  readonly begin: (scene: CellScene) => void;
}

export type NamedAct = readonly [name: string, begin: CellAct['begin']];

/** Each act at each moment of each device, by name: `spare:4000@intent.stack+450`. */
export function actsAt(devices: readonly MoneyDevice[], afterMs: readonly number[], actsOf: (where: MoneyDevice) => readonly NamedAct[]): ReadonlyMap<string, CellAct> {
  return new Map(devices.flatMap((where) => afterMs.flatMap((ms) => momentsOf(where, ms)).flatMap(([at, moment]) => actsOf(where).map(([name, begin]) => [`${name}@${at}`, { ...moment, begin }] as const))));
}

/** What somebody of the staff does once the customer has gone. */
export interface CellRound {
  readonly tend: (visit: StaffVisit) => Promise<void>;
}
