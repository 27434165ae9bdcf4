import type { PinEntryRequest, PinPadCapabilities } from './pin-pad.ts';

const CARD_NUMBER = /^\d{12,19}$/;

/** What no pad of these abilities could do with a request. @returns as text, without anything of the card; null: nothing */
export function entryProblem({ lengthMin, lengthMax, pan }: PinEntryRequest, { pinLengthMin, pinLengthMax }: PinPadCapabilities): string | null {
  if (lengthMin < pinLengthMin || lengthMax > pinLengthMax || lengthMin > lengthMax) return `a PIN has ${pinLengthMin} to ${pinLengthMax} digits`;
  return CARD_NUMBER.test(pan.reveal()) ? null : 'a card number has 12 to 19 digits';
}
