import type { Sender } from '../interfaces/protocol-row.ts';
import { ACK, EXTENSION, INVALID_COMMAND, RECYCLER_CODES, RECYCLER_UNIT, REQUEST_CODES, SETTING_CODES, decodeCommand, decodeCurrencyTable, decodeState, decodeVersion } from './codec.ts';
import type { FrameEvent } from './frames.ts';
import { createFrameReader } from './frames.ts';

const CHUNK_BYTES = 4096;

/**
 * A capture in words. Frames do not say who sent them, and codes mean different things each way (40 is RESET and POWER UP): without `from` the sides take
 * turns, the host first.
 */
export function decodeId003(bytes: Uint8Array, from?: Sender): readonly unknown[] {
  const reader = createFrameReader();
  const events: FrameEvent[] = [];
  for (let offset = 0; offset < bytes.length; offset += CHUNK_BYTES) events.push(...reader.push(bytes.subarray(offset, offset + CHUNK_BYTES)));
  events.push(...reader.expire());
  let isHostNext = true;
  return events.map((event) => {
    if (event.kind === 'noise') return event;
    const sender = from ?? (isHostNext ? 'host' : 'device');
    // The host's ACK is not answered.
    isHostNext = sender === 'device' || event.body[0] === ACK;
    return { kind: 'frame', from: sender, bodyHex: event.body.toString('hex'), decoded: decodeBody(event.body, sender) };
  });
}

function decodeBody(body: Buffer, from: Sender): unknown {
  if (body[0] === EXTENSION) return { extension: body[1] === RECYCLER_UNIT ? 'recycler' : 'unknown', command: Object.entries(RECYCLER_CODES).find(([, code]) => code === body[2])?.[0] ?? 'unknown', rawHex: body.toString('hex') };
  if (from === 'host') return decodeCommand(body) ?? { command: 'unknown', rawHex: body.toString('hex') };
  if (body.length === 1 && body[0] === ACK) return { response: 'ack' };
  if (body.length === 1 && body[0] === INVALID_COMMAND) return { response: 'invalidCommand' };
  if (body[0] === REQUEST_CODES.denominationRequest) return { response: 'denomination', data: [...body.subarray(1)] };
  if (body[0] === REQUEST_CODES.versionRequest) return { response: 'version', ...decodeVersion(body) };
  if (body[0] === REQUEST_CODES.currencyAssignRequest) return { response: 'currencyTable', records: decodeCurrencyTable(body) };
  const setting = Object.entries(SETTING_CODES).find(([, code]) => code === body[0]);
  if (setting !== undefined) return { response: 'echo', setting: setting[0], data: [...body.subarray(1)] };
  return decodeState(body);
}
