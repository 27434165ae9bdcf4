import { z } from 'zod';
import type { Result } from '../../../main/foundation/outcome.ts';
import type { ControlError, CreateSimulator, Json, SimulatorEnvironment } from '../../simulator.ts';
import { CashUnits, boxUnit } from '../../xfs4iot/cash-units.ts';
import type { NoteTakerHand } from '../../xfs4iot/note-taker.ts';
import { NOTE_TAKER_FAULTS, NOTE_TAKER_HANDS, XfsNoteTaker } from '../../xfs4iot/note-taker.ts';

export interface XfsAcceptorSimulatorOptions {
  readonly denominationsMinor: readonly number[];
  readonly currency?: string;
  readonly boxCapacity?: number;
}

const hands = z.discriminatedUnion('do', NOTE_TAKER_HANDS);

/** A validator with escrow for one note behind an XFS4IoT service, and one box. [xfs4iot §5, §13.1] */
export const createXfsAcceptorSimulator: CreateSimulator<XfsAcceptorSimulatorOptions> = (environment, options) => new XfsAcceptorSimulator(environment, options);

class XfsAcceptorSimulator extends XfsNoteTaker<typeof NOTE_TAKER_FAULTS, NoteTakerHand> {
  constructor(environment: SimulatorEnvironment, { denominationsMinor, currency = 'KZT', boxCapacity = 1_000 }: XfsAcceptorSimulatorOptions) {
    super({ protocol: 'xfs4iot-cash-acceptor', environment, faults: NOTE_TAKER_FAULTS, hands }, { units: new CashUnits([boxUnit(1, boxCapacity)]), currency, denominationsMinor, hasLocks: false });
  }

  protected override act(hand: NoteTakerHand): Result<Json, ControlError> {
    return this.actOnNotes(hand);
  }
}
