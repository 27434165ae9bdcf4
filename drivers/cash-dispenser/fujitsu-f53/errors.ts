import type { ErrorCode } from '../../../main/foundation/error-catalogue.ts';

/** What an error pair asks of the driver. `cassette`: only that cassette is out of use. `restarted`: it did not begin, and is to be initialised anew. */
export type ErrorClass = 'cassette' | 'notReady' | 'restarted' | 'remaining' | 'jam' | 'countRisk' | 'exitEmpty' | 'protocol' | 'hardware';

export interface ErrorRow {
  readonly means: string;
  readonly class: ErrorClass;
  readonly code: ErrorCode;
  /** Of which cassette, 1…4, where it speaks of one. */
  readonly cassetteNumber?: number;
}

/** Semi-major codes of the error list, in its order; those of cassettes are made below. [f53 §4, single source] */
const ROWS: ReadonlyMap<number, ErrorRow> = new Map<number, ErrorRow>([
  [0x01, { means: 'internal error 1', class: 'hardware', code: 'CDM_FAILURE' }],
  [0x02, { means: 'internal error 2', class: 'hardware', code: 'CDM_FAILURE' }],
  [0x04, { means: 'internal error 3', class: 'hardware', code: 'CDM_FAILURE' }],
  [0x50, { means: 'pool home position', class: 'hardware', code: 'CDM_FAILURE' }],
  [0x51, { means: 'pool upper position', class: 'hardware', code: 'CDM_FAILURE' }],
  [0x52, { means: 'no medium in pool', class: 'exitEmpty', code: 'CDM_COUNT_MISMATCH' }],
  [0x70, { means: 'medium remaining on path sensors', class: 'remaining', code: 'CDM_ITEMS_LEFT' }],
  [0x76, { means: 'medium pulled out during retrieval', class: 'countRisk', code: 'CDM_COUNT_MISMATCH' }],
  [0x77, { means: 'medium pulled out during retrieval', class: 'countRisk', code: 'CDM_COUNT_MISMATCH' }],
  [0x78, { means: 'jam between cassettes and double detection', class: 'jam', code: 'CDM_JAMMED' }],
  [0x7a, { means: 'jam between double detection and reject', class: 'jam', code: 'CDM_JAMMED' }],
  [0x7b, { means: 'jam at reject', class: 'jam', code: 'CDM_JAMMED' }],
  [0x7c, { means: 'jam between pool and exit', class: 'jam', code: 'CDM_JAMMED' }],
  [0x7d, { means: 'jam between exit and pool', class: 'jam', code: 'CDM_JAMMED' }],
  [0x80, { means: 'note too long', class: 'countRisk', code: 'CDM_PICK_FAILURE' }],
  [0x82, { means: 'note too short', class: 'countRisk', code: 'CDM_PICK_FAILURE' }],
  [0x83, { means: 'note too short', class: 'countRisk', code: 'CDM_PICK_FAILURE' }],
  [0x84, { means: 'thickness', class: 'countRisk', code: 'CDM_PICK_FAILURE' }],
  [0x85, { means: 'note of another cassette', class: 'countRisk', code: 'CDM_COUNT_MISMATCH' }],
  [0x86, { means: 'notes too close', class: 'countRisk', code: 'CDM_PICK_FAILURE' }],
  [0x88, { means: 'counts differ', class: 'countRisk', code: 'CDM_COUNT_MISMATCH' }],
  [0x89, { means: 'potentiometer', class: 'hardware', code: 'CDM_FAILURE' }],
  [0xa0, { means: 'front shutter does not open', class: 'hardware', code: 'CDM_FAILURE' }],
  [0xa1, { means: 'front shutter does not close', class: 'hardware', code: 'CDM_FAILURE' }],
  [0xa2, { means: 'front shutter', class: 'hardware', code: 'CDM_FAILURE' }],
  [0xa4, { means: 'no medium in front exit', class: 'exitEmpty', code: 'CDM_COUNT_MISMATCH' }],
  [0xa7, { means: 'front shutter found open', class: 'hardware', code: 'CDM_FAILURE' }],
  [0xa9, { means: 'rear shutter does not close', class: 'hardware', code: 'CDM_FAILURE' }],
  [0xaa, { means: 'rear shutter', class: 'hardware', code: 'CDM_FAILURE' }],
  [0xac, { means: 'no medium in rear exit', class: 'exitEmpty', code: 'CDM_COUNT_MISMATCH' }],
  [0xaf, { means: 'rear shutter found open', class: 'hardware', code: 'CDM_FAILURE' }],
  [0xb0, { means: 'reject box not set', class: 'notReady', code: 'CDM_REJECT_TRAY_MISSING' }],
  [0xb5, { means: 'reject box full', class: 'notReady', code: 'CDM_REJECT_TRAY_MISSING' }],
  [0xc0, { means: 'download', class: 'hardware', code: 'CDM_FAILURE' }],
  [0xc1, { means: 'download', class: 'hardware', code: 'CDM_FAILURE' }],
  [0xe0, { means: 'command undefined', class: 'protocol', code: 'LNK_PROTOCOL' }],
  [0xe1, { means: 'no bill information registered: it was restarted', class: 'restarted', code: 'CDM_OFFLINE' }],
  [0xe4, { means: 'bill information missing for a cassette', class: 'protocol', code: 'LNK_PROTOCOL' }],
  [0xe5, { means: 'count sequence', class: 'protocol', code: 'LNK_PROTOCOL' }],
  [0xe6, { means: 'digit without its parity', class: 'protocol', code: 'LNK_PROTOCOL' }],
  [0xe8, { means: 'length or thickness', class: 'protocol', code: 'LNK_PROTOCOL' }],
  [0xea, { means: 'parameter', class: 'protocol', code: 'LNK_PROTOCOL' }],
  [0xec, { means: 'FS missing', class: 'protocol', code: 'LNK_PROTOCOL' }],
  [0xee, { means: 'format', class: 'protocol', code: 'LNK_PROTOCOL' }],
  [0xef, { means: 'pool not set up', class: 'remaining', code: 'CDM_ITEMS_LEFT' }],
  [0xf1, { means: 'over-current', class: 'hardware', code: 'CDM_FAILURE' }],
  [0xf6, { means: 'log checksum', class: 'hardware', code: 'CDM_FAILURE' }],
  [0xf8, { means: 'sensor level', class: 'hardware', code: 'CDM_FAILURE' }],
  [0xfc, { means: 'no data notification', class: 'countRisk', code: 'CDM_COUNT_MISMATCH' }],
  [0xfd, { means: 'power off during count', class: 'remaining', code: 'CDM_ITEMS_LEFT' }],
]);

