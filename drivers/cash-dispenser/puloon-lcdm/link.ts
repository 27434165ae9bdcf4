import { PuloonLink } from '../../puloon-family/link.ts';
import type { LinkReply as PuloonReply } from '../../puloon-family/link.ts';
import type { LinkParts } from '../../transport/exchange-link.ts';
import type { LcdmCommand, LcdmResponse } from './codec.ts';
import { decodeLcdmResponse, encodeLcdmCommand, isLikely, opcodeOf } from './codec.ts';
import { createFrameReader } from './frames.ts';

export type LinkReply = PuloonReply<LcdmResponse>;

/** Dialect A on the family's link. */
export class LcdmLink extends PuloonLink<LcdmCommand, LcdmResponse> {
  constructor(parts: LinkParts) {
    super(parts, { createReader: createFrameReader, encode: encodeLcdmCommand, opcodeOf, decode: decodeLcdmResponse, isLikely });
  }
}
