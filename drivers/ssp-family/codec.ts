/** First data byte of a command. [ssp §6] */
export const COMMANDS = {
  reset: 0x01, setInhibits: 0x02, setupRequest: 0x05, hostProtocolVersion: 0x06, poll: 0x07, reject: 0x08, disable: 0x09, enable: 0x0a, serialNumber: 0x0c,
  sync: 0x11, lastRejectCode: 0x17, hold: 0x18, setGenerator: 0x4a, setModulus: 0x4b, keyExchange: 0x4c, pollWithAck: 0x56, eventAck: 0x57,
  getAllLevels: 0x22, payoutAmount: 0x33, haltPayout: 0x38, setRoute: 0x3b, emptyAll: 0x3f, floatByDenomination: 0x44, payoutByDenomination: 0x46, smartEmpty: 0x52, getCounters: 0x58, disablePayout: 0x5b, enablePayout: 0x5c,
} as const;
export type CommandName = keyof typeof COMMANDS;

/** First data byte of every reply. [ssp §5] */
export const RESPONSES = { ok: 0xf0, unknownCommand: 0xf2, wrongParameters: 0xf3, outOfRange: 0xf4, cannotProcess: 0xf5, softwareError: 0xf6, fail: 0xf8, keyNotSet: 0xfa } as const;

type EventShape = 'none' | 'channel' | 'value' | 'values' | 'pairs' | 'valuesAndCode';

/** Events of POLL with the shape of their data. [ssp §9] */
const EVENTS = {
  0xf1: ['slaveReset', 'none'], 0xef: ['read', 'channel'], 0xee: ['noteCredit', 'channel'], 0xcc: ['stacking', 'none'], 0xeb: ['stacked', 'none'], 0xed: ['rejecting', 'none'], 0xec: ['rejected', 'none'],
  0xea: ['safeJam', 'none'], 0xe9: ['unsafeJam', 'none'], 0xe8: ['disabled', 'none'], 0xe7: ['stackerFull', 'none'], 0xe6: ['fraudAttempt', 'channel'], 0xe5: ['ticketValidated', 'none'], 0xd1: ['ticketAck', 'none'],
  0xe3: ['cashboxRemoved', 'none'], 0xe4: ['cashboxReplaced', 'none'], 0xe2: ['clearedIntoCashbox', 'channel'], 0xe1: ['clearedFromFront', 'channel'], 0xe0: ['notePathOpen', 'none'], 0xb5: ['channelsDisabled', 'none'],
  0xb6: ['initialising', 'none'], 0xda: ['dispensing', 'values'], 0xd2: ['dispensed', 'values'], 0xd5: ['jammed', 'values'], 0xd6: ['halted', 'values'], 0xd7: ['floating', 'values'], 0xd8: ['floated', 'values'],
  0xd9: ['timeOut', 'values'], 0xdc: ['incompletePayout', 'pairs'], 0xdd: ['incompleteFloat', 'pairs'], 0xc2: ['emptying', 'none'], 0xc3: ['emptied', 'none'], 0xb3: ['smartEmptying', 'values'], 0xb4: ['smartEmptied', 'values'],
  0xdb: ['storedInPayout', 'none'], 0xc6: ['payoutOutOfService', 'none'], 0xc7: ['noteFloatRemoved', 'none'], 0xc8: ['noteFloatAttached', 'none'], 0xc9: ['transferredToStacker', 'value'], 0xca: ['atResetIntoStacker', 'value'],
  0xcb: ['atResetIntoStore', 'value'], 0xcd: ['atResetDispensed', 'value'], 0xce: ['heldInBezel', 'value'], 0xcf: ['deviceFull', 'none'], 0xb0: ['jamRecovery', 'none'], 0xb1: ['payoutError', 'valuesAndCode'],
} as const satisfies Record<number, readonly [string, EventShape]>;
export const EVENT_TABLE: Readonly<Record<number, readonly [string, EventShape]>> = EVENTS;
export type EventName = (typeof EVENTS)[keyof typeof EVENTS][0];