/** Total: an unknown pair is a failure of the device with the raw bytes kept. */
export function errorRowOf(major: number, additional: number): ErrorRow {
  const cassetteNumber = (major >> 4) as 1 | 2 | 3 | 4;
  if (cassetteNumber >= 1 && cassetteNumber <= 4) return cassetteRow(cassetteNumber, major & 0x0f);
  const row = ROWS.get(major);
  if (row === undefined) return { means: `unknown ${hex(major)} ${hex(additional)}`, class: 'hardware', code: 'CDM_FAILURE' };
  // Left behind after a count or a clear: notes lie there, nothing turned against them.
  const isRemaining = (major === 0x78 && (additional >> 4 === 2 || additional >> 4 === 3)) || (major === 0x7c && (additional === 0x2c || additional === 0x2d || additional === 0x80 || additional === 0x81));
  return isRemaining ? { means: `${row.means}: left behind`, class: 'remaining', code: 'CDM_ITEMS_LEFT' } : row;
}

function cassetteRow(cassetteNumber: number, low: number): ErrorRow {
  if (low === 0) return { means: `cassette ${cassetteNumber} absent`, class: 'cassette', code: 'CDM_CASSETTE_MISSING', cassetteNumber };
  if (low === 1) return { means: `cassette ${cassetteNumber} empty or low pick`, class: 'cassette', code: 'CDM_CASSETTE_EMPTY', cassetteNumber };
  return { means: `cassette ${cassetteNumber} ${low === 2 || low === 4 ? 'bill diagnosis' : 'pick'}`, class: 'cassette', code: 'CDM_PICK_FAILURE', cassetteNumber };
}

/** After these a count says what was counted, not where it lies: it ended between pool and exit, or the counts themselves are in doubt. A jam before the pool leaves the pool true. */
export function makesPlaceUncertain(major: number, row: ErrorRow): boolean {
  const isBeforePool = major === 0x78 || major === 0x7a || major === 0x7b;
  return needsOperator(row.class) && !isBeforePool;
}

/** After these a person looks before cash moves again. */
export function needsOperator(errorClass: ErrorClass): boolean {
  return errorClass !== 'cassette' && errorClass !== 'notReady' && errorClass !== 'restarted' && errorClass !== 'exitEmpty';
}

export function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0').toUpperCase();
}
