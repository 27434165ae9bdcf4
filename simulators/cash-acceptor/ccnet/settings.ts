import type { BillTable } from '../../ccnet-family/wire.ts';
import { TENGE_TABLE } from '../../ccnet-family/wire.ts';

export interface CcnetSimulatorOptions {
  /** 3 */
  readonly address?: number;
  readonly table?: BillTable;
  readonly boxCapacity?: number;
  /** [ccnet §13]: an event that power took before its ACK comes again after the initialisation, or never. Firmware differs. */
  readonly eventAfterPowerUp?: 'resent' | 'forgotten';
  /** [ccnet §13]: whether 81 follows when the initialisation stacked a note found behind the gate (12). Firmware differs. */
  readonly tellsStackedAfterReset?: boolean;
  /** [ccnet §13]: whether 18 → 82 follows when the initialisation gave back a note found in the head (11). */
  readonly tellsReturnedAfterReset?: boolean;
  /** [ccnet §12]: some firmware goes 18 → 14. */
  readonly skipsReturnedEvent?: boolean;
  /** [ccnet §18]: a command with a bad CRC is met with silence or NAK. */
  readonly answersBadCrc?: 'silence' | 'nak';
  /** The customer takes a returned note after this much time; `null`: only by `takeReturnedNote`. */
  readonly takesReturnedAfterMs?: number | null;
  readonly serialNumber?: string;
  /** Behind the gate, when it is put in; `null`: none. */
  readonly noteInPathMinor?: number | null;
}

export type CcnetSettings = Required<CcnetSimulatorOptions>;

const TAKE_MS = 1_000;

export function settingsOf(options: CcnetSimulatorOptions): CcnetSettings {
  return {
    address: options.address ?? 3,
    table: options.table ?? TENGE_TABLE,
    boxCapacity: options.boxCapacity ?? 600,
    eventAfterPowerUp: options.eventAfterPowerUp ?? 'resent',
    tellsStackedAfterReset: options.tellsStackedAfterReset ?? false,
    tellsReturnedAfterReset: options.tellsReturnedAfterReset ?? true,
    skipsReturnedEvent: options.skipsReturnedEvent ?? false,
    answersBadCrc: options.answersBadCrc ?? 'silence',
    takesReturnedAfterMs: options.takesReturnedAfterMs === undefined ? TAKE_MS : options.takesReturnedAfterMs,
    serialNumber: options.serialNumber ?? '26QS00000427',
    noteInPathMinor: options.noteInPathMinor ?? null,
  };
}
