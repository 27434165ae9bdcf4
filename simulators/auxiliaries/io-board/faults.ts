import { z } from 'zod';

/** Each touches one line of the board, at the moment when it is about to be sent. */
export const BOARD_FAULTS = {
  noise: 'Random bytes before the line',
  silence: 'The line is not sent',
  badChecksum: 'The line is damaged',
} as const;
export type BoardFault = keyof typeof BOARD_FAULTS;
export const BOARD_MOMENTS = ['answer', 'event'] as const;
export type BoardMoment = (typeof BOARD_MOMENTS)[number];

export const faultSchema = z.strictObject({
  do: z.literal('fault'),
  fault: z.enum(Object.keys(BOARD_FAULTS) as [BoardFault, ...BoardFault[]]),
  at: z.enum(BOARD_MOMENTS).default('answer'),
  times: z.number().int().min(1).max(1000).default(1),
});

const FAULTS_MAX = 100;

export class FaultList {
  #armed: { readonly fault: BoardFault; readonly at: BoardMoment; timesLeft: number }[] = [];

  /** False when the board is full. */
  arm({ fault, at, times }: z.infer<typeof faultSchema>): boolean {
    if (this.#armed.length >= FAULTS_MAX) return false;
    this.#armed.push({ fault, at, timesLeft: times });
    return true;
  }

  clear(): void {
    this.#armed = [];
  }

  /** The first one armed for this moment, used up by one. */
  take(moment: BoardMoment): BoardFault | null {
    const armed = this.#armed.find(({ at }) => at === moment);
    if (armed === undefined) return null;
    armed.timesLeft -= 1;
    if (armed.timesLeft === 0) this.#armed = this.#armed.filter((other) => other !== armed);
    return armed.fault;
  }

  get armed(): readonly { readonly fault: BoardFault; readonly at: BoardMoment; readonly timesLeft: number }[] {
    return this.#armed;
  }
}
