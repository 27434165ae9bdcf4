import type { TestCard } from './test-cards.ts';

/** The chip of an invented card: payment directory, one application, its records. No keys, no cryptogram: enough to be detected and read. */
export type ChipKind = 'good' | 'dead' | 'noDirectory';

const DIRECTORY_NAME = hexOf('1PAY.SYS.DDF01');
const FIELD_DIRECTORY_NAME = hexOf('2PAY.SYS.DDF01');
/** Registered to nobody; F0 is the range for own use (ISO/IEC 7816-5). */
const APPLICATION_ID = 'f0514f4c4d41';
const NOT_FOUND = [0x6a, 0x82];
const NO_RECORD = [0x6a, 0x83];
const OK = [0x90, 0x00];

export interface Chip {
  readonly answerToReset: readonly number[] | null;
  /** R-APDU with its two status bytes. */
  exchange(command: readonly number[]): readonly number[];
}

export function createChip(card: TestCard, kind: ChipKind): Chip {
  let selected: 'none' | 'directory' | 'application' = 'none';
  let waiting: readonly number[] | null = null;
  // One card tells track 2 data, the other number and expiry apart: both forms are in the field.
  const records = card.serviceCode.startsWith('2')
    ? [tlv('70', tlv('57', padded(`${card.pan}d${card.expiry}${card.serviceCode}0000`)))]
    : [tlv('70', tlv('5f20', hexOf(card.holder))), tlv('70', tlv('5a', padded(card.pan)) + tlv('5f24', `${card.expiry}30`) + tlv('5f30', `0${card.serviceCode}`))];

  function select(name: string): readonly number[] {
    if (name === DIRECTORY_NAME && kind !== 'noDirectory') {
      selected = 'directory';
      return [...bytesOf(tlv('6f', tlv('84', DIRECTORY_NAME) + tlv('a5', tlv('88', '01')))), ...OK];
    }
    // In the field the directory names the applications itself.
    if (name === FIELD_DIRECTORY_NAME && kind !== 'noDirectory') {
      selected = 'directory';
      return [...bytesOf(tlv('6f', tlv('84', FIELD_DIRECTORY_NAME) + tlv('a5', tlv('bf0c', tlv('61', tlv('4f', APPLICATION_ID)))))), ...OK];
    }
    if (name === APPLICATION_ID) {
      selected = 'application';
      return [...bytesOf(tlv('6f', tlv('84', APPLICATION_ID) + tlv('a5', tlv('50', hexOf('SAMPLE'))))), ...OK];
    }
    return NOT_FOUND;
  }

  function readRecord(recordNumber: number, sfi: number): readonly number[] {
    const files = selected === 'directory' ? { 1: [tlv('70', tlv('61', tlv('4f', APPLICATION_ID) + tlv('50', hexOf('SAMPLE'))))] } : selected === 'application' ? { 2: records } : {};
    const record = (files as Readonly<Record<number, readonly string[]>>)[sfi]?.[recordNumber - 1];
    return record === undefined ? NO_RECORD : [...bytesOf(record), ...OK];
  }

  return {
    answerToReset: kind === 'dead' ? null : [0x3b, 0x65, 0x00, 0x00, 0x9c, 0x02, 0x02, 0x01, 0x02],
    exchange(command) {
      const [, instruction, p1 = 0, p2 = 0, length = 0] = command;
      if (instruction === 0xa4) {
        const answer = select(command.slice(5, 5 + length).map((byte) => byte.toString(16).padStart(2, '0')).join(''));
        // T=0 cards let the answer be fetched.
        if (answer.length <= 2 || selected === 'directory') return answer;
        waiting = answer;
        return [0x61, answer.length - 2];
      }
      if (instruction === 0xc0) {
        const answer = waiting ?? NOT_FOUND;
        waiting = null;
        return answer;
      }
      if (instruction === 0xb2) return readRecord(p1, p2 >> 3);
      return [0x6d, 0x00];
    },
  };
}

function tlv(tag: string, valueHex: string): string {
  return tag + (valueHex.length / 2).toString(16).padStart(2, '0') + valueHex;
}

function padded(digits: string): string {
  return digits.length % 2 === 0 ? digits : `${digits}f`;
}

function hexOf(text: string): string {
  return [...text].map((character) => character.charCodeAt(0).toString(16).padStart(2, '0')).join('');
}

function bytesOf(hex: string): number[] {
  return (hex.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16));
}
