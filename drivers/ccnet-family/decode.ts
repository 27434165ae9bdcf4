import type { Identification } from './codec.ts';
import { COMMAND_CODES, decodeBillTable, decodeCommand, decodeIdentification, decodePollState, decodeStatus } from './codec.ts';
import { decodeCassettes } from './cassette-codec.ts';
import type { FrameEvent, NoiseReason } from './frames.ts';
import { FrameReader } from './frames.ts';

type Decoded = { readonly [key: string]: unknown };

export type DecodedPiece =
  | { readonly kind: 'noise'; readonly reason: NoiseReason; readonly byteCount: number }
  | {
      readonly kind: 'frame';
      readonly address: number;
      readonly direction: 'toDevice' | 'toHost';
      /** Nothing before it tells whose frame it is; it could be read the other way as well (30 is RESET and ILLEGAL COMMAND). */
      readonly isDirectionGuessed: boolean;
      readonly bodyHex: string;
      readonly decoded: Decoded;
    };

const ANSWER_BYTE_NAMES: Readonly<Record<number, string>> = { 0x00: 'ack', 0x30: 'illegalCommand', 0xff: 'nak' };

/**
 * A capture in words, for people: frames in order with what they say, and noise between them. Every byte is accounted for.
 *
 * CCNET frames do not say who sent them, and a reply has no command in it: both follow from the frame before. [ccnet §2]
 *
 * @param direction  when the capture is of one side only
 */
export function decodeCcnet(bytes: Uint8Array, direction?: 'toDevice' | 'toHost'): readonly DecodedPiece[] {
  const reader = new FrameReader();
  const pieces: DecodedPiece[] = [];
  let asked: string | null = null;
  let isDeviceDue = false;
  // In pieces, so that a capture of any size passes through a reader of one frame.
  const events: FrameEvent[] = [];
  for (let offset = 0; offset < bytes.length; offset += 4096) events.push(...reader.push(bytes.subarray(offset, offset + 4096)));
  events.push(...reader.expire());
  for (const event of events) {
    if (event.kind === 'noise') {
      pieces.push(event);
      continue;
    }
    const command = decodeCommand(event.body);
    const isHost: boolean = direction !== undefined ? direction === 'toDevice' : !isDeviceDue && command !== null;
    const isDirectionGuessed = direction === undefined && asked === null;
    const decoded: Decoded = isHost && command !== null ? { ...command } : isHost ? { command: 'unknown', code: event.body[0] } : decodeReply(asked, event.body);
    pieces.push({ kind: 'frame', address: event.address, direction: isHost ? 'toDevice' : 'toHost', isDirectionGuessed, bodyHex: event.body.toString('hex'), decoded });
    const isAnswered: boolean = isHost && command !== null && command.command !== 'ack';
    isDeviceDue = isAnswered;
    // NAK asks for the same answer again.
    if (isAnswered && command !== null && command.command !== 'nak') asked = command.command;
  }
  return pieces;
}

function decodeReply(asked: string | null, body: Uint8Array): Decoded {
  const answer = body.length === 1 ? ANSWER_BYTE_NAMES[body[0]!] : undefined;
  if (answer !== undefined) return { response: answer };
  const data = asked === null ? decodeByShape(body) : decodeByCommand(asked, body);
  return data ?? { response: 'unknown', rawHex: Buffer.from(body).toString('hex') };
}

function decodeByCommand(asked: string, body: Uint8Array): Decoded | null {
  switch (asked) {
    case 'poll':
      return { ...decodePollState(body) };
    case 'getStatus':
      return decodeStatus(body);
    case 'identification':
      return decodeIdentification(body) as (Identification & Decoded) | null;
    case 'recyclingCassetteStatus': {
      const cassettes = decodeCassettes(body);
      return cassettes === null ? null : { cassettes };
    }
    case 'getBillTable': {
      const billTable = decodeBillTable(body);
      return billTable === null ? null : { billTable };
    }
    default:
      return null;
  }
}

/** One reply alone: its length tells which kind it is, as far as it can. */
function decodeByShape(body: Uint8Array): Decoded | null {
  if (body.length <= 2) return { ...decodePollState(body) };
  const command = { 6: 'getStatus', 34: 'identification', 120: 'getBillTable' }[body.length];
  return command !== undefined && command in COMMAND_CODES ? decodeByCommand(command, body) : null;
}
