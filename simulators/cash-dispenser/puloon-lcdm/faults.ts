import { z } from 'zod';

/** Moments at which each fault can strike. `note`: before note number `index` (from 0) of a command is picked. */
export const FAULT_MOMENTS = {
  pickError: { at: ['note'], label: 'A note cannot be fed (32)' },
  billEnd: { at: ['note'], label: 'The cassette reports its end (38, 40)' },
  reject: { at: ['note'], label: 'One note goes to the reject tray' },
  overReject: { at: ['note'], label: 'Too many rejects in a row (44)' },
  jam: { at: ['chk', 'div', 'ejt', 'exit'], label: 'A note jams in this section (33 4C 36 48 35)' },
  extraNote: { at: ['note'], label: 'Two notes leave as one (34)' },
  motorStop: { at: ['note'], label: 'The motor stops (41)' },
  powerCut: { at: ['command', 'note', 'reply'], label: 'Power of the dispenser fails' },
  lineLoss: { at: ['command', 'note', 'reply'], label: 'The cable is pulled' },
  replyLost: { at: ['reply'], label: 'The result never reaches the terminal' },
  ackLost: { at: ['command'], label: 'The acknowledgement is lost' },
  silence: { at: ['command'], label: 'The command is not heard' },
  nak: { at: ['command'], label: 'The command arrives damaged (NAK)' },
  badBcc: { at: ['reply'], label: 'The result arrives damaged' },
  noise: { at: ['command', 'reply'], label: 'Stray bytes on the line' },
  slow: { at: ['reply'], label: 'The result comes late (30 s)' },
} as const;

export type FaultName = keyof typeof FAULT_MOMENTS;

export const faultCommandSchema = z.strictObject({
  do: z.literal('fault'),
  fault: z.enum(Object.keys(FAULT_MOMENTS) as [FaultName, ...FaultName[]]),
  at: z.string().max(20).optional(),
  times: z.number().int().min(1).max(1000).default(1),
  /** Note of a command, from 0; for `powerCut` and `lineLoss` at `note` too. */
  index: z.number().int().min(0).max(59).default(0),
  /** Only commands with this opcode; any dispense when left out for faults of notes, any command for faults of the line. */
  opcode: z.number().int().min(0).max(255).optional(),
});

export interface ArmedFault {
  readonly fault: FaultName;
  readonly at: string;
  readonly index: number;
  readonly opcode: number | null;
  timesLeft: number;
}

/** Faults that wait for their moment, in the order in which they were set. */
export class FaultList {
  #armed: ArmedFault[] = [];

  /** @returns what is wrong with the moment, or null */
  arm(command: z.infer<typeof faultCommandSchema>): string | null {
    const moments: readonly string[] = FAULT_MOMENTS[command.fault].at;
    const at = command.at ?? moments[0]!;
    if (!moments.includes(at)) return `${command.fault} strikes at ${moments.join(', ')}`;
    this.#armed.push({ fault: command.fault, at, index: command.index, opcode: command.opcode ?? null, timesLeft: command.times });
    return null;
  }

  clear(): void {
    this.#armed = [];
  }

  list(): readonly ArmedFault[] {
    return this.#armed;
  }

  /** Uses up one strike of a fault that fits the moment. */
  strike(fault: FaultName, moment: { readonly at: string; readonly index?: number; readonly opcode: number }): boolean {
    const armed = this.#armed.find((candidate) => candidate.fault === fault && candidate.at === moment.at && (moment.index === undefined || candidate.index === moment.index) && (candidate.opcode === null || candidate.opcode === moment.opcode));
    if (armed === undefined) return false;
    armed.timesLeft--;
    if (armed.timesLeft <= 0) this.#armed = this.#armed.filter((other) => other !== armed);
    return true;
  }
}
