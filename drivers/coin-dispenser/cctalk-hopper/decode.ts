import type { AnswerWords } from '../../cctalk-family/decode.ts';
import { decodeCctalk } from '../../cctalk-family/decode.ts';
import { decodeLevel, decodeStatus, decodeTest, decodeTotal } from './codec.ts';

const WORDS: AnswerWords = {
  hopperStatus: (data) => decodeStatus(data) ?? undefined,
  testHopper: (data) => decodeTest(data).bits,
  dispensedTotal: (data) => decodeTotal(data) ?? undefined,
  level: (data) => decodeLevel(data),
  dispense: (data) => ({ eventCount: data[0] }),
  emergencyStop: (data) => ({ unpaidCount: data[0] }),
};

/** Bytes of the line in words, for `qolma devices decode`. */
export function decodeHopper(bytes: Uint8Array): readonly unknown[] {
  return decodeCctalk(bytes, WORDS);
}