export type PollEvent =
  | { readonly event: EventName; readonly channel?: number; readonly dataHex?: string }
  /** Its length is not known, so what follows cannot be read. */
  | { readonly event: 'unknown'; readonly code: number; readonly restHex: string };

const VALUE_BYTES = 7;
const PAIR_BYTES = 11;

/** @param data  behind F0. The shapes are those of protocol version 6 and later. Total */
export function decodePoll(data: Uint8Array): readonly PollEvent[] {
  const events: PollEvent[] = [];
  for (let offset = 0; offset < data.length; ) {
    const code = data[offset]!;
    const known = EVENT_TABLE[code];
    const count = data[offset + 1] ?? 0;
    const dataBytes = known === undefined ? null : { none: 0, channel: 1, value: VALUE_BYTES, values: 1 + count * VALUE_BYTES, pairs: 1 + count * PAIR_BYTES, valuesAndCode: 2 + count * VALUE_BYTES }[known[1]];
    if (known === undefined || dataBytes === null || offset + 1 + dataBytes > data.length) {
      events.push({ event: 'unknown', code, restHex: Buffer.from(data.subarray(offset + 1)).toString('hex') });
      break;
    }
    const bytes = data.subarray(offset + 1, offset + 1 + dataBytes);
    const event = known[0] as EventName;
    events.push(known[1] === 'none' ? { event } : known[1] === 'channel' ? { event, channel: bytes[0]! } : { event, dataHex: Buffer.from(bytes).toString('hex') });
    offset += 1 + dataBytes;
  }
  return events;
}

export interface Setup {
  readonly unitType: number;
  readonly firmware: string;
  /** By channel from 1; whole units before `minorPerUnit`. */
  readonly channels: readonly { readonly currency: string; readonly value: number }[];
  /** What a value is multiplied by to be in the lowest unit. */
  readonly realValueMultiplier: number;
  readonly protocolVersion: number;
}

/** SETUP REQUEST behind F0, of protocol version 6 and later and before. [ssp §8] null: not such an answer */
export function decodeSetup(data: Buffer): Setup | null {
  const channelCount = data[11];
  if (channelCount === undefined || channelCount === 0 || channelCount > 16 || data.length < 16 + 2 * channelCount) return null;
  const realAt = 12 + 2 * channelCount;
  const protocolVersion = data[realAt + 3]!;
  const firmware = data.subarray(1, 5).toString('latin1');
  const country = data.subarray(5, 8).toString('latin1');
  const multiplier = data.readUIntBE(8, 3);
  const realValueMultiplier = data.readUIntBE(realAt, 3) || 1;
  const isExpanded = protocolVersion >= 6 && data.length >= realAt + 4 + 7 * channelCount;
  const channels = Array.from({ length: channelCount }, (_, index) => {
    if (!isExpanded) return { currency: country, value: data[12 + index]! * multiplier };
    const currencyAt = realAt + 4 + 3 * index;
    return { currency: data.subarray(currencyAt, currencyAt + 3).toString('latin1'), value: data.readUInt32LE(realAt + 4 + 3 * channelCount + 4 * index) };
  });
  return { unitType: data[0]!, firmware, channels, realValueMultiplier, protocolVersion };
}

/** 1 = enabled; channel 1 is bit 0 of the first byte. [ssp §6 02] */
export function inhibitBytes(channels: readonly number[]): readonly [number, number] {
  const mask = channels.reduce((bits, channel) => bits | (1 << (channel - 1)), 0);
  return [mask & 0xff, (mask >> 8) & 0xff];
}

/** Eight bytes, low first. */
export function longBytes(value: bigint): readonly number[] {
  return Array.from({ length: 8 }, (_, index) => Number((value >> BigInt(8 * index)) & 0xffn));
}

export function longOf(bytes: Uint8Array): bigint {
  return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}
