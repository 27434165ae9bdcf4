import type { ControlEvent } from '../control/control-socket.ts';
import type { ControlError, Json } from '../simulator.ts';
import type { MoneyCheck } from './money-check.ts';

/** What page and server say to each other on `/bench`, one JSON object per message. */
export interface FaultBoardEntry {
  readonly fault: string;
  readonly at: readonly string[];
  readonly label: string;
}

export interface ArmedFault {
  readonly fault: string;
  /** Moment of a device, operation of the bank (null: any). */
  readonly at: string | null;
  readonly times: number;
}

export interface Snapshot {
  readonly isDevicesUp: boolean;
  readonly isBankUp: boolean;
  /** By device id, and `bank`. Long lists are cut. */
  readonly worlds: { readonly [target: string]: Json };
  readonly armed: { readonly [target: string]: readonly ArmedFault[] };
  readonly isNetworkDown: boolean;
  /** Devices whose mains power or cable a hand has taken away. */
  readonly withoutPower: readonly string[];
  readonly withoutCable: readonly string[];
  readonly money: MoneyCheck | null;
}

export type ToPage =
  | { readonly type: 'snapshot'; readonly snapshot: Snapshot }
  | { readonly type: 'boards'; readonly boards: { readonly [target: string]: readonly FaultBoardEntry[] } }
  /** `isPast`: happened before the page was opened. */
  | { readonly type: 'events'; readonly events: readonly ControlEvent[]; readonly isPast: boolean }
  | { readonly type: 'answer'; readonly id: number; readonly ok: true; readonly value: Json }
  | { readonly type: 'answer'; readonly id: number; readonly ok: false; readonly error: ControlError };

export interface FromPage {
  readonly id: number;
  readonly target: string;
  readonly command: { readonly do: string; readonly [key: string]: Json };
}
