import type { DeviceSimulator } from '../../simulator.ts';
import type { PlaceHands } from '../place-hands.ts';
import type { PlannedActs } from '../planned-acts.ts';
import type { FailingDisk } from '../random-faults.ts';
import type { StaffVisit } from '../staff-visit.ts';
import type { Surroundings } from '../virtual-terminal.ts';
import type { MoneyMoment } from './money-device.ts';

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

/** What somebody of the staff does once the customer has gone. */
export interface CellRound {
  readonly tend: (visit: StaffVisit) => Promise<void>;
}
