import type { OperationCode } from '../../main/contracts/operations.ts';
import type { Signer } from '../../main/host/signing/signer.ts';
import type { SamplePki } from '../bank-host/pki.ts';
import type { FaultLevel } from './random-faults.ts';
import type { Sabotage } from './sabotage/sabotage.ts';
import type { HardwareName } from './world-hardware.ts';

export interface WorldOptions {
  readonly seed: number;
  readonly faults: FaultLevel;
  readonly pki: SamplePki;
  readonly signer: Signer;
  /** File of this world's journal, not there yet. */
  readonly journalPath: string;
  /** Sessions that are served, by number from 0; left out: all. Customers and faults of the others stay as they are. */
  readonly keepSessions?: readonly number[];
  /** Faults that strike, by id; left out: all that are drawn. */
  readonly keepFaults?: readonly string[];
  readonly hardware: HardwareName;
  /** Every customer comes for this; left out: for anything. */
  readonly onlyOperation?: OperationCode;
  /** A planted mistake, to see that it is found. */
  readonly sabotage?: Sabotage;
}
