import type { FaultTable } from '../parts/fault-board.ts';

/** Moments of the paper: `now` strikes at once. */
export const BODY_MOMENTS = ['midReceipt', 'now', 'rasterBytes', 'firstRow', 'lastRow', 'cut', 'present', 'retract'] as const;
export type BodyMoment = (typeof BODY_MOMENTS)[number];
const PAPER_MOMENTS = ['midReceipt', 'now', 'rasterBytes', 'firstRow', 'lastRow', 'cut'] as const;
const EXIT_MOMENTS = ['present', 'retract'] as const;
const REPLY_MOMENTS = ['reply', 'statusReply', 'inOrderReply'] as const;

/** Of the mechanism: they happen when the paper (or the device) reaches a moment. */
const BODY_FAULTS = {
  paperOut: { at: PAPER_MOMENTS, label: 'The paper ends' },
  coverOpen: { at: PAPER_MOMENTS, label: 'Somebody opens the cover' },
  jam: { at: PAPER_MOMENTS, label: 'The paper jams' },
  cutterError: { at: ['cut'], label: 'The knife does not move' },
  headHot: { at: PAPER_MOMENTS, label: 'The head is too hot for two seconds' },
  powerCut: { at: PAPER_MOMENTS, label: 'Power goes for three seconds' },
  powerBlink: { at: PAPER_MOMENTS, label: 'Power goes for 20 to 100 ms' },
  lineBlink: { at: PAPER_MOMENTS, label: 'The line breaks for 20 to 100 ms; no port notices' },
  unplug: { at: PAPER_MOMENTS, label: 'The cable is pulled for three seconds' },
} as const satisfies FaultTable;
/** Of the line: they touch one answer. */
export const REPLY_FAULTS = {
  silence: { at: REPLY_MOMENTS, label: 'The query is not heard' },
  slow: { at: REPLY_MOMENTS, label: 'The answer comes 1.5 s late' },
  lostReply: { at: REPLY_MOMENTS, label: 'The answer is lost' },
  mergedReply: { at: REPLY_MOMENTS, label: 'The answer comes together with an older one' },
  noise: { at: REPLY_MOMENTS, label: 'Random bytes before the answer' },
} as const satisfies FaultTable;
/** Only with a presenter. */
const EXIT_FAULTS = {
  exitJam: { at: EXIT_MOMENTS, label: 'The receipt sticks on its way' },
  exitIgnored: { at: EXIT_MOMENTS, label: 'The order is not obeyed' },
  takenAtOnce: { at: ['present'], label: 'The customer pulls it out the moment it shows' },
} as const satisfies FaultTable;

export const PRINTER_FAULTS = { ...BODY_FAULTS, ...REPLY_FAULTS } as const;
export const PRESENTER_FAULTS = { ...PRINTER_FAULTS, ...EXIT_FAULTS } as const;
/** The board of a printer without presenter has no faults of an exit. */
export type PrinterFaults = FaultTable;
export type BodyFault = keyof typeof BODY_FAULTS | keyof typeof EXIT_FAULTS;
export type ReplyFault = keyof typeof REPLY_FAULTS;
export const BODY_FAULT_NAMES = [...Object.keys(BODY_FAULTS), ...Object.keys(EXIT_FAULTS)] as readonly BodyFault[];
export const REPLY_FAULT_NAMES = Object.keys(REPLY_FAULTS) as readonly ReplyFault[];
