import { z } from 'zod';

/** Faults of the mechanism: they happen when the paper (or the device) reaches a moment. */
export const BODY_FAULTS = {
  paperOut: 'The paper ends',
  coverOpen: 'Somebody opens the cover',
  jam: 'The paper jams',
  cutterError: 'The knife does not move',
  headHot: 'The head is too hot for two seconds',
  powerCut: 'Power goes for three seconds',
  unplug: 'The cable is pulled for three seconds',
} as const;
/** Faults of the line: they touch one answer. */
export const REPLY_FAULTS = {
  silence: 'The query is not heard',
  slow: 'The answer comes 1.5 s late',
  lostReply: 'The answer is lost',
  mergedReply: 'The answer comes together with an older one',
  noise: 'Random bytes before the answer',
} as const;
export const BODY_MOMENTS = ['now', 'rasterBytes', 'firstRow', 'midReceipt', 'lastRow', 'cut'] as const;
export const REPLY_MOMENTS = ['reply', 'statusReply', 'inOrderReply'] as const;

export type BodyFault = keyof typeof BODY_FAULTS;
export type ReplyFault = keyof typeof REPLY_FAULTS;
export type BodyMoment = (typeof BODY_MOMENTS)[number];
export type ReplyMoment = (typeof REPLY_MOMENTS)[number];

const keysOf = <T extends object>(table: T) => Object.keys(table) as [keyof T & string, ...(keyof T & string)[]];
const times = z.number().int().min(1).max(1000).default(1);
/** `at` may be left out: the place where such a fault usually shows. */
export const faultSchema = z.union([
  z.strictObject({ do: z.literal('fault'), fault: z.enum(keysOf(BODY_FAULTS)), at: z.enum(BODY_MOMENTS).optional(), times }),
  z.strictObject({ do: z.literal('fault'), fault: z.enum(keysOf(REPLY_FAULTS)), at: z.enum(REPLY_MOMENTS).default('reply'), times }),
]);

const FAULTS_MAX = 100;

interface Armed {
  readonly fault: BodyFault | ReplyFault;
  readonly at: string;
  left: number;
}

export class FaultList {
  #armed: Armed[] = [];

  /** False when the board is full. */
  arm(order: z.infer<typeof faultSchema>): boolean {
    if (this.#armed.length >= FAULTS_MAX) return false;
    this.#armed.push({ fault: order.fault, at: order.at ?? (order.fault === 'cutterError' ? 'cut' : 'midReceipt'), left: order.times });
    return true;
  }

  clear(): void {
    this.#armed = [];
  }

  takeBody(moment: BodyMoment): BodyFault | undefined {
    return this.#take((armed) => armed.at === moment) as BodyFault | undefined;
  }

  takeReply(moment: 'statusReply' | 'inOrderReply'): ReplyFault | undefined {
    return this.#take((armed) => armed.fault in REPLY_FAULTS && (armed.at === moment || armed.at === 'reply')) as ReplyFault | undefined;
  }

  get armed(): readonly { readonly fault: string; readonly at: string; readonly timesLeft: number }[] {
    return this.#armed.map(({ fault, at, left }) => ({ fault, at, timesLeft: left }));
  }

  #take(matches: (armed: Armed) => boolean): string | undefined {
    const armed = this.#armed.find(matches);
    if (armed === undefined) return undefined;
    armed.left -= 1;
    if (armed.left === 0) this.#armed = this.#armed.filter((other) => other !== armed);
    return armed.fault;
  }
}

export function faultBoard(): readonly { readonly fault: string; readonly at: readonly string[]; readonly label: string }[] {
  return [
    ...Object.entries(BODY_FAULTS).map(([fault, label]) => ({ fault, at: fault === 'cutterError' ? ['cut'] : BODY_MOMENTS, label })),
    ...Object.entries(REPLY_FAULTS).map(([fault, label]) => ({ fault, at: REPLY_MOMENTS, label })),
  ];
}
