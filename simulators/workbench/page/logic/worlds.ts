import type { Json } from '../../../simulator.ts';

/** What the page reads of the simulators' worlds. They arrive as plain JSON; what is missing reads as nothing. */
export interface AcceptorView {
  readonly phase: string;
  readonly condition: string | null;
  /** A note between the customer and the box: in which place, worth how much. */
  readonly noteUnderWay: { readonly place: string; readonly sumMinor: number } | null;
  readonly boxCount: number;
  /** Notes that a recycler keeps to pay out; null: it has no such units. */
  readonly storeCount: number | null;
}
export interface DispenserView {
  readonly inReachCount: number;
  readonly inReachMinor: number;
  readonly cassettes: readonly { readonly cassetteNumber: number; readonly denominationMinor: number; readonly noteCount: number }[];
}
export interface ReceiptView {
  readonly number: number;
  readonly taken: boolean;
}

type Record_ = { readonly [key: string]: Json };
const record = (value: Json | undefined): Record_ => (value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Record_) : {});
const list = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);
const figure = (value: Json | undefined): number => (typeof value === 'number' ? value : 0);
const text = (value: Json | undefined): string | null => (typeof value === 'string' ? value : null);

export function viewAcceptor(world: Json | undefined): AcceptorView {
  const { phase, condition, places } = record(world);
  const sumIn = (place: string) => figure(record(record(places)[place])['sumMinor']);
  const place = ['mouth', 'head', 'escrow', 'transport'].find((one) => sumIn(one) > 0);
  return { phase: text(phase) ?? '', condition: text(condition), noteUnderWay: place === undefined ? null : { place, sumMinor: sumIn(place) }, boxCount: figure(record(record(places)['box'])['noteCount']), storeCount: record(world)['isPaying'] === undefined ? null : figure(record(record(places)['store'])['noteCount']) };
}

export function viewDispenser(world: Json | undefined): DispenserView {
  const { exit, exitMinor, cassettes } = record(world);
  return {
    inReachCount: list(exit).length,
    inReachMinor: figure(exitMinor),
    cassettes: list(cassettes).map(record).map((one) => ({ cassetteNumber: figure(one['cassetteNumber']), denominationMinor: figure(one['denominationMinor']), noteCount: figure(one['noteCount']) })),
  };
}

/** `isInUse`: a core has set the acceptor's coins. */
export function viewCoins(acceptor: Json | undefined, hopper: Json | undefined): { readonly isInUse: boolean; readonly hopperCount: number; readonly denominationMinor: number; readonly trayCount: number } {
  const { hopperCount, denominationMinor, trayCount } = record(hopper);
  return { isInUse: figure(record(acceptor)['mask']) > 0, hopperCount: figure(hopperCount), denominationMinor: figure(denominationMinor), trayCount: figure(trayCount) };
}

/** Newest last. */
export function viewReceipts(world: Json | undefined): readonly ReceiptView[] {
  return list(record(world)['receipts']).map(record).map((one) => ({ number: figure(one['number']), taken: one['taken'] === true }));
}

export function viewPrinter(world: Json | undefined): { readonly paper: string; readonly isStopped: boolean } {
  const printer = record(world);
  return { paper: text(printer['paper']) ?? '', isStopped: printer['coverOpen'] === true || printer['jammed'] === true || printer['cutterError'] === true || printer['paper'] === 'out' };
}

/** The card in the motor reader; null when there is none. */
export function viewCard(world: Json | undefined): { readonly maskedPan: string; readonly place: string } | null {
  const { card } = record(world);
  const { maskedPan, place } = record(card);
  return typeof maskedPan === 'string' && typeof place === 'string' ? { maskedPan, place } : null;
}

export function viewSwitches(world: Json | undefined): { readonly operatorKey: boolean; readonly safeDoor: boolean; readonly cabinetDoor: boolean; readonly tamper: boolean } {
  const board = record(world);
  return { operatorKey: board['operatorKey'] === true, safeDoor: board['safeDoor'] === true, cabinetDoor: board['cabinetDoor'] === true, tamper: board['tamper'] === true };
}

export function businessDayOf(world: Json | undefined): string | null {
  return text(record(world)['businessDay']);
}

export interface Phone {
  readonly phone: string;
  readonly messageCount: number;
  readonly owners: readonly string[];
}
export interface PhoneMessage {
  readonly atUtcMs: number;
  readonly channel: string;
  readonly kind: string;
  readonly text: string;
}

export function readPhones(answer: Json): readonly Phone[] {
  return list(answer).map(record).map((one) => ({ phone: text(one['phone']) ?? '', messageCount: figure(one['messageCount']), owners: list(one['owners']).map(String) }));
}

/** Newest first. */
export function readMessages(answer: Json): readonly PhoneMessage[] {
  return list(answer).map(record).map((one) => ({ atUtcMs: figure(one['atUtcMs']), channel: text(one['channel']) ?? '', kind: text(one['kind']) ?? '', text: text(one['text']) ?? '' })).reverse();
}

/** The digits of a code message; null when it is no code. */
export function codeOf(message: PhoneMessage | undefined): string | null {
  return message?.kind === 'code' ? (/(?<!\d)\d{4,8}(?!\d)/.exec(message.text)?.[0] ?? null) : null;
}

/** Money in doubt that the bank was told of and nobody has ended, oldest first. */
export function viewSuspense(world: Json | undefined): readonly { readonly suspenseId: string; readonly kind: string; readonly amountMinor: number; readonly reference: string }[] {
  return list(record(world)['suspense']).map(record).flatMap((item) => (item['decided'] === null && item['settledThere'] === null ? [{ suspenseId: text(item['suspenseId']) ?? '', kind: text(item['kind']) ?? '', amountMinor: figure(item['amountMinor']), reference: text(item['reference']) ?? '' }] : []));
}
