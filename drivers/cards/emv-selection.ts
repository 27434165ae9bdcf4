import { isLuhnValid } from '../checks/luhn.ts';
import type { CardData } from '../interfaces/card-reader.ts';
import { Pan } from '../interfaces/card-reader.ts';

/**
 * Proves that a chip answers and reads its number: SELECT of the payment directory, SELECT of its first application, READ RECORD until a number
 * is found. Detection only: no kernel, no cryptogram, no PIN, nothing that could pay. [card-readers: a kiosk app must not implement an EMV kernel]
 */
export type ExchangeApdu = (command: Buffer) => Promise<Buffer | null>;

/** Directory of a card read by its contacts. */
export const CONTACT_DIRECTORY = Buffer.from('1PAY.SYS.DDF01', 'latin1');
/** The same for the field: it names the applications itself. */
export const CONTACTLESS_DIRECTORY = Buffer.from('2PAY.SYS.DDF01', 'latin1');
const TAG_DIRECTORY_SFI = '88';
const TAG_APPLICATION_ID = '4f';
const TAG_TRACK_2 = '57';
const TAG_PAN = '5a';
const TAG_EXPIRY = '5f24';
const TAG_SERVICE_CODE = '5f30';
const SFI_MAX = 4;
const RECORDS_MAX = 4;
const TLV_DEPTH_MAX = 8;

/** @returns null when the chip gives no readable, valid number */
export async function readCardNumber(exchange: ExchangeApdu, directoryName: Buffer = CONTACT_DIRECTORY): Promise<CardData | null> {
  const directory = await select(exchange, directoryName);
  if (directory === null) return null;
  const sfi = directory.get(TAG_DIRECTORY_SFI)?.[0];
  const applicationId = directory.get(TAG_APPLICATION_ID) ?? (sfi === undefined ? undefined : (await readRecord(exchange, { sfi, recordNumber: 1 }))?.get(TAG_APPLICATION_ID));
  if (applicationId === undefined || (await select(exchange, applicationId)) === null) return null;
  const seen = new Map<string, Buffer>();
  for (let applicationSfi = 1; applicationSfi <= SFI_MAX; applicationSfi++) {
    for (let recordNumber = 1; recordNumber <= RECORDS_MAX; recordNumber++) {
      const record = await readRecord(exchange, { sfi: applicationSfi, recordNumber });
      if (record === null) break;
      for (const [tag, value] of record) if (!seen.has(tag)) seen.set(tag, value);
      const card = cardOf(seen);
      if (card !== null) return card;
    }
  }
  return null;
}

async function select(exchange: ExchangeApdu, name: Buffer): Promise<Map<string, Buffer> | null> {
  return transmit(exchange, Buffer.concat([Buffer.from([0x00, 0xa4, 0x04, 0x00, name.length]), name, Buffer.of(0x00)]));
}

async function readRecord(exchange: ExchangeApdu, at: { readonly sfi: number; readonly recordNumber: number }): Promise<Map<string, Buffer> | null> {
  return transmit(exchange, Buffer.from([0x00, 0xb2, at.recordNumber, (at.sfi << 3) | 0x04, 0x00]));
}

/** 61xx: fetch the answer. 6Cxx: ask again with that length. Anything but 9000 then is no. */
async function transmit(exchange: ExchangeApdu, command: Buffer): Promise<Map<string, Buffer> | null> {
  let answer = await exchange(command);
  if (answer !== null && answer.at(-2) === 0x61) answer = await exchange(Buffer.from([0x00, 0xc0, 0x00, 0x00, answer.at(-1)!]));
  else if (answer !== null && answer.at(-2) === 0x6c) answer = await exchange(Buffer.concat([command.subarray(0, -1), Buffer.of(answer.at(-1)!)]));
  if (answer === null || answer.length < 2 || answer.at(-2) !== 0x90 || answer.at(-1) !== 0x00) return null;
  const found = new Map<string, Buffer>();
  collectTlv(answer.subarray(0, -2), found, 0);
  return found;
}

/** BER-TLV, constructed tags opened, the first value of a tag kept. Damaged lengths end the walk; a card is hostile input. */
function collectTlv(bytes: Buffer, found: Map<string, Buffer>, depth: number): void {
  let offset = 0;
  while (offset < bytes.length && depth < TLV_DEPTH_MAX) {
    const first = bytes[offset]!;
    if (first === 0x00 || first === 0xff) {
      offset++;
      continue;
    }
    let tagEnd = offset + 1;
    if ((first & 0x1f) === 0x1f) {
      while (tagEnd < bytes.length && (bytes[tagEnd]! & 0x80) !== 0) tagEnd++;
      tagEnd++;
    }
    const length = bytes[tagEnd];
    if (length === undefined) return;
    const isLong = length === 0x81;
    const valueStart = tagEnd + (isLong ? 2 : 1);
    const valueLength = isLong ? bytes[tagEnd + 1] : length;
    if (valueLength === undefined || (!isLong && length > 0x7f) || valueStart + valueLength > bytes.length) return;
    const tag = bytes.subarray(offset, tagEnd).toString('hex');
    const value = bytes.subarray(valueStart, valueStart + valueLength);
    if (!found.has(tag)) found.set(tag, Buffer.from(value));
    if ((first & 0x20) !== 0) collectTlv(value, found, depth + 1);
    offset = valueStart + valueLength;
  }
}

function cardOf(tags: ReadonlyMap<string, Buffer>): CardData | null {
  const track2 = tags.get(TAG_TRACK_2)?.toString('hex');
  const fromTrack2 = track2 === undefined ? null : /^(\d{12,19})d(\d{4})(\d{3})/.exec(track2);
  const digits = fromTrack2?.[1] ?? /^(\d{12,19})f*$/.exec(tags.get(TAG_PAN)?.toString('hex') ?? '')?.[1];
  const expiry = fromTrack2?.[2] ?? tags.get(TAG_EXPIRY)?.toString('hex').slice(0, 4);
  if (digits === undefined || expiry === undefined || !/^\d{4}$/.test(expiry) || !isLuhnValid(digits)) return null;
  const serviceCode = fromTrack2?.[3] ?? tags.get(TAG_SERVICE_CODE)?.toString('hex').slice(-3) ?? '';
  return { pan: new Pan(digits), expiry, serviceCode, entry: 'chip' };
}
