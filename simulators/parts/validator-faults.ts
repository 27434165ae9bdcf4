import { z } from 'zod';

const WIRE = ['reply', 'pollReply', 'eventReply', 'orderReply'] as const;
const ON_THE_WAY = ['escrow', 'accepting', 'beforeGate', 'afterGate', 'stacked', 'afterAcknowledgement', 'returning', 'initialising'] as const;

/** What goes wrong in every note validator. Protocols add their own. */
export const VALIDATOR_FAULTS = {
  noise: { at: WIRE, label: 'Random bytes before the answer' },
  badCheck: { at: WIRE, label: 'The answer is damaged on the line' },
  truncated: { at: WIRE, label: 'The answer breaks off' },
  silence: { at: WIRE, label: 'The command is not heard: no action, no answer' },
  lostReply: { at: WIRE, label: 'The command is carried out, its answer is lost' },
  slow: { at: WIRE, label: 'The answer comes late' },
  flood: { at: WIRE, label: 'Four kilobytes of random bytes instead of the answer' },
  powerCut: { at: ON_THE_WAY, label: 'Power goes for three seconds' },
  cableOut: { at: ON_THE_WAY, label: 'The cable is pulled for three seconds' },
  jam: { at: ['beforeGate', 'accepting', 'afterGate', 'returning'], label: 'The note jams where it is' },
  failure: { at: ON_THE_WAY, label: 'A motor of the device fails' },
  cheat: { at: ['escrow', 'accepting', 'beforeGate', 'afterGate', 'stacked'], label: 'An attempt to pull the note back is seen' },
  full: { at: ['stacked'], label: 'The box is full' },
  boxOut: { at: ['escrow', 'accepting', 'beforeGate', 'afterGate', 'stacked'], label: 'The box is pulled out for three seconds' },
} as const;

/** Of a note on its way out: out of its unit, in the customer's reach, taken, or in the cash box instead. */
export const PAYOUT_MOMENTS = ['picked', 'atExit', 'paidOut', 'boxed'] as const;

/** What goes wrong in a validator that pays out as well. */
export const RECYCLER_FAULTS = {
  ...VALIDATOR_FAULTS,
  powerCut: { at: [...ON_THE_WAY, ...PAYOUT_MOMENTS], label: 'Power goes for three seconds' },
  cableOut: { at: [...ON_THE_WAY, ...PAYOUT_MOMENTS], label: 'The cable is pulled for three seconds' },
  failure: { at: [...ON_THE_WAY, ...PAYOUT_MOMENTS], label: 'A motor of the device fails' },
  jam: { at: [...VALIDATOR_FAULTS.jam.at, 'picked'], label: 'The note jams where it is' },
  pushedOut: { at: ['powerUp'], label: 'At power-up a note of a cut-off payout is pushed out to the customer instead of into the cash box' },
} as const;

/** What hands can do to every note validator. */
export const NOTE_HANDS = [
  z.strictObject({ do: z.literal('insertNote'), denominationMinor: z.number().int().positive(), kind: z.enum(['genuine', 'unfit', 'foreign', 'counterfeit']).default('genuine') }),
  z.strictObject({ do: z.literal('pullBack') }),
  z.strictObject({ do: z.literal('takeReturnedNote') }),
  z.strictObject({ do: z.literal('removeBox') }),
  z.strictObject({ do: z.literal('insertBox') }),
  z.strictObject({ do: z.literal('clearPath') }),
] as const;

/** Behind the gate of a unit without power: a spare that came with one, or a technician's hand. */
export const LEAVE_NOTE = z.strictObject({ do: z.literal('leaveNote'), denominationMinor: z.number().int().positive() });

/** And to one that may pay out. */
export const validatorHands = z.discriminatedUnion('do', [
  ...NOTE_HANDS,
  z.strictObject({ do: z.literal('loadUnit'), denominationMinor: z.number().int().positive(), noteCount: z.number().int().min(1).max(200) }),
  z.strictObject({ do: z.literal('takeFromUnit'), denominationMinor: z.number().int().positive(), noteCount: z.number().int().min(1).max(200) }),
  z.strictObject({ do: z.literal('takePaidNote') }),
  LEAVE_NOTE,
]);
export type ValidatorHand = z.infer<typeof validatorHands>;
/** Hands at units that pay out, and at what these paid out. */
export type UnitHand = Extract<ValidatorHand, { readonly do: 'loadUnit' | 'takeFromUnit' | 'takePaidNote' }>;
