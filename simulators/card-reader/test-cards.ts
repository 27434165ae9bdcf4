/** Invented cards; a number that begins with 9 belongs to no scheme. [requirements part B] */
export interface TestCard {
  readonly cardId: string;
  readonly pan: string;
  /** YYMM */
  readonly expiry: string;
  readonly serviceCode: string;
  readonly holder: string;
}

export const TEST_CARDS: readonly TestCard[] = [
  { cardId: 'card-0012', pan: '9999000000000012', expiry: '3012', serviceCode: '201', holder: 'SAMPLE/ONE' },
  { cardId: 'card-0103', pan: '9999000000000103', expiry: '2909', serviceCode: '601', holder: 'SAMPLE/TWO' },
];

/** First 6 and last 4; the only form that leaves a simulator. */
export function maskedPan(pan: string): string {
  return `${pan.slice(0, 6)}${'•'.repeat(pan.length - 10)}${pan.slice(-4)}`;
}
