import type { SwitchName } from '../../interfaces/switches.ts';
import { SWITCHES } from '../../interfaces/switches.ts';

/** Letters of the switches on the line. [README §Lines] */
export const SWITCH_LETTERS = { operatorKey: 'K', safeDoor: 'D', cabinetDoor: 'C', tamper: 'T' } as const satisfies Record<SwitchName, string>;

/** What the terminal asks; one byte and a line end, without a checksum: a damaged question is no question and is asked again. */
export const QUERIES = { status: '?', identity: 'I' } as const;
export type Query = keyof typeof QUERIES;

export type Positions = Readonly<Record<SwitchName, boolean>>;
export type BoardLine =
  | { readonly kind: 'status'; readonly positions: Positions }
  | { readonly kind: 'event'; readonly name: SwitchName; readonly on: boolean }
  | { readonly kind: 'identity'; readonly model: string; readonly firmware: string; readonly serialNumber: string }
  | { readonly kind: 'unknown'; readonly body: string };

export function encodeQuery(query: Query): Uint8Array {
  return Buffer.from(`${QUERIES[query]}\n`, 'latin1');
}

const STATUS = new RegExp(`^S ${SWITCHES.map((name) => `${SWITCH_LETTERS[name]}=([01])`).join(' ')}$`);
const EVENT = /^E ([KDCT])=([01])$/;
const IDENTITY = /^I ([\w.-]{1,16}) ([\w.-]{1,12}) ([\w.-]{1,16})$/;

/** The text of a line whose checksum held. Total: what is not in the table is `unknown`. */
export function decodeLine(body: string): BoardLine {
  const status = STATUS.exec(body);
  if (status !== null) return { kind: 'status', positions: Object.fromEntries(SWITCHES.map((name, index) => [name, status[index + 1] === '1'])) as Positions };
  const event = EVENT.exec(body);
  if (event !== null) return { kind: 'event', name: SWITCHES.find((name) => SWITCH_LETTERS[name] === event[1])!, on: event[2] === '1' };
  const identity = IDENTITY.exec(body);
  if (identity !== null) return { kind: 'identity', model: identity[1]!, firmware: identity[2]!, serialNumber: identity[3]! };
  return { kind: 'unknown', body };
}
