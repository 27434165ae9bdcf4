import type { LampName, LightPattern } from '../../interfaces/lights.ts';
import { LAMPS, LIGHT_PATTERNS } from '../../interfaces/lights.ts';
import type { SwitchName } from '../../interfaces/switches.ts';
import { SWITCHES } from '../../interfaces/switches.ts';
import { encodeCheckedLine } from './frames.ts';

/** Letters of the switches on the line. [README §Lines] */
export const SWITCH_LETTERS = { operatorKey: 'K', safeDoor: 'D', cabinetDoor: 'C', tamper: 'T', headphones: 'H' } as const satisfies Record<SwitchName, string>;
/** Letters of the lamps, in the order of the patterns in a status line. Second version of the protocol. */
export const LAMP_LETTERS = { cardReader: 'C', cashAcceptor: 'N', cashDispenser: 'O', receiptPrinter: 'R', barcodeReader: 'B', pinPad: 'P', status: 'S' } as const satisfies Record<LampName, string>;

/** What the terminal asks; one byte and a line end, without a checksum: a damaged question is no question and is asked again. */
export const QUERIES = { status: '?', identity: 'I' } as const;
export type Query = keyof typeof QUERIES;

export type Positions = Partial<Readonly<Record<SwitchName, boolean>>>;
export type BoardLine =
  /** `patterns`: null on a board of the first version. */
  | { readonly kind: 'status'; readonly positions: Positions; readonly patterns: Readonly<Record<LampName, LightPattern | null>> | null }
  | { readonly kind: 'event'; readonly name: SwitchName; readonly on: boolean }
  | { readonly kind: 'identity'; readonly model: string; readonly firmware: string; readonly serialNumber: string }
  /** The order was obeyed, or (`pattern` null) there is no such lamp. */
  | { readonly kind: 'lamp'; readonly lamp: LampName; readonly pattern: LightPattern | null }
  | { readonly kind: 'unknown'; readonly body: string };

export function encodeQuery(query: Query): Uint8Array {
  return Buffer.from(`${QUERIES[query]}\n`, 'latin1');
}

/** With a checksum, unlike a question: a damaged order would light another lamp. */
export function encodeLampOrder(lamp: LampName, pattern: LightPattern): Uint8Array {
  return encodeCheckedLine(`L ${LAMP_LETTERS[lamp]}=${LIGHT_PATTERNS.indexOf(pattern)}`);
}

const STATUS = /^S K=([01]) D=([01]) C=([01]) T=([01])(?: H=([01]) L=([0-4-]{7}))?$/;
const EVENT = /^E ([KDCTH])=([01])$/;
const LAMP = /^L ([CNORBPS])=([0-4!])$/;
const IDENTITY = /^I ([\w.-]{1,16}) ([\w.-]{1,12}) ([\w.-]{1,16})$/;

/** The text of a line whose checksum held. Total: what is not in the table is `unknown`. */
export function decodeLine(body: string): BoardLine {
  const status = STATUS.exec(body);
  if (status !== null) return decodeStatus(status);
  const event = EVENT.exec(body);
  if (event !== null) return { kind: 'event', name: SWITCHES.find((name) => SWITCH_LETTERS[name] === event[1])!, on: event[2] === '1' };
  const lamp = LAMP.exec(body);
  if (lamp !== null) return { kind: 'lamp', lamp: LAMPS.find((name) => LAMP_LETTERS[name] === lamp[1])!, pattern: LIGHT_PATTERNS[Number(lamp[2])] ?? null };
  const identity = IDENTITY.exec(body);
  if (identity !== null) return { kind: 'identity', model: identity[1]!, firmware: identity[2]!, serialNumber: identity[3]! };
  return { kind: 'unknown', body };
}

function decodeStatus(match: RegExpExecArray): BoardLine {
  const positions = Object.fromEntries(SWITCHES.flatMap((name, index) => (match[index + 1] === undefined ? [] : [[name, match[index + 1] === '1']]))) as Positions;
  const digits = match[SWITCHES.length + 1];
  // A lamp that the board lacks is a dash.
  const patterns = digits === undefined ? null : (Object.fromEntries(LAMPS.map((lamp, index) => [lamp, LIGHT_PATTERNS[Number(digits[index])] ?? null])) as Record<LampName, LightPattern | null>);
  return { kind: 'status', positions, patterns };
}
