/**
 * Refusal codes: one list for screen, host and simulator. [requirements §7]
 * The customer sees the text only; RF-10, RF-11 and RF-12 share one neutral text, RF-31 shows that of RF-24.
 */
export const REFUSAL_CODES = [
  'RF-01', 'RF-02', 'RF-03', 'RF-04', 'RF-05', 'RF-06', 'RF-07', 'RF-08', 'RF-09', 'RF-10', 'RF-11', 'RF-12', 'RF-13', 'RF-14', 'RF-15', 'RF-16', 'RF-17',
  'RF-18', 'RF-19', 'RF-20', 'RF-21', 'RF-22', 'RF-23', 'RF-24', 'RF-25', 'RF-26', 'RF-27', 'RF-28', 'RF-29', 'RF-30', 'RF-31', 'RF-32', 'RF-33', 'RF-34',
] as const;

export type RefusalCode = (typeof REFUSAL_CODES)[number];

/** The code whose text the customer reads for a given true code. */
export function refusalTextCode(code: RefusalCode): RefusalCode {
  if (code === 'RF-11' || code === 'RF-12') return 'RF-10';
  if (code === 'RF-31') return 'RF-24';
  return code;
}
