/** Headers that the drivers of this family send, decimal as in the manuals. [misc §5.3] */
export const HEADERS = {
  simplePoll: 254, status: 248, getVariables: 247, manufacturer: 246, category: 245, product: 244, serialNumber: 242, software: 241, selfCheck: 232,
  setInhibitMask: 231, getInhibitMask: 230, readCredits: 229, setMasterInhibit: 228, getMasterInhibit: 227, level: 217, setSorterPath: 210, coinId: 184,
  emergencyStop: 172, dispensedTotal: 168, dispense: 167, hopperStatus: 166, setVariables: 165, enableHopper: 164, testHopper: 163, pumpSeed: 161, cipherChallenge: 160, reset: 1,
} as const;
export type HeaderName = keyof typeof HEADERS;

/** Headers of answers. */
export const ANSWER = 0;
export const NAK = 5;
export const BUSY = 6;

export function headerNameOf(header: number): string {
  return Object.entries(HEADERS).find(([, value]) => value === header)?.[0] ?? `header ${header}`;
}
