import type { ControlEvent } from '../../../control/control-socket.ts';
import { formatMoney, inWords } from './format.ts';

export const LANES = ['customer', 'state', 'journal', 'devices', 'host'] as const;
export type Lane = (typeof LANES)[number];

/** The terminal's core as a source beside the simulators. */
const CORE = 'core';

/** One line of the log and one mark on a lane. */
export interface Entry {
  readonly lane: Lane;
  readonly atUtcMs: number;
  readonly source: string;
  readonly text: string;
  readonly remark: string;
  /** Beside the mark on the lane; empty: a dot alone. */
  readonly mark: string;
  readonly isBytes: boolean;
}

/** Events that a hand caused: what the customer or the technician did. */
const HANDS: ReadonlySet<string> = new Set(['notesTaken', 'receiptTaken', 'cardInserted', 'cardTaken', 'cardSwiped', 'codeShown', 'customerLeft', 'keyTurnedToService', 'keyTurnedBack', 'doorOpened', 'doorClosed', 'boxRemoved', 'boxInserted', 'pathCleared']);

/** Entries that are named on the lane: where money moved or an operation ended. */
const MONEY_ENTRIES: ReadonlySet<string> = new Set(['outcome.stack', 'deposit.accepted', 'outcome.dispense', 'outcome.take', 'suspense.opened', 'operation.closed', 'receipt.given']);

export function entryOf(event: ControlEvent): Entry {
  const { target, fields, atUtcMs } = event;
  if (event.event === 'bytes') {
    const idleCount = Number(fields['idleExchangeCount'] ?? 0);
    const remark = [`${String(fields['byteCount'])} bytes`, ...(idleCount > 0 ? [`after ${idleCount} idle polls`] : [])].join(', ');
    return { lane: 'devices', atUtcMs, source: String(fields['deviceId']), text: `${String(fields['direction'])} ${String(fields['hex'])}`, remark, mark: '', isBytes: true };
  }
  if (target === CORE && event.event === 'screen') return { lane: 'state', atUtcMs, source: 'screen', text: String(fields['screen']), remark: `revision ${String(fields['revision'])}`, mark: String(fields['screen']), isBytes: false };
  if (target === CORE) {
    const { entryNumber, kind, ...figures } = fields;
    return { lane: 'journal', atUtcMs, source: 'journal', text: `#${String(entryNumber)} ${String(kind)}`, remark: describe(figures), mark: MONEY_ENTRIES.has(String(kind)) ? String(kind) : '', isBytes: false };
  }
  if (target === 'bank') {
    const operation = typeof fields['operation'] === 'string' ? fields['operation'] : '';
    const isAnswer = event.event === 'host.operation.answered';
    const outcome = String(fields['outcome'] ?? fields['fault'] ?? fields['reason'] ?? '');
    const refusal = typeof fields['refusal'] === 'string' ? ` ${fields['refusal']}` : '';
    return { lane: 'host', atUtcMs, source: 'host', text: isAnswer ? operation : `${inWords(event.event.replace(/^host\./, '').replace('.', ' '))} ${operation}`.trim(), remark: `${outcome}${refusal}`, mark: operation, isBytes: false };
  }
  // A note leaves the hand or comes back to it.
  const isNoteInHand = event.event === 'noteMoved' && (fields['from'] === 'customer' || fields['to'] === 'customer');
  if (isNoteInHand) {
    const text = `${fields['from'] === 'customer' ? 'note' : 'back'} ${formatMoney(Number(fields['denominationMinor']))}`;
    return { lane: 'customer', atUtcMs, source: target, text: inWords(text), remark: describe(fields), mark: text, isBytes: false };
  }
  const isHand = HANDS.has(event.event);
  return { lane: isHand ? 'customer' : 'devices', atUtcMs, source: target, text: inWords(event.event), remark: describe(fields), mark: isHand ? inWords(event.event).toLowerCase() : '', isBytes: false };
}

function describe(fields: ControlEvent['fields']): string {
  return Object.entries(fields).filter(([, value]) => value !== null && value !== '').map(([key, value]) => (key.endsWith('Minor') && typeof value === 'number' ? formatMoney(value) : `${inWords(key).toLowerCase()} ${String(value)}`)).slice(0, 4).join(', ');
}

/** Stretches of one screen each, for the state lane; the last one goes on until now. */
export function stretchesOf(events: readonly ControlEvent[], nowUtcMs: number): readonly { readonly screen: string; readonly fromUtcMs: number; readonly toUtcMs: number }[] {
  const shown = events.filter((event) => event.target === CORE && event.event === 'screen');
  const changes = shown.filter((one, index) => index === 0 || shown[index - 1]!.fields['screen'] !== one.fields['screen']);
  return changes.map((one, index) => ({ screen: String(one.fields['screen']), fromUtcMs: one.atUtcMs, toUtcMs: changes[index + 1]?.atUtcMs ?? nowUtcMs }));
}
