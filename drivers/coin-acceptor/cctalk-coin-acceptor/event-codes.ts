import type { ErrorCode } from '../../../main/foundation/error-catalogue.ts';

export interface EventCodeRow {
  readonly means: string;
  /** `rejected`: a coin came back. `fault`: a person must look. `fraud`, `lever`: told as such. `note`: nothing to do. */
  readonly kind: 'rejected' | 'fault' | 'fraud' | 'lever' | 'note';
}

const row = (kind: EventCodeRow['kind'], means: string): EventCodeRow => ({ kind, means });

/** B of a pair with A = 0. [misc §5.4] */
const ROWS: Readonly<Record<number, EventCodeRow>> = {
  0: row('note', 'none'), 1: row('rejected', 'reject'), 2: row('rejected', 'inhibited coin'), 3: row('rejected', 'multiple window'), 4: row('rejected', 'wake-up time-out'), 5: row('rejected', 'validation time-out'),
  6: row('rejected', 'credit sensor time-out'), 7: row('rejected', 'sorter opto time-out'), 8: row('rejected', 'second close coin'), 9: row('rejected', 'accept gate not ready'), 10: row('rejected', 'credit sensor not ready'),
  11: row('rejected', 'sorter not ready'), 12: row('rejected', 'reject coin not cleared'), 13: row('rejected', 'validation sensor not ready'), 14: row('fault', 'credit sensor blocked'), 15: row('fault', 'sorter opto blocked'),
  16: row('fraud', 'credit sequence error'), 17: row('fraud', 'coin going back'), 18: row('rejected', 'too fast'), 19: row('rejected', 'too slow'), 20: row('fraud', 'string mechanism'), 21: row('rejected', 'DCE opto time-out'),
  22: row('rejected', 'DCE opto not seen'), 23: row('fraud', 'credit sensor too early'), 24: row('rejected', 'reject coin repeated trip'), 25: row('rejected', 'slug'), 26: row('fault', 'reject sensor blocked'), 27: row('note', 'games overload'),
  28: row('note', 'meter pulses'), 29: row('fault', 'accept gate open, not closed'), 30: row('fault', 'accept gate closed, not open'), 31: row('rejected', 'manifold opto time-out'), 32: row('fault', 'manifold blocked'), 253: row('note', 'data block request'),
  254: row('lever', 'coin return lever'), 255: row('fraud', 'alarm'),
};

/** Total: 128…159 are inhibited coins 1…32, others unknown. */
export function eventCodeRow(code: number): EventCodeRow {
  return ROWS[code] ?? (code >= 128 && code <= 159 ? row('rejected', `inhibited coin ${code - 127}`) : row('note', `unknown ${code}`));
}

export const FAULT_EVENT_CODE: ErrorCode = 'CIM_COIN_JAMMED';
