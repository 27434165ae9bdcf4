import type { Sender } from '../../interfaces/protocol-row.ts';
import { MESSAGE_TYPES, decodeReply, decodeText } from './codec.ts';
import type { FrameEvent } from './frames.ts';
import { createFrameReader } from './frames.ts';

const CHUNK_BYTES = 4096;

/** A capture in words. The message type tells who sent an omnibus frame; extended and auxiliary ones take turns with what lies before. */
export function decodeEbds(bytes: Uint8Array, from?: Sender): readonly unknown[] {
  const reader = createFrameReader();
  const events: FrameEvent[] = [];
  for (let offset = 0; offset < bytes.length; offset += CHUNK_BYTES) events.push(...reader.push(bytes.subarray(offset, offset + CHUNK_BYTES)));
  events.push(...reader.expire());
  let previous: Sender = 'device';
  return events.map((event) => {
    if (event.kind === 'noise') return event;
    const messageType = (event.control >> 4) & 7;
    const sender: Sender = from ?? (messageType === MESSAGE_TYPES.omnibusCommand ? 'host' : messageType === MESSAGE_TYPES.omnibusReply ? 'device' : previous === 'device' ? 'host' : 'device');
    previous = sender;
    return { kind: 'frame', from: sender, acknowledgeNumber: event.control & 1, control: event.control, dataHex: Buffer.from(event.data).toString('hex'), decoded: sender === 'host' ? decodeCommand(messageType, event.data) : decodeAnswer(event.control, Buffer.from(event.data)) };
  });
}

function decodeCommand(messageType: number, data: Buffer): unknown {
  const command = Object.entries(MESSAGE_TYPES).find(([, code]) => code === messageType)?.[0] ?? 'unknown';
  if (command !== 'omnibusCommand' || data.length < 3) return { command };
  const [d0, d1, d2] = data as unknown as [number, number, number];
  return { command, enabledMask: d0, hasEscrow: (d1 & 0x10) !== 0, stack: (d1 & 0x20) !== 0, return: (d1 & 0x40) !== 0, powerUpPolicy: 'ABCC'[(d2 >> 2) & 3], extendedNotes: (d2 & 0x10) !== 0 };
}

function decodeAnswer(control: number, data: Buffer): unknown {
  const reply = decodeReply(control, data);
  if (reply.kind === 'auxiliary') return { reply: 'auxiliary', text: decodeText(reply.data) };
  if (reply.kind === 'unknown') return { reply: 'unknown' };
  const status = reply.status;
  const bits = status === null ? [] : Object.entries(status).filter(([, value]) => value === true).map(([name]) => name);
  return { reply: reply.kind, bits, ...(status === null ? {} : { valueIndex: status.valueIndex, model: status.model }), ...(reply.kind === 'note' ? { note: reply.note } : {}) };
}
