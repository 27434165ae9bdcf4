import type { Clock } from '../../main/foundation/clock.ts';
import type { Log } from '../../main/foundation/log.ts';
import type { Random } from '../../main/foundation/random.ts';
import type { Transport } from '../transport/transport.ts';

/** Speed and format of a serial line, as a device may be set to. */
export interface LineSettings {
  readonly baudRateBps: number;
  readonly parity: 'none' | 'even' | 'odd';
  readonly dataBits: 7 | 8;
  readonly stopBits: 1 | 2;
}

/** What a device said of itself when it was asked who it is; null: it does not tell. */
export interface ProbedIdentity {
  readonly model: string | null;
  readonly firmware: string | null;
  readonly serialNumber: string | null;
}

export interface ProbeLine {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: Random;
}

/** How a device is found on a port that nobody has named. */
export interface SerialProbe {
  readonly kind: 'serial';
  /** The likeliest first. */
  readonly settings: readonly LineSettings[];
  /** False: its answers carry no check, so that chance bytes may look like them; it is asked only on a line that is quiet. */
  readonly isChecked: boolean;
  /** True: whatever the others of its class did not know answers it too; it is asked after them. */
  readonly isGeneric?: boolean;
  /**
   * One exchange that asks who is there: nothing moves, nothing is set, no event is acknowledged. Opens and closes the line.
   * @returns null when nobody answered in this protocol
   */
  readonly identify: (line: ProbeLine) => Promise<ProbedIdentity | null>;
}

/** A device on the USB as the system describes it. */
export interface HidDescription {
  readonly vendorId: number;
  readonly productId: number;
  readonly usagePage: number | null;
}

/** Known by what the system tells; nothing is sent. */
export interface HidProbe {
  readonly kind: 'hid';
  readonly isKnown: (found: HidDescription) => boolean;
}

export type Probe = SerialProbe | HidProbe;

const PARITY_LETTERS = { N: 'none', E: 'even', O: 'odd' } as const;

/** For tables: `lineSettings(9600, '8N1')`. */
export function lineSettings(baudRateBps: number, format: `${7 | 8}${'N' | 'E' | 'O'}${1 | 2}`): LineSettings {
  const [dataBits, parity, stopBits] = format as unknown as ['7' | '8', keyof typeof PARITY_LETTERS, '1' | '2'];
  return { baudRateBps, parity: PARITY_LETTERS[parity], dataBits: dataBits === '7' ? 7 : 8, stopBits: stopBits === '2' ? 2 : 1 };
}
