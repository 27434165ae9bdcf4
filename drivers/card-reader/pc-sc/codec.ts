/** PC/SC part 3: storage cards get an answer to reset made up by the reader, historical bytes `80 4F 0C A0 00 00 03 06 …`. [PC/SC 2.01 part 3 §3.1.3.2.3.2] */
const STORAGE_CARD_APPLICATION = Buffer.from('a000000306', 'hex');

export type CardInterface = 'contact' | 'contactless' | 'storage';

/**
 * What kind of card an answer to reset tells. The made-up one of contactless cards is `3B 8n 80 01 …`: T=0 and T=1 told, no bytes of contacts. A reader with a
 * fixed kind is told by its option instead. Total.
 */
export function interfaceOf(answerToReset: Uint8Array): CardInterface {
  const bytes = Buffer.from(answerToReset);
  if (bytes.includes(STORAGE_CARD_APPLICATION)) return 'storage';
  return bytes[0] === 0x3b && (bytes[1]! & 0xf0) === 0x80 && bytes[2] === 0x80 && bytes[3] === 0x01 ? 'contactless' : 'contact';
}
