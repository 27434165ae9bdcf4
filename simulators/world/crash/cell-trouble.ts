import { assert } from '../../../main/foundation/assert.ts';
import type { LineTrouble } from '../../lines/troubled-line.ts';
import type { LeftOutDevice } from '../left-out-devices.ts';
import type { PlaceHands } from '../place-hands.ts';
import { deviceOf, type FailingDisk } from '../random-faults.ts';
import type { StaffVisit } from '../staff-visit.ts';
import type { Surroundings } from '../virtual-terminal.ts';
import type { CellAct, CellRound } from './cell-acts.ts';
import type { CrashCell } from './crash-cells.ts';
import type { CellFault } from './device-faults.ts';
import { cellFaultsOf } from './device-faults.ts';
import type { CellLineHang } from './line-hangs.ts';
import { moneyDevices } from './physical-truth.ts';

export interface CellTroubleParts {
  readonly surroundings: Surroundings;
  /** null: nothing tells of the place. */
  readonly placeHands: PlaceHands | null;
  /** Under the journal. */
  readonly disk: FailingDisk;
  /** The core that lives then is asked to end. */
  readonly endInOrder: () => void;
}

/** What a cell has of a device, its line, or somebody's hands: once in a visit, over all lives of its core. */
export class CellTrouble {
  readonly #cell: Pick<CrashCell, 'operation' | 'hardware' | 'deviceFault'>;
  readonly #parts: CellTroubleParts;
  /** Of what is no fault of a device's board. */
  #actsWaiting = 0;
  #armedCount = 0;
  readonly #rounds: CellRound[] = [];
  #leftOut: readonly LeftOutDevice[] = [];
  #isOver = false;
  #isPair = false;

  constructor(cell: Pick<CrashCell, 'operation' | 'hardware' | 'deviceFault'>, parts: CellTroubleParts) {
    this.#cell = cell;
    this.#parts = parts;
  }

  /** @throws where there is none of that name */
  arm(): void {
    const { operation, hardware, deviceFault } = this.#cell;
    const chosen = cellFaultsOf(operation, hardware, deviceFault);
    for (const one of chosen) this.#armOne(one);
    this.#isPair = chosen.length > 1;
    this.#armedCount = this.#waitingCount;
  }

  /** Until then all have one course. */
  get hasStruck(): boolean {
    return this.#leftOut.length > 0 || this.#waitingCount < this.#armedCount;
  }

  /** It came to nothing; of two, one may leave no room for the other. */
  get isMissed(): boolean {
    return this.#isPair ? this.#armedCount > 0 && !this.hasStruck : this.isWaiting;
  }

  /** Of the configuration of a start from now on. */
  get leftOut(): readonly LeftOutDevice[] {
    return this.#isOver ? [] : this.#leftOut;
  }

  /** Something of it has not struck yet. */
  get isWaiting(): boolean {
    return this.#waitingCount > 0;
  }

  /** What has not begun will not any more. */
  callOff(): void {
    this.#isOver = true;
  }

  /** The customer has gone. */
  async tend(visit: StaffVisit): Promise<void> {
    for (const round of this.#rounds) {
      this.#actsWaiting -= 1;
      await round.tend(visit);
    }
  }

  get #waitingCount(): number {
    const ofBoards = this.#cell.deviceFault === 'none' ? [] : moneyDevices(this.#parts.surroundings).flatMap((device) => waitingFaults(device.world()));
    return this.#actsWaiting + ofBoards.length;
  }

  #armOne(chosen: CellFault): void {
    if ('hang' in chosen) return this.#planHang(chosen);
    if ('begin' in chosen) return this.#planAct(chosen);
    if ('leftOut' in chosen) {
      this.#leftOut = chosen.leftOut;
      return;
    }
    if ('tend' in chosen) {
      this.#actsWaiting += 1;
      this.#rounds.push(chosen);
      return;
    }
    for (const order of chosen.orders) {
      const armed = deviceOf(this.#parts.surroundings, chosen.device).control({ do: 'fault', ...order, times: 1 });
      assert(armed.ok, 'a fault of a cell is one of its device');
    }
  }

  #planHang({ device, hang, step, cassetteNumber, afterMs }: CellLineHang): void {
    const { lines, lineHands } = this.#parts.surroundings;
    const { trouble } = lines[device]!;
    this.#actsWaiting += 1;
    const begin: LineTrouble['hang'] = (begun) => {
      this.#actsWaiting -= 1;
      trouble.hang(begun);
    };
    lineHands.plan({ trouble: { ...trouble, hang: begin }, does: { hang }, afterMs }, step, cassetteNumber);
  }

  #planAct({ device, step, cassetteNumber, afterMs, begin }: CellAct): void {
    const { surroundings, placeHands, disk, endInOrder } = this.#parts;
    const { spareHands: hands } = surroundings;
    const simulator = deviceOf(surroundings, device);
    this.#actsWaiting += 1;
    const strike = () => {
      if (this.#isOver) return;
      this.#actsWaiting -= 1;
      begin({ device: simulator, surroundings, hands, placeHands, disk, endInOrder });
    };
    hands.planAt(step, () => (afterMs === 0 ? strike() : hands.plan(afterMs, strike)), cassetteNumber);
  }
}

function waitingFaults(world: unknown): readonly unknown[] {
  return (world as { readonly faults?: readonly unknown[] }).faults ?? [];
}
