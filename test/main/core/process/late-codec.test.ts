import { describe, expect, it } from 'vitest';
import { createLateCodec } from '../../../../main/core/process/late-codec.ts';
import { err } from '../../../../main/foundation/outcome.ts';
import type { HostCodec } from '../../../../main/host/bank-host.ts';

describe('the host codec that comes late', () => {
  it('is asked before it is there only by mistake of ours', () => {
    const late = createLateCodec();
    expect(() => late.encodeRequest({} as never)).toThrow();
  });

  it('passes on once it is there, and comes once', () => {
    const late = createLateCodec();
    const codec: HostCodec = { encodeRequest: () => err({ detail: 'as provided' }), renewRequest: () => err({ detail: 'as provided' }), decodeAnswer: () => err({ kind: 'invalidAnswer', code: 'HST_MALFORMED', detail: 'as provided' }) };
    late.provide(codec);
    expect(late.encodeRequest({} as never)).toEqual(err({ detail: 'as provided' }));
    expect(() => late.provide(codec)).toThrow();
  });
});
