import { assert } from '../../foundation/assert.ts';
import type { HostCodec } from '../../host/bank-host.ts';

export interface LateCodec extends HostCodec {
  /** Once, before the terminal is started: nothing asks for the codec earlier. */
  provide(codec: HostCodec): void;
}

/**
 * Stands where the host codec belongs until that is loaded: its XML engine costs as much as the rest of the start, and the first screen does not need it.
 * Being asked before it was provided is our mistake.
 */
export function createLateCodec(): LateCodec {
  let provided: HostCodec | null = null;
  const loaded = (): HostCodec => {
    assert(provided !== null, 'the terminal starts after its host codec is loaded');
    return provided;
  };
  return {
    provide: (codec) => {
      assert(provided === null, 'the host codec is provided once');
      provided = codec;
    },
    encodeRequest: (request) => loaded().encodeRequest(request),
    renewRequest: (operation, bytes, header) => loaded().renewRequest(operation, bytes, header),
    decodeAnswer: (operation, bytes, expected) => loaded().decodeAnswer(operation, bytes, expected),
  };
}
