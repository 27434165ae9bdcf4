import { PuloonLink } from '../../puloon-family/link.ts';
import type { LinkReply as PuloonReply } from '../../puloon-family/link.ts';
import type { LinkParts } from '../../transport/exchange-link.ts';
import type { LcdmBCommand, LcdmBResponse } from './codec.ts';
import { decodeLcdmBResponse, encodeLcdmBCommand, isLikely, opcodeOf } from './codec.ts';
import { createFrameReader } from './frames.ts';

export type LinkReply = PuloonReply<LcdmBResponse>;

/** Dialect B on the family's link. */
export class LcdmBLink extends PuloonLink<LcdmBCommand, LcdmBResponse> {
  constructor(parts: LinkParts) {
    super(parts, { createReader: createFrameReader, encode: encodeLcdmBCommand, opcodeOf, decode: decodeLcdmBResponse, isLikely });
  }
}
