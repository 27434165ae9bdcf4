import { z } from 'zod';

/** Faults of the line: they touch one answer of the device, at the moment when it is about to be sent. */
export const WIRE_FAULTS = {
  noise: 'Random bytes before the answer',
  badCrc: 'The answer is damaged on the line',
  truncated: 'The answer breaks off',
  zeroLength: 'A frame with length 0 before the answer',
  flood: 'Four kilobytes of random bytes instead of the answer',
  wrongAddress: 'The answer carries another address',
  silence: 'The command is not heard: no action, no answer',
  lostReply: 'The command is carried out, its answer is lost',
  slow: 'The answer comes 450 ms late',
  nak: 'The device answers NAK and does not act',
  illegal: 'The device answers ILLEGAL COMMAND and does not act',
} as const;

/** Faults of the mechanism and its power: they happen when a note (or the device) reaches a place. */
export const BODY_FAULTS = {
  powerCut: 'Power goes for three seconds',
  unplug: 'The cable is pulled for three seconds',
  jamInHead: 'A note jams in the head (43)',
  jamInStacker: 'A note jams on its way into the box (44)',
  cheat: 'An attempt to pull the note back is seen (45)',
  full: 'The box is full (41)',
  busy: 'Busy for one second (1B)',
  pause: 'A second note comes too early (46)',
  failure: 'Failure of the device, code 50: stack motor (47)',
} as const;

/** Faults of the event 81/82 itself. */
export const EVENT_FAULTS = {
  lostAck: 'The acknowledgement of the host is not heard; the event comes again',
  duplicateEvent: 'The event comes once more although it was acknowledged',
  lostEvent: 'An event that was not acknowledged is forgotten when power goes',
} as const;

export const WIRE_MOMENTS = ['reply', 'pollReply', 'eventReply', 'stackReply', 'returnReply', 'resetReply', 'enableReply'] as const;
export const BODY_MOMENTS = ['now', 'accepting', 'escrow', 'beforeGate', 'afterGate', 'stacked', 'afterStackedAck', 'returning', 'initialising'] as const;

export type WireFault = keyof typeof WIRE_FAULTS;
export type BodyFault = keyof typeof BODY_FAULTS;
export type EventFault = keyof typeof EVENT_FAULTS;
export type WireMoment = (typeof WIRE_MOMENTS)[number];
export type BodyMoment = (typeof BODY_MOMENTS)[number];

const keysOf = <T extends object>(table: T) => Object.keys(table) as [keyof T & string, ...(keyof T & string)[]];

/** `times`: how many moments of this kind it spoils. */
export const faultSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('wire'), fault: z.enum(keysOf(WIRE_FAULTS)), at: z.enum(WIRE_MOMENTS), times: z.number().int().min(1).max(1_000_000) }),
  z.strictObject({ kind: z.literal('body'), fault: z.enum(keysOf(BODY_FAULTS)), at: z.enum(BODY_MOMENTS), times: z.number().int().min(1).max(1_000) }),
  z.strictObject({ kind: z.literal('event'), fault: z.enum(keysOf(EVENT_FAULTS)), at: z.literal('event'), times: z.number().int().min(1).max(1_000) }),
]);

export type FaultOrder = z.infer<typeof faultSchema>;

/** More than this on one board is a mistake of the scenario. */
const FAULTS_MAX = 1_000;

/** What is going to go wrong, in the order in which it was ordered. */
export class FaultList {
  #orders: { order: FaultOrder; timesLeft: number }[] = [];

  /** False when the board is full. */
  add(order: FaultOrder): boolean {
    if (this.#orders.length >= FAULTS_MAX) return false;
    this.#orders.push({ order, timesLeft: order.times });
    return true;
  }

  clear(): void {
    this.#orders = [];
  }

  get waiting(): readonly FaultOrder[] {
    return this.#orders.map(({ order, timesLeft }) => ({ ...order, times: timesLeft }));
  }

  /** The first fault ordered for one of these moments; it is used up by one. */
  takeWire(moments: readonly WireMoment[]): WireFault | null {
    return this.#take((order) => (order.kind === 'wire' && moments.includes(order.at) ? order.fault : null));
  }

  takeBody(moment: BodyMoment): BodyFault | null {
    return this.#take((order) => (order.kind === 'body' && order.at === moment ? order.fault : null));
  }

  takeEvent(fault: EventFault): boolean {
    return this.#take((order) => (order.kind === 'event' && order.fault === fault ? order.fault : null)) !== null;
  }

  #take<T>(match: (order: FaultOrder) => T | null): T | null {
    if (this.#orders.length === 0) return null;
    for (const entry of this.#orders) {
      const fault = match(entry.order);
      if (fault === null) continue;
      entry.timesLeft--;
      if (entry.timesLeft === 0) this.#orders = this.#orders.filter((other) => other !== entry);
      return fault;
    }
    return null;
  }
}

/** Completes `{ fault, at, times }` of the control command; `null` when there is no such fault. */
export function kindOfFault(fault: string): FaultOrder['kind'] | null {
  if (Object.hasOwn(WIRE_FAULTS, fault)) return 'wire';
  if (Object.hasOwn(BODY_FAULTS, fault)) return 'body';
  return Object.hasOwn(EVENT_FAULTS, fault) ? 'event' : null;
}

export function defaultMoment(kind: FaultOrder['kind']): string {
  return { wire: 'reply', body: 'now', event: 'event' }[kind];
}

export function faultBoard(): readonly { readonly fault: string; readonly at: readonly string[]; readonly label: string }[] {
  const rows = (table: Readonly<Record<string, string>>, at: readonly string[]) => Object.entries(table).map(([fault, label]) => ({ fault, at, label }));
  return [...rows(WIRE_FAULTS, WIRE_MOMENTS), ...rows(BODY_FAULTS, BODY_MOMENTS), ...rows(EVENT_FAULTS, ['event'])];
}
