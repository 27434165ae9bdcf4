import type { ErrorCode } from '../../../main/foundation/error-catalogue.ts';
import type { Result } from '../../../main/foundation/outcome.ts';
import { err, ok } from '../../../main/foundation/outcome.ts';

/** Commands that the driver uses, as CM and PM of the manual. [card-readers §B] */
const COMMANDS = {
  initialiseToGate: [0x30, 0x30],
  initialiseInPlace: [0x30, 0x33],
  status: [0x31, 0x30],
  holdAtGate: [0x32, 0x30],
  moveToContacts: [0x32, 0x31],
  capture: [0x32, 0x33],
  enableEntry: [0x33, 0x30],
  disableEntry: [0x33, 0x31],
  chipColdReset: [0x51, 0x30],
  chipPowerOff: [0x51, 0x31],
  chipExchange: [0x51, 0x39],
} as const;

export type Crt571Verb = keyof typeof COMMANDS;
const HEAD_COMMAND = 0x43;
const HEAD_DONE = 0x50;
/** One manual table and a public driver list 45 for failures too. */
const HEADS_FAILED: readonly number[] = [0x4e, 0x45];
/** EMV, 5 V. */
const COLD_RESET_EMV = 0x30;

export type CardPlace = 'none' | 'gate' | 'inside';

export type Crt571Response =
  | { readonly kind: 'done'; readonly command: number; readonly parameter: number; readonly place: CardPlace; readonly isBinFull: boolean; readonly data: Buffer }
  | { readonly kind: 'refused'; readonly command: number; readonly parameter: number; readonly errorText: string };

interface RefusalRow {
  readonly means: string;
  /** null: says something about the command or the card, not about the reader. */
  readonly code: ErrorCode | null;
}

/** e1 e0. [card-readers §B] */
export const REFUSALS: ReadonlyMap<string, RefusalRow> = new Map<string, RefusalRow>([
  ['00', { means: 'bad command', code: 'LNK_PROTOCOL' }],
  ['01', { means: 'bad parameter', code: 'LNK_PROTOCOL' }],
  ['02', { means: 'sequence', code: null }],
  ['03', { means: 'not supported', code: 'LNK_PROTOCOL' }],
  ['04', { means: 'data', code: 'LNK_PROTOCOL' }],
  ['05', { means: 'chip contact not released', code: null }],
  ['10', { means: 'jam', code: 'IDC_JAMMED' }],
  ['12', { means: 'sensor', code: 'IDC_FAILURE' }],
  ['13', { means: 'long card', code: null }],
  ['14', { means: 'short card', code: null }],
  ['16', { means: 'moved by hand', code: null }],
  ['40', { means: 'card pulled during recycle', code: null }],
  ['41', { means: 'chip solenoid', code: 'IDC_FAILURE' }],
  ['43', { means: 'cannot go to chip position', code: 'IDC_FAILURE' }],
  ['45', { means: 'moved by hand', code: null }],
  ['50', { means: 'capture counter overflow', code: 'IDC_BIN_FULL' }],
  ['51', { means: 'motor', code: 'IDC_FAILURE' }],
  ['60', { means: 'chip supply short circuit', code: null }],
  ['61', { means: 'chip activation failed', code: null }],
  ['62', { means: 'chip protocol not supported', code: null }],
  ['65', { means: 'chip not activated', code: null }],
  ['66', { means: 'card not supported', code: null }],
  ['67', { means: 'chip transmission', code: null }],
  ['68', { means: 'chip time-out', code: null }],
  ['69', { means: 'not an EMV card', code: null }],
  ['A0', { means: 'stacker empty', code: null }],
  ['A1', { means: 'bin full', code: 'IDC_BIN_FULL' }],
  ['B0', { means: 'not initialised', code: null }],
]);

export const NOT_INITIALISED = 'B0';

export function refusalRowOf(errorText: string): RefusalRow {
  return REFUSALS.get(errorText) ?? { means: `unknown ${errorText}`, code: 'IDC_FAILURE' };
}

/** @param data  C-APDU for `chipExchange` (≤ 512 bytes), nothing for others */
export function encodeText(verb: Crt571Verb, data: Uint8Array = Buffer.alloc(0)): Buffer {
  const own = verb === 'chipColdReset' ? Buffer.of(COLD_RESET_EMV) : data;
  return Buffer.from([HEAD_COMMAND, ...COMMANDS[verb], ...own]);
}

export function isAnswerTo(verb: Crt571Verb, response: Crt571Response): boolean {
  return response.command === COMMANDS[verb][0] && response.parameter === COMMANDS[verb][1];
}

/** @param text  TEXT of a response frame, 3 bytes at least */
export function decodeText(text: Uint8Array): Result<Crt571Response, 'badHead' | 'badField'> {
  const [head, command = 0, parameter = 0] = text;
  if (head === HEAD_DONE) {
    const place = placeOf(text[3]);
    if (place === null || text.length < 6) return err('badField');
    return ok({ kind: 'done', command, parameter, place, isBinFull: text[5] === 0x31, data: Buffer.from(text.subarray(6)) });
  }
  if (head === undefined || !HEADS_FAILED.includes(head)) return err('badHead');
  if (text.length < 5) return err('badField');
  return ok({ kind: 'refused', command, parameter, errorText: Buffer.from(text.subarray(3, 5)).toString('latin1') });
}

function placeOf(st0: number | undefined): CardPlace | null {
  return st0 === 0x30 ? 'none' : st0 === 0x31 ? 'gate' : st0 === 0x32 ? 'inside' : null;
}

/** Name of CM and PM for traces. */
export function commandNameOf(command: number, parameter: number): string {
  const entry = Object.entries(COMMANDS).find(([, [cm, pm]]) => cm === command && pm === parameter);
  return entry?.[0] ?? `${command.toString(16)} ${parameter.toString(16)}`;
}
