import type { ErrorCode } from '../../../main/foundation/error-catalogue.ts';

/** CM and PM that the driver uses, with their fixed data. [card-readers §A] */
const COMMANDS = {
  resetKeep: [0x30, 0x30],
  resetToFront: [0x30, 0x31],
  status: [0x31, 0x30],
  stopInside: [0x2e, 0x32],
  prohibitEntry: [0x2f, 0x31, 0x31],
  allowMagnetic: [0x2f, 0x32, 0x31],
  allowAny: [0x2f, 0x33, 0x31],
  readTracks: [0x45, 0x30, 0x30, 0x37],
  moveToContacts: [0x32, 0x2f],
  holdAtFront: [0x32, 0x31],
  capture: [0x32, 0x33],
  chipPowerOff: [0x33, 0x31],
  chipColdReset: [0x37, 0x30],
  chipExchangeT0: [0x37, 0x31],
  chipExchangeT1: [0x37, 0x32],
} as const satisfies Record<string, readonly number[]>;
export type Crt310Verb = keyof typeof COMMANDS;

/** In the order of the sheet: where the card is, who may bring one in, whether from behind. */
export type CardPlace = 'long' | 'short' | 'frontReleased' | 'frontHeld' | 'inside' | 'atContacts' | 'rearHeld' | 'rearReleased' | 'none';
const PLACES: Readonly<Record<number, CardPlace>> = {
  0x46: 'long', 0x47: 'short', 0x48: 'frontReleased', 0x49: 'frontHeld', 0x4a: 'inside', 0x4b: 'atContacts', 0x4c: 'rearHeld', 0x4d: 'rearReleased', 0x4e: 'none',
};
const ENTRIES: Readonly<Record<number, 'magnetic' | 'any' | 'thin' | 'prohibited'>> = { 0x49: 'magnetic', 0x4a: 'any', 0x4b: 'thin', 0x4e: 'prohibited' };

export type OperationResult = 'done' | 'doneT1' | 'failed' | 'noCard' | 'wrongPosition';
const RESULTS: Readonly<Record<number, OperationResult>> = { 0x59: 'done', 0x5a: 'doneT1', 0x4e: 'failed', 0x45: 'noCard', 0x57: 'wrongPosition' };

export type TrackState = { readonly kind: 'read'; readonly text: string } | { readonly kind: 'error'; readonly code: number } | { readonly kind: 'notRequested' };

export type Crt310Response =
  | { readonly kind: 'answer'; readonly command: number; readonly parameter: number; readonly data: Buffer }
  | { readonly kind: 'refused'; readonly command: number; readonly error: number };

/** E of a refusal. [card-readers §A] */
export const REFUSALS: Readonly<Record<number, { readonly means: string; readonly code: ErrorCode | null }>> = {
  0x00: { means: 'bad command', code: 'LNK_PROTOCOL' },
  0x01: { means: 'bad parameter', code: 'LNK_PROTOCOL' },
  0x02: { means: 'cannot execute', code: null },
  0x04: { means: 'bad data', code: 'LNK_PROTOCOL' },
  0x05: { means: 'supply voltage', code: 'IDC_FAILURE' },
  0x06: { means: 'abnormal card inside', code: 'IDC_JAMMED' },
  0x07: { means: 'main power lost, on backup', code: 'IDC_FAILURE' },
};
const NEGATIVE = 0x4e;
const TRACK_START = 0x1f;
const TRACKS = 3;

/** @param data  C-APDU for the chip verbs, nothing for others */
export function encodeBody(verb: Crt310Verb, data?: Uint8Array): Buffer {
  if (data === undefined) return Buffer.from(COMMANDS[verb]);
  return Buffer.from([...COMMANDS[verb], data.length >> 8, data.length & 0xff, ...data]);
}

/** @param body  of a frame: 2 bytes at least. The reader tells refusals as `N CM E`. */
export function decodeBody(body: Buffer): Crt310Response {
  if (body[0] === NEGATIVE && body.length === 3) return { kind: 'refused', command: body[1]!, error: body[2]! };
  return { kind: 'answer', command: body[0]!, parameter: body[1]!, data: Buffer.from(body.subarray(2)) };
}

export function isAnswerTo(verb: Crt310Verb, response: Crt310Response): boolean {
  const [command, parameter] = COMMANDS[verb];
  return response.command === command && (response.kind === 'refused' || response.parameter === parameter);
}

/** Of the answer to `status`; null: a place that the sheet does not have. */
export function decodeStatus(data: Buffer): { readonly place: CardPlace; readonly entry: 'magnetic' | 'any' | 'thin' | 'prohibited' | null } | null {
  const place = PLACES[data[0] ?? -1];
  return place === undefined ? null : { place, entry: ENTRIES[data[1] ?? -1] ?? null };
}

/** First byte of the answers of movements and the chip. */
export function decodeResult(data: Buffer): OperationResult | null {
  return RESULTS[data[0] ?? -1] ?? null;
}

/** `mode track` and, for each track, 1F, status, data. Totals any bytes; null: not the form of the sheet. */
export function decodeTracks(data: Buffer): readonly TrackState[] | null {
  const parts: Buffer[] = [];
  for (let start = data.indexOf(TRACK_START, 2); start >= 0; ) {
    const next = data.indexOf(TRACK_START, start + 1);
    parts.push(data.subarray(start + 1, next < 0 ? data.length : next));
    start = next;
  }
  if (parts.length !== TRACKS) return null;
  return parts.map((part): TrackState => {
    if (part[0] === 0x59) return { kind: 'read', text: part.toString('latin1', 1) };
    return part[0] === 0x4f ? { kind: 'notRequested' } : { kind: 'error', code: part[1] ?? 0 };
  });
}

/** P, two bytes of length, ATR or R-APDU. null: failed or not of this form. */
export function decodeChipAnswer(data: Buffer): { readonly isT1: boolean; readonly bytes: Buffer } | null {
  const result = decodeResult(data);
  if ((result !== 'done' && result !== 'doneT1') || data.length < 3) return null;
  const length = data.readUInt16BE(1);
  return data.length === length + 3 ? { isT1: result === 'doneT1', bytes: Buffer.from(data.subarray(3)) } : null;
}

/** Name of CM and PM for traces. */
export function commandNameOf(command: number, parameter: number): string {
  const entry = Object.entries(COMMANDS).find(([, [cm, pm]]) => cm === command && pm === parameter);
  return entry?.[0] ?? `${command.toString(16)} ${parameter.toString(16)}`;
}
